// A conversation that goes on when the supervisor is killed: its keeper starts another one, which is told the
// last request again.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "orchestrator/cli/connection.hpp"
#include "orchestrator/cli/progress.hpp"

namespace orchestrator::cli {

class Session {
 public:
  using Connect = std::function<Connection()>;

  /// `connect` finds the supervisor, also the next one after the first has been killed; it throws
  /// std::runtime_error where there is none.
  explicit Session(Connect connect) : connect_(std::move(connect)), connection_(connect_()) {}

  /// `descriptors` go along; they are borrowed for as long as the session lives.
  void request(const state::Request& request, std::vector<int> descriptors = {});

  /// Readable when receive() does not block.
  [[nodiscard]] int fd() const { return connection_.fd(); }
  /// Reads once. Where the supervisor has gone, the next one is told the last request. Throws
  /// std::runtime_error where none comes, or where the request must not be carried out twice.
  void receive();
  /// The next event that has arrived already.
  std::optional<state::Event> take();
  /// Requests whose `done` has not been taken yet.
  [[nodiscard]] int unanswered() const { return unanswered_; }
  /// Hangs up, then waits until the supervisor and its keeper are gone, or for 2 seconds.
  void leave_and_await_end();

 private:
  /// The last request may have been carried out, or begun.
  void ask_again();
  /// It has not.
  void ask_another();

  Connect connect_;
  Connection connection_;
  std::optional<state::Request> last_{};
  std::vector<int> descriptors_{};
  int unanswered_ = 0;
};

/// Makes one request and shows its progress. Throws std::runtime_error with the supervisor's sentence where
/// it fails.
void carry_out(Session& session, const state::Request& request, Progress& progress);

}  // namespace orchestrator::cli
