#include "runtime/cgroup/wait.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "runtime/cgroup/control_files.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::cgroup {
namespace {

class Deadline {
 public:
  explicit Deadline(int milliseconds) : end_(Clock::now() + std::chrono::milliseconds(milliseconds)) {}
  /// Milliseconds from now, rounded up; 0 when it has passed.
  [[nodiscard]] int left() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point end_;
};

std::string read_again(int fd) {
  if (::lseek(fd, 0, SEEK_SET) != 0) sys::throw_errno("read cgroup.events");
  return sys::read_all(fd);
}

}  // namespace

// The kernel announces changes since the last reading of the same open file as POLLPRI.
bool wait_event(const std::string& directory, const std::string& key, std::uint64_t value, int milliseconds) {
  const sys::unique_fd events = sys::open(directory + "/cgroup.events", O_RDONLY);
  const Deadline deadline(milliseconds);
  while (value_of(read_again(events.get()), key) != value) {
    if (deadline.left() == 0) return false;
    pollfd poll{.fd = events.get(), .events = POLLPRI, .revents = 0};
    ::poll(&poll, 1, deadline.left());
  }
  return true;
}

// The state changes from FREEZING only when it is read, see cgroup-v1/freezer-subsystem.rst: nothing to wait
/// for.
bool wait_v1_frozen(const Cgroup& group, int milliseconds) {
  constexpr int kPause = 1;
  const Deadline deadline(milliseconds);
  while (!group.frozen()) {
    if (deadline.left() == 0) return false;
    ::poll(nullptr, 0, kPause);
  }
  return true;
}

// Nothing announces it, so the processes themselves are waited for, one after the other.
bool wait_v1_empty(const Cgroup& group, int milliseconds) {
  const Deadline deadline(milliseconds);
  for (std::vector<int> inside = group.processes(); !inside.empty(); inside = group.processes()) {
    if (deadline.left() == 0) return false;
    sys::unique_fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, inside.front(), 0)));
    if (!pidfd) continue;  // gone between the two calls
    pollfd poll{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
    ::poll(&poll, 1, deadline.left());
  }
  return true;
}

}  // namespace runtime::cgroup
