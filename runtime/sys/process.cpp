#include "runtime/sys/process.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <array>
#include <csignal>
#include <sstream>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/mount.hpp"

namespace runtime::sys {

ExitStatus ExitStatus::from(int status) {
  if (WIFSIGNALED(status))
    return {.code = WTERMSIG(status), .signalled = true, .core_dumped = WCOREDUMP(status) != 0};
  return {.code = WEXITSTATUS(status)};
}

ExitStatus ExitStatus::from(const siginfo_t& info) {
  return {.code = info.si_status,
          .signalled = info.si_code != CLD_EXITED,
          .core_dumped = info.si_code == CLD_DUMPED};
}

Cloned clone3(std::uint64_t flags, int cgroup) {
  int pidfd = -1;
  clone_args args{};
  args.flags = flags | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  // With CLONE_PARENT the kernel takes the signal of the caller's own creation and wants none here.
  args.exit_signal = (flags & CLONE_PARENT) ? 0 : SIGCHLD;
  if (cgroup >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<std::uint64_t>(cgroup);
  }
  const long pid = ::syscall(SYS_clone3, &args, sizeof args);
  if (pid < 0) throw_errno("clone3");
  if (pid == 0) return {};
  return {.pid = static_cast<pid_t>(pid), .pidfd = unique_fd(pidfd)};
}

unique_fd pidfd_open(pid_t pid) {
  auto fd = pidfd_open_if_exists(pid);
  if (!fd) throw_errno("open process " + std::to_string(pid), ESRCH);
  return std::move(*fd);
}

std::optional<unique_fd> pidfd_open_if_exists(pid_t pid) {
  const long fd = ::syscall(SYS_pidfd_open, pid, 0);
  if (fd >= 0) return unique_fd(static_cast<int>(fd));
  if (errno == ESRCH) return std::nullopt;
  throw_errno("open process " + std::to_string(pid));
}

std::uint64_t pidfd_inode(int pidfd) {
  constexpr long kPidfsMagic = 0x50494446;  // PID_FS_MAGIC, Linux 6.9; before that all pidfds share an inode
  struct statfs filesystem {};
  if (::fstatfs(pidfd, &filesystem) != 0 || filesystem.f_type != kPidfsMagic) return 0;
  struct stat status {};
  if (::fstat(pidfd, &status) != 0) throw_errno("stat a process descriptor");
  return status.st_ino;
}

bool pidfd_send_signal(int pidfd, int signal) {
  if (::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0) == 0) return true;
  if (errno == ESRCH) return false;
  throw_errno("send signal " + std::to_string(signal));
}

std::optional<ExitStatus> wait_pidfd(int pidfd, bool nohang) {
  siginfo_t info{};
  const int options = WEXITED | __WALL | (nohang ? WNOHANG : 0);
  if (retry([&] { return ::waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, options); }) != 0)
    throw_errno("wait for a process");
  if (info.si_pid == 0) return std::nullopt;
  return ExitStatus::from(info);
}

namespace {

/// proc_pid_stat(5) from field 3 on, the state: the name before it may be anything. Empty where there is no
/// such process.
std::string stat_after_name(pid_t pid) {
  try {
    const auto stat = read_file_if_exists("/proc/" + std::to_string(pid) + "/stat");
    const auto name_end = stat ? stat->rfind(") ") : std::string::npos;
    return name_end == std::string::npos ? "" : stat->substr(name_end + 2);
  } catch (const std::system_error& error) {
    if (errno_of(error) == ESRCH) return "";  // reaped between open and read
    throw;
  }
}

/// exit_code is field 52, the last one. A zombie keeps its number, so this cannot be a stranger as long as
/// the descriptor's process has not been reaped.
ExitStatus zombie_status(const std::string& stat) {
  return ExitStatus::from(std::stoi(stat.substr(stat.find_last_of(' ') + 1)));
}

/// Nothing before the process has been reaped, and before Linux 6.15.
std::optional<ExitStatus> reaped_status(int pidfd) {
  // include/uapi/linux/pidfd.h of Linux 6.15; Debian 12's headers do not have it.
  struct PidfdInfo {
    std::uint64_t mask;
    std::uint64_t cgroupid;
    std::uint32_t pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
    std::int32_t exit_code;
  };
  static_assert(sizeof(PidfdInfo) == 64);
  constexpr std::uint64_t kExit = 1U << 3;  // PIDFD_INFO_EXIT
  PidfdInfo info{.mask = kExit};
  const unsigned long get_info = _IOWR(0xFF, 11, PidfdInfo);  // PIDFD_GET_INFO
  if (::ioctl(pidfd, get_info, &info) != 0 || (info.mask & kExit) == 0) return std::nullopt;
  return ExitStatus::from(info.exit_code);
}

}  // namespace

pid_t parent_of(pid_t pid) {
  const std::string stat = stat_after_name(pid);
  return stat.size() < 3 ? 0 : std::stoi(stat.substr(2));
}

bool is_exiting(pid_t pid) {
  constexpr unsigned long kExiting = 0x4;  // PF_EXITING of include/linux/sched.h
  constexpr int kFieldsBefore = 6;         // state, ppid, pgrp, session, tty_nr, tpgid
  const std::string stat = stat_after_name(pid);
  if (stat.empty()) return true;
  std::size_t at = 0;
  for (int field = 0; field < kFieldsBefore; ++field) at = stat.find(' ', at) + 1;
  return (std::stoul(stat.substr(at)) & kExiting) != 0;
}

namespace {

/// The value of "Key:<white space>VALUE"; empty where there is none.
std::string value_of(const std::string& status, const std::string& key) {
  const auto found = status.find("\n" + key + ":");
  if (found == std::string::npos) return "";
  const auto begin = status.find_first_not_of(" \t", found + key.size() + 2);
  return status.substr(begin, status.find('\n', begin) - begin);
}

void add_if_blocked(pid_t process, const std::string& thread, std::vector<Blocked>& blocked) {
  const std::string status =
      read_file_if_exists("/proc/" + std::to_string(process) + "/task/" + thread + "/status").value_or("");
  if (!value_of(status, "State").starts_with('D')) return;
  blocked.push_back({.process = process,
                     .thread = std::stoi(thread),
                     .switches = std::stoull(value_of(status, "voluntary_ctxt_switches")) +
                                 std::stoull(value_of(status, "nonvoluntary_ctxt_switches"))});
}

}  // namespace

std::vector<Blocked> blocked_threads(pid_t process) {
  std::vector<Blocked> blocked;
  try {
    for (const std::string& thread : list_directory("/proc/" + std::to_string(process) + "/task"))
      add_if_blocked(process, thread, blocked);
  } catch (const std::system_error& error) {
    if (errno_of(error) != ESRCH && errno_of(error) != ENOENT) throw;  // it has gone while we looked
  }
  return blocked;
}

std::optional<ExitStatus> exit_status_of(int pidfd, pid_t pid) {
  for (;;) {
    if (const auto status = reaped_status(pidfd)) return status;
    const std::string stat = stat_after_name(pid);
    if (stat.starts_with('Z')) return zombie_status(stat);
    // Being reaped right now; for microseconds neither of the two knows.
    if (!stat.starts_with('X')) return reaped_status(pidfd);
  }
}

bool has_ended(int pidfd) {
  pollfd poll{.fd = pidfd, .events = POLLIN, .revents = 0};
  return retry([&] { return ::poll(&poll, 1, 0); }) > 0;
}

void setns(int fd, int flags, const std::string& what) {
  if (::setns(fd, flags) != 0) throw_errno("enter " + what);
}

void unshare(int flags, const std::string& what) {
  if (::unshare(flags) != 0) throw_errno("unshare " + what);
}

bool has_capability(int capability) {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  if (::syscall(SYS_capget, &header, data.data()) != 0) throw_errno("read capabilities");
  const auto bit = static_cast<unsigned>(capability);
  return (data.at(bit / 32).effective >> (bit % 32) & 1U) != 0;
}

bool in_initial_user_namespace() {
  std::istringstream map(read_file("/proc/self/uid_map"));
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t size = 0;
  map >> inside >> outside >> size;
  return inside == 0 && outside == 0 && size == UINT32_MAX;
}

void sanitise_descriptors() {
  for (;;) {
    const int fd = ::open("/dev/null", O_RDWR);
    if (fd < 0) throw_errno("open /dev/null");
    if (fd > STDERR_FILENO) {
      ::close(fd);
      break;
    }
  }
  if (::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
    throw_errno("mark descriptors close-on-exec");
}

namespace {

/// Read-only mount or sealed against writing.
bool is_protected(int file) {
  struct statvfs filesystem {};
  if (::fstatvfs(file, &filesystem) != 0) throw_errno("stat /proc/self/exe");
  const int seals = ::fcntl(file, F_GET_SEALS);
  return (filesystem.f_flag & ST_RDONLY) || (seals >= 0 && (seals & F_SEAL_WRITE));
}

unique_fd protected_copy(int file) {
  try {
    unique_fd copy = clone_tree(AT_FDCWD, "/proc/self/exe", false);
    set_mount_attributes(copy.get(), {.set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID});
    return copy;
  } catch (const std::system_error&) {
    return memory_file("self", read_all(file), true);
  }
}

}  // namespace

unique_fd sealed_own_binary() {
  unique_fd self = open("/proc/self/exe", O_RDONLY);
  return is_protected(self.get()) ? std::move(self) : protected_copy(self.get());
}

void seal_own_binary(char* const argv[], char* const envp[]) {
  const unique_fd self = open("/proc/self/exe", O_RDONLY);
  if (is_protected(self.get())) return;
  ::execveat(protected_copy(self.get()).get(), "", argv, envp, AT_EMPTY_PATH);
  throw_errno("execute a sealed copy of this program");
}

std::int64_t boottime_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

std::string boot_id() { return read_file("/proc/sys/kernel/random/boot_id").substr(0, 36); }

}  // namespace runtime::sys
