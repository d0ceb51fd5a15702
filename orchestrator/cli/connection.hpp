// One conversation with a project's supervisor, line by line (state/control.hpp).
#pragma once

#include <optional>
#include <string>

#include "orchestrator/state/control.hpp"
#include "orchestrator/state/paths.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::cli {

class Connection {
 public:
  explicit Connection(runtime::sys::unique_fd socket) : socket_(std::move(socket)) {}
  /// Nothing where no supervisor listens.
  static std::optional<Connection> to(const state::ProjectPaths& paths);

  /// False where the supervisor is gone.
  bool send(const state::Request& request);
  /// The next event; waits for it. Nothing where the supervisor has hung up.
  std::optional<state::Event> next();

  /// For those who poll: readable when receive() does not block.
  [[nodiscard]] int fd() const { return socket_.get(); }
  /// Reads once. False where the supervisor has hung up.
  bool receive();
  /// The next event that has arrived already.
  std::optional<state::Event> take();

 private:
  runtime::sys::unique_fd socket_;
  std::string received_{};
  std::size_t taken_ = 0;  ///< bytes of `received_` that are done with
};

}  // namespace orchestrator::cli
