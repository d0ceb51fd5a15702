#include "orchestrator/cli/connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/socket.hpp"
#include "runtime/sys/watch.hpp"

namespace orchestrator::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// False once the time is over.
bool wait_readable(int fd, std::chrono::milliseconds limit) {
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  return limit.count() > 0 &&
         runtime::sys::retry([&] { return ::poll(&waiting, 1, static_cast<int>(limit.count())); }) > 0;
}

}  // namespace

std::optional<Connection> Connection::to(const state::ProjectPaths& paths) {
  auto socket = runtime::sys::connect_unix(paths.control_socket(), SOCK_STREAM);
  if (!socket) return std::nullopt;
  return Connection(std::move(*socket));
}

std::optional<Connection> Connection::await(const state::ProjectPaths& paths,
                                            std::chrono::milliseconds limit) {
  if (!runtime::sys::exists(paths.runtime)) return std::nullopt;
  runtime::sys::DirectoryWatch watch(paths.runtime);
  const auto end = Clock::now() + limit;
  for (;;) {
    if (auto connection = to(paths)) return connection;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    if (!wait_readable(watch.fd(), left)) return std::nullopt;
    watch.clear();
  }
}

std::vector<runtime::sys::unique_fd> Connection::processes() const {
  std::vector<runtime::sys::unique_fd> found;
  const pid_t supervisor = runtime::sys::peer_of(socket_.get()).pid;
  for (const pid_t pid : {supervisor, runtime::sys::parent_of(supervisor)}) {
    try {
      if (pid > 1) found.push_back(runtime::sys::pidfd_open(pid));
    } catch (const std::system_error& error) {
      if (runtime::sys::errno_of(error) != ESRCH) throw;
    }
  }
  return found;
}

bool Connection::send(const state::Request& request, std::span<const int> descriptors) {
  std::string line = state::to_line(request);
  if (!descriptors.empty()) {
    // They travel with the first byte; a long line may take several calls.
    if (!runtime::sys::send_message(socket_.get(), line.substr(0, 1), descriptors)) return false;
    line.erase(0, 1);
  }
  return runtime::sys::send_all(socket_.get(), line);
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
  state::Event event = state::event_from_line(line);
  turned_away_ = event.ask_another;
  if (turned_away_) return std::nullopt;
  return event;
}

}  // namespace orchestrator::cli
