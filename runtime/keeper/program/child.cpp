#include "runtime/keeper/program/child.hpp"

#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace runtime::keeper {

namespace {

/// <linux/wait.h>: children of every kind, also those that clone(2) made without SIGCHLD.
constexpr int kAllChildren = 0x40000000;

/// The inode of a child in pidfs, which no other process of this boot has; 0 before Linux 6.9.
uint64_t inode_of(pid_t pid) {
  constexpr unsigned long kPidfs = 0x50494446;
  const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (pidfd < 0) return 0;
  struct statfs system {};
  struct stat status {};
  const bool known = ::fstatfs(pidfd, &system) == 0 && static_cast<unsigned long>(system.f_type) == kPidfs &&
                     ::fstat(pidfd, &status) == 0;
  ::close(pidfd);
  return known ? status.st_ino : 0;
}

}  // namespace

int64_t nanoseconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

pid_t next_ended() {
  siginfo_t info{};
  constexpr int kPeek = WEXITED | WNOHANG | WNOWAIT | kAllChildren;
  return ::waitid(P_ALL, 0, &info, kPeek) == 0 ? info.si_pid : 0;
}

bool reap(pid_t pid, Packet& record) {
  record = {.kind = Kind::exited, .pid = pid};
  record.pidfd_inode = inode_of(pid);  // while it is a zombie its pid is its own
  siginfo_t info{};
  if (::waitid(P_PID, pid, &info, WEXITED | kAllChildren) != 0) return false;
  record.how = info.si_code;
  record.code = info.si_status;
  record.boottime_ns = nanoseconds(CLOCK_BOOTTIME);
  record.wall_ns = nanoseconds(CLOCK_REALTIME);
  return true;
}

}  // namespace runtime::keeper
