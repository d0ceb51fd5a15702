#include "runtime/container/gate.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <optional>

#include "runtime/container/report.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime {
namespace {

sys::unique_fd make_fifo(const std::string& path) {
  if (::mkfifo(path.c_str(), 0600) != 0) sys::throw_errno("make FIFO " + path);
  return sys::open(path, O_RDWR | O_NOFOLLOW);
}

/// fifo(7): opening for writing without waiting fails with ENXIO where nobody has it open for reading.
std::optional<sys::unique_fd> find_waiting(const std::string& directory) {
  try {
    return sys::open_if_exists(directory + "/go", O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
  } catch (const std::system_error& error) {
    if (sys::errno_of(error) != ENXIO) throw;
    return std::nullopt;
  }
}

/// Opened without waiting: the process that has its other end may be killed at any moment.
sys::unique_fd open_report(const std::string& directory) {
  sys::unique_fd report = sys::open(directory + "/report", O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  if (::fcntl(report.get(), F_SETFL, 0) != 0) sys::throw_errno("open the report of a container");
  return report;
}

/// With a reader of our own there is no SIGPIPE where the process has just been killed.
void say_go(const std::string& directory, int go) {
  const sys::unique_fd reader = sys::open(directory + "/go", O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  sys::write_all(go, "g");
}

/// execve(2) closes descriptors one after the other: until this one is closed, too, it would seem to wait
/// still.
void wait_for_last_reader(int go) {
  pollfd gone{.fd = go, .events = 0, .revents = 0};  // POLLERR comes unasked
  if (sys::retry([&] { return ::poll(&gone, 1, -1); }) < 0) sys::throw_errno("poll");
}

}  // namespace

Gate make_gate(const std::string& directory) {
  return {.go = make_fifo(directory + "/go"), .report = make_fifo(directory + "/report")};
}

bool is_waiting(const std::string& directory) { return find_waiting(directory).has_value(); }

bool open_gate(const std::string& directory) {
  const auto go = find_waiting(directory);
  if (!go) return false;
  const sys::unique_fd report = open_report(directory);
  say_go(directory, go->get());
  while (report::next(report.get()) != report::Word::end) {
  }
  wait_for_last_reader(go->get());
  return true;
}

}  // namespace runtime
