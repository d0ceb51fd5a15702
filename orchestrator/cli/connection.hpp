// One conversation with a project's supervisor, line by line (state/control.hpp).
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "orchestrator/state/control.hpp"
#include "orchestrator/state/paths.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::cli {

class Connection {
 public:
  explicit Connection(runtime::sys::unique_fd socket) : socket_(std::move(socket)) {}
  /// Nothing where nobody listens.
  static std::optional<Connection> to(const state::ProjectPaths& paths);
  /// Connects as soon as somebody listens; nothing where nobody does within `limit`.
  static std::optional<Connection> await(const state::ProjectPaths& paths, std::chrono::milliseconds limit);

  /// The supervisor and its keeper as pidfds, as far as they still live.
  [[nodiscard]] std::vector<runtime::sys::unique_fd> processes() const;
  void hang_up() { socket_.reset(); }

  /// `descriptors` go along, at most 16, borrowed. False where the supervisor is gone.
  bool send(const state::Request& request, std::span<const int> descriptors = {});
  /// For those who poll: readable when receive() does not block.
  [[nodiscard]] int fd() const { return socket_.get(); }
  /// Reads once. False where the supervisor has hung up.
  bool receive();
  /// The next event that has arrived already.
  std::optional<state::Event> take();
  /// The supervisor was on its way out and has begun nothing of what it was asked for.
  [[nodiscard]] bool is_turned_away() const { return turned_away_; }

 private:
  runtime::sys::unique_fd socket_;
  std::string received_{};
  std::size_t taken_ = 0;  ///< bytes of `received_` that are done with
  bool turned_away_ = false;
};

}  // namespace orchestrator::cli
