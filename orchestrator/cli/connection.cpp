#include "orchestrator/cli/connection.hpp"

#include <sys/socket.h>

#include "runtime/sys/socket.hpp"

namespace orchestrator::cli {

std::optional<Connection> Connection::to(const state::ProjectPaths& paths) {
  auto socket = runtime::sys::connect_unix(paths.control_socket(), SOCK_STREAM);
  if (!socket) return std::nullopt;
  return Connection(std::move(*socket));
}

bool Connection::send(const state::Request& request) {
  return runtime::sys::send_all(socket_.get(), state::to_line(request));
}

std::optional<state::Event> Connection::next() {
  for (;;) {
    if (auto event = take()) return event;
    if (!receive()) return std::nullopt;
  }
}

bool Connection::receive() {
  const auto message = runtime::sys::receive_message(socket_.get());
  if (!message) return false;
  received_.erase(0, taken_);
  taken_ = 0;
  received_ += message->data;
  return true;
}

std::optional<state::Event> Connection::take() {
  const std::size_t end = received_.find('\n', taken_);
  if (end == std::string::npos) return std::nullopt;
  const std::string line = received_.substr(taken_, end - taken_);
  taken_ = end + 1;
  return state::event_from_line(line);
}

}  // namespace orchestrator::cli
