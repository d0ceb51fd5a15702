// What the default filter answers, by interpreting it, and that the kernel takes it.
#include "runtime/seccomp/seccomp.hpp"

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include "runtime/spec/capability.hpp"

namespace runtime::seccomp {
namespace {

constexpr std::uint64_t kDocker = 0xa80425fb;
constexpr std::uint64_t kAdmin = kDocker | (std::uint64_t{1} << CAP_SYS_ADMIN);
constexpr std::uint32_t kEperm = SECCOMP_RET_ERRNO | EPERM;
constexpr std::uint32_t kEnosys = SECCOMP_RET_ERRNO | ENOSYS;

/// The part of classic BPF that our filters use.
std::uint32_t answer(const Filter& filter, seccomp_data data) {
  std::uint32_t word = 0;
  for (std::size_t at = 0;; ++at) {
    const sock_filter& code = filter.at(at);
    bool jump = false;
    switch (code.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        std::memcpy(&word, reinterpret_cast<const char*>(&data) + code.k, sizeof word);
        continue;
      case BPF_RET | BPF_K:
        return code.k;
      case BPF_JMP | BPF_JEQ | BPF_K:
        jump = word == code.k;
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        jump = word >= code.k;
        break;
      case BPF_JMP | BPF_JSET | BPF_K:
        jump = (word & code.k) != 0;
        break;
      default:
        ADD_FAILURE() << "unexpected instruction " << code.code;
        return 0;
    }
    at += jump ? code.jt : code.jf;
  }
}

std::uint32_t ask(long number, std::uint64_t argument = 0, std::uint64_t capabilities = kDocker) {
  seccomp_data data{};
  data.nr = static_cast<int>(number);
  data.arch = AUDIT_ARCH_X86_64;
  data.args[0] = argument;
  return answer(standard(capabilities), data);
}

TEST(DefaultFilter, AllowsOrdinaryCalls) {
  for (const long number :
       {SYS_read, SYS_openat, SYS_execve, SYS_futex, SYS_epoll_wait, SYS_ptrace, SYS_setuid, SYS_rseq,
        SYS_close_range, SYS_landlock_create_ruleset, SYS_memfd_create, SYS_chroot})
    EXPECT_EQ(ask(number), SECCOMP_RET_ALLOW) << number;
}

TEST(DefaultFilter, ClockMayBeAsked) {
  // adjtimex(3) is this call; without CAP_SYS_TIME the kernel lets it only read.
  EXPECT_EQ(ask(SYS_clock_adjtime), SECCOMP_RET_ALLOW);
  EXPECT_EQ(ask(SYS_clock_settime), kEperm);
}

TEST(DefaultFilter, RefusesWhatReachesTheHost) {
  for (const long number : {SYS_mount,
                            SYS_umount2,
                            SYS_pivot_root,
                            SYS_setns,
                            SYS_unshare,
                            SYS_bpf,
                            SYS_keyctl,
                            SYS_io_uring_setup,
                            SYS_userfaultfd,
                            SYS_kexec_load,
                            SYS_init_module,
                            SYS_reboot,
                            SYS_open_by_handle_at,
                            SYS_syslog,
                            SYS_iopl,
                            SYS_settimeofday,
                            SYS_move_pages,
                            SYS_kcmp,
                            SYS_fsopen,
                            SYS_open_tree,
                            SYS_perf_event_open,
                            SYS_swapon,
                            SYS_quotactl})
    EXPECT_EQ(ask(number), kEperm) << number;
}

TEST(DefaultFilter, OpensWithTheCapability) {
  EXPECT_EQ(ask(SYS_mount, 0, kAdmin), SECCOMP_RET_ALLOW);
  EXPECT_EQ(ask(SYS_settimeofday, 0, kDocker | (1ULL << CAP_SYS_TIME)), SECCOMP_RET_ALLOW);
  EXPECT_EQ(ask(SYS_chroot, 0, 0), kEperm);
  EXPECT_EQ(ask(SYS_keyctl, 0, kAdmin), kEperm);
}

TEST(DefaultFilter, NewCallsAnswerThatTheyAreUnknown) {
  EXPECT_EQ(ask(470), kEnosys);
  EXPECT_EQ(ask(100000), kEnosys);
  EXPECT_EQ(ask(SYS_clone3), kEnosys);
  EXPECT_EQ(ask(SYS_clone3, 0, kAdmin), SECCOMP_RET_ALLOW);
}

TEST(DefaultFilter, CloneMakesNoNamespaces) {
  EXPECT_EQ(ask(SYS_clone, SIGCHLD), SECCOMP_RET_ALLOW);
  EXPECT_EQ(ask(SYS_clone, CLONE_NEWUSER | SIGCHLD), kEperm);
  EXPECT_EQ(ask(SYS_clone, CLONE_NEWUSER | SIGCHLD, kAdmin), SECCOMP_RET_ALLOW);
}

TEST(DefaultFilter, SocketsOfTheKernelAndTheHypervisorAreRefused) {
  EXPECT_EQ(ask(SYS_socket, AF_INET), SECCOMP_RET_ALLOW);
  EXPECT_EQ(ask(SYS_socket, AF_NETLINK), SECCOMP_RET_ALLOW);
  EXPECT_EQ(ask(SYS_socket, AF_ALG), kEperm);
  EXPECT_EQ(ask(SYS_socket, AF_VSOCK), kEperm);
}

TEST(DefaultFilter, OnlyHarmlessPersonalities) {
  EXPECT_EQ(ask(SYS_personality, 0xffffffff), SECCOMP_RET_ALLOW);
  EXPECT_EQ(ask(SYS_personality, 0x0040000 /* ADDR_NO_RANDOMIZE */), kEperm);
}

TEST(DefaultFilter, ForeignArchitecturesAreKilled) {
  seccomp_data data{};
  data.arch = AUDIT_ARCH_I386;
  EXPECT_EQ(answer(standard(kDocker), data), SECCOMP_RET_KILL_PROCESS);
  EXPECT_EQ(ask(0x40000000 | SYS_read), kEnosys);
}

TEST(DefaultFilter, IsShort) { EXPECT_LT(standard(kDocker).size(), 200U); }

/// The exit code of a child that has loaded `filter` and made the call: 0, or its errno.
int in_child(const Filter& filter, long number, long argument) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    load(filter);
    ::_exit(::syscall(number, argument, 0, 0) >= 0 ? 0 : errno);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WEXITSTATUS(status);
}

TEST(DefaultFilter, TheKernelTakesIt) {
  EXPECT_EQ(in_child(standard(kDocker), SYS_getpid, 0), 0);
  EXPECT_EQ(in_child(standard(kDocker), SYS_keyctl, 0), EPERM);
  EXPECT_EQ(in_child(standard(kDocker), 470, 0), ENOSYS);
}

/// How long loading takes in a process of its own, in microseconds.
long load_time(const Filter& filter) {
  std::array<int, 2> pipe{};
  EXPECT_EQ(::pipe(pipe.data()), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const auto start = std::chrono::steady_clock::now();
    load(filter);
    const long took =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start)
            .count();
    (void)!::write(pipe[1], &took, sizeof took);
    ::_exit(0);
  }
  long took = 0;
  EXPECT_EQ(::read(pipe[0], &took, sizeof took), static_cast<ssize_t>(sizeof took));
  ::waitpid(pid, nullptr, 0);
  ::close(pipe[0]);
  ::close(pipe[1]);
  return took;
}

TEST(DefaultFilter, LoadsInNoTime) {
  // bench_seccomp measures 40 µs; this is for a busy machine, and still below a filter that is a plain list.
  long least = load_time(standard(kDocker));
  for (int i = 0; i < 20; ++i) least = std::min(least, load_time(standard(kDocker)));
  EXPECT_LT(least, 500);
}

TEST(OciProfile, IsCompiledWithItsArguments) {
  const SeccompProfile profile{
      .default_action = "SCMP_ACT_ALLOW",
      .syscalls = {{.names = {"getppid", "no_such_call"}, .action = "SCMP_ACT_ERRNO", .errno_ret = ENOTTY},
                   {.names = {"socket"},
                    .action = "SCMP_ACT_ERRNO",
                    .args = {{.index = 0, .value = AF_INET6, .op = "SCMP_CMP_EQ"}}}}};
  const Filter filter = compile(profile);
  EXPECT_EQ(in_child(filter, SYS_getppid, 0), ENOTTY);
  EXPECT_EQ(in_child(filter, SYS_socket, AF_INET6), EPERM);
  EXPECT_EQ(in_child(filter, SYS_getpid, 0), 0);
}

TEST(OciProfile, UnknownWordIsNamed) {
  EXPECT_THROW(compile({.default_action = "SCMP_ACT_MAYBE"}), std::runtime_error);
}

TEST(FilterFor, NoneIsEmpty) { EXPECT_TRUE(filter_for({}, {}).empty()); }

}  // namespace
}  // namespace runtime::seccomp
