// A conversation that goes on when the supervisor is killed: its keeper starts another one, which is told the
// last request again.
#pragma once

#include <chrono>
#include <optional>

#include "orchestrator/cli/connection.hpp"
#include "orchestrator/cli/progress.hpp"

namespace orchestrator::cli {

/// Connects as soon as a supervisor listens; nothing where none does within `limit`.
std::optional<Connection> await_supervisor(const state::ProjectPaths& paths, std::chrono::milliseconds limit);

class Session {
 public:
  Session(state::ProjectPaths paths, Connection connection)
      : paths_(std::move(paths)), connection_(std::move(connection)) {}

  void request(const state::Request& request);

  /// Readable when receive() does not block.
  [[nodiscard]] int fd() const { return connection_.fd(); }
  /// Reads once. Where the supervisor has gone it waits 5 seconds for the next one; throws std::runtime_error
  /// where none comes, or where the request must not be carried out twice.
  void receive();
  /// The next event that has arrived already.
  std::optional<state::Event> take();
  /// Returns when the supervisor has hung up, or after 2 seconds.
  void await_hang_up();
  /// Requests whose `done` has not been taken yet.
  [[nodiscard]] int unanswered() const { return unanswered_; }

 private:
  void reconnect();

  state::ProjectPaths paths_;
  Connection connection_;
  std::optional<state::Request> last_{};
  int unanswered_ = 0;
};

/// Makes one request and shows its progress. Throws std::runtime_error with the supervisor's sentence where
/// it fails.
void carry_out(Session& session, const state::Request& request, Progress& progress);

}  // namespace orchestrator::cli
