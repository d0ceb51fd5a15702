// Processes by descriptor: clone3(2), pidfd_open(2), pidfd_send_signal(2), waitid(2) with P_PIDFD, setns(2).
#pragma once

#include <sched.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/sys/unique_fd.hpp"

namespace runtime::sys {

/// How a process ended, as waitid(2) tells it.
struct ExitStatus {
  int code = 0;              ///< exit code, or the signal's number
  bool signalled = false;    ///< ended by a signal
  bool core_dumped = false;  ///< ended by a signal, with a core dump
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;

  /// What a shell would report: the exit code, or 128 plus the signal's number.
  [[nodiscard]] int shell_code() const { return signalled ? 128 + code : code; }
  static ExitStatus from(const siginfo_t& info);
  /// As waitpid(2) tells it.
  static ExitStatus from(int wait_status);
};

struct Cloned {
  pid_t pid = 0;      ///< 0 in the child
  unique_fd pidfd{};  ///< empty in the child
};
/// clone3(2) without CLONE_VM: both processes return from it. `flags` is a set of CLONE_*; CLONE_PIDFD is
/// added. `cgroup` >= 0 adds CLONE_INTO_CGROUP. The caller must be single-threaded: the child may allocate.
Cloned clone3(std::uint64_t flags, int cgroup = -1);

/// Throws std::system_error (ESRCH where there is no such process).
unique_fd pidfd_open(pid_t pid);
/// Nothing where there is no such process.
std::optional<unique_fd> pidfd_open_if_exists(pid_t pid);
/// The pidfs inode: with the boot id it names a process for ever. 0 where the kernel (before 6.9) has none.
std::uint64_t pidfd_inode(int pidfd);

/// 0 where the process is gone. See proc(5), /proc/PID/stat.
pid_t parent_of(pid_t pid);

/// True once it has begun to end, or is gone. The other processes of a pid namespace die after this is true
/// of its first one and before has_ended() is.
bool is_exiting(pid_t pid);

/// A thread in an uninterruptible system call. In two looks with the same number of context switches it is
/// the same call.
struct Blocked {
  pid_t process = 0;
  pid_t thread = 0;
  std::uint64_t switches = 0;
  friend auto operator<=>(const Blocked&, const Blocked&) = default;
};
/// The threads of a process whose state is D: proc_pid_status(5). None where the process is gone.
std::vector<Blocked> blocked_threads(pid_t process);

/// False where the process is gone already; throws for every other error.
bool pidfd_send_signal(int pidfd, int signal);

/// Reaps a child; waits for it unless `nohang`. Nothing where it still runs. Throws ECHILD where it is not
/// ours.
std::optional<ExitStatus> wait_pidfd(int pidfd, bool nohang = false);
/// How a process that is not our child ended, where the kernel still knows: from its zombie, or, after its
/// parent has reaped it, from PIDFD_GET_INFO (Linux 6.15). `pid` is the number it had.
std::optional<ExitStatus> exit_status_of(int pidfd, pid_t pid);
/// True once the process has ended (pidfd readable), whoever is its parent.
bool has_ended(int pidfd);

/// setns(2). `what` names the namespaces for the error message.
void setns(int fd, int flags, const std::string& what);
/// unshare(2).
void unshare(int flags, const std::string& what);

/// True where this thread's effective set has the capability (CAP_SYS_ADMIN, …): capget(2).
bool has_capability(int capability);

/// True where no user namespace stands between this process and the machine: user_namespaces(7).
bool in_initial_user_namespace();

/// Runs as soon as main starts: reopens missing 0, 1, 2 on /dev/null and marks every other descriptor
/// close-on-exec, so that nothing the caller held by accident reaches a container (CVE-2024-21626).
void sanitise_descriptors();

/// This program's file as something that nobody who executes it, or finds it in /proc/PID/exe, can write to:
/// the file itself where it is protected already, a detached read-only mount of it, or, where mounting is not
/// permitted, a sealed copy in memory. Throws std::system_error.
unique_fd sealed_own_binary();
/// Protects this program's file from its containers (CVE-2019-5736): unless it runs from one already,
/// executes itself again from a detached read-only mount of its own binary, or, where mounting is not
/// permitted, from a sealed copy in memory. Returns when the running image is protected. Throws
/// std::system_error.
void seal_own_binary(char* const argv[], char* const envp[]);

/// The kernel's random id of this boot, /proc/sys/kernel/random/boot_id, without the newline.
std::string boot_id();
/// CLOCK_BOOTTIME, nanoseconds: for times that mean the same to every process of this boot.
std::int64_t boottime_ns();

}  // namespace runtime::sys
