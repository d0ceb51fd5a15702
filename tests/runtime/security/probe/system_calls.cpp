// System calls that reach the kernel's less tried corners, or the machine as a whole. Every call is a wrong
// one: where it is let through it fails for another reason.
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.hpp"

namespace probe {
namespace {

#ifndef AF_ALG
constexpr int AF_ALG = 38;
#endif
constexpr int kVsock = 40;
constexpr long kBad = -1;  // no descriptor, no address, no command

struct Call {
  const char* name;
  long number;
  long arguments[6];
};
constexpr Call kCalls[] = {{"add_key", SYS_add_key, {kBad, kBad, kBad, 1, kBad}},
                           {"request_key", SYS_request_key, {kBad, kBad, kBad, kBad}},
                           {"keyctl", SYS_keyctl, {kBad}},
                           {"bpf", SYS_bpf, {kBad, kBad, kBad}},
                           {"perf_event_open", SYS_perf_event_open, {kBad, 0, 0, kBad, 0}},
                           {"userfaultfd", SYS_userfaultfd, {kBad}},
                           {"io_uring_setup", SYS_io_uring_setup, {0, kBad}},
                           {"io_uring_enter", SYS_io_uring_enter, {kBad}},
                           {"io_uring_register", SYS_io_uring_register, {kBad, kBad}},
                           {"open_by_handle_at", SYS_open_by_handle_at, {kBad, kBad, kBad}},
                           {"kexec_load", SYS_kexec_load, {0, kBad, kBad, kBad}},
                           {"kexec_file_load", SYS_kexec_file_load, {kBad, kBad, 0, kBad, kBad}},
                           {"init_module", SYS_init_module, {kBad, 0, kBad}},
                           {"finit_module", SYS_finit_module, {kBad, kBad, kBad}},
                           {"delete_module", SYS_delete_module, {kBad, 0}},
                           {"swapon", SYS_swapon, {kBad, kBad}},
                           {"swapoff", SYS_swapoff, {kBad}},
                           {"reboot", SYS_reboot, {0, 0, kBad}},
                           {"settimeofday", SYS_settimeofday, {kBad, kBad}},
                           {"clock_settime", SYS_clock_settime, {0, kBad}},
                           {"fsopen", SYS_fsopen, {kBad, kBad}},
                           {"fsconfig", SYS_fsconfig, {kBad, kBad}},
                           {"fsmount", SYS_fsmount, {kBad, 0, 0}},
                           {"fspick", SYS_fspick, {kBad, kBad, 0}},
                           {"open_tree", SYS_open_tree, {kBad, kBad, 0}},
                           {"move_mount", SYS_move_mount, {kBad, kBad, kBad, kBad, 0}},
                           {"mount_setattr", SYS_mount_setattr, {kBad, kBad, 0, kBad, 32}},
                           {"pivot_root", SYS_pivot_root, {kBad, kBad}},
                           {"setns", SYS_setns, {kBad, 0}},
                           {"quotactl", SYS_quotactl, {kBad, kBad}},
                           {"fanotify_init", SYS_fanotify_init, {kBad, kBad}},
                           {"syslog", SYS_syslog, {3, 0, 0}},
                           {"acct", SYS_acct, {kBad}},
                           {"iopl", SYS_iopl, {4}},
                           {"ioperm", SYS_ioperm, {kBad, 1, 1}},
                           {"process_madvise", SYS_process_madvise, {kBad, kBad, 1, kBad, 0}},
                           {"mbind", SYS_mbind, {0, 0, kBad}},
                           {"set_mempolicy", SYS_set_mempolicy, {kBad, kBad, 1}},
                           {"get_mempolicy", SYS_get_mempolicy, {0, 0, 0, 0, kBad}},
                           {"migrate_pages", SYS_migrate_pages, {kBad, 1, kBad, kBad}},
                           {"move_pages", SYS_move_pages, {0, 1, kBad, kBad, kBad, kBad}},
                           {"kcmp", SYS_kcmp, {1, 1, kBad}},
                           {"pidfd_getfd", SYS_pidfd_getfd, {kBad, kBad, 0}},
                           {"lookup_dcookie", SYS_lookup_dcookie, {0, kBad, kBad}},
                           {"nfsservctl", SYS_nfsservctl, {kBad}},
                           {"uselib", SYS_uselib, {kBad}},
                           {"sethostname", SYS_sethostname, {kBad, 1}},
                           {"vhangup", SYS_vhangup, {}}};

/// How a child that makes the call ends: a signal is the filter's way to refuse it.
template <class Attempt>
void tell_end(const char* what, Attempt attempt) {
  fflush(stdout);
  const pid_t pid = fork();
  if (pid == 0) _exit(attempt() < 0 ? 1 : 0);
  int status = 0;
  waitpid(pid, &status, 0);
  if (WIFSIGNALED(status)) return tell_word(what, WTERMSIG(status) == SIGSYS ? "SIGSYS" : "another signal");
  tell_word(what, WEXITSTATUS(status) == 0 ? "OPEN" : "refused");
}

}  // namespace

void system_calls() {
  for (const Call& call : kCalls) {
    const long* a = call.arguments;
    tell_reached(call.name, syscall(call.number, a[0], a[1], a[2], a[3], a[4], a[5]));
  }
}

void odd_system_calls() {
  tell("a socket of the hypervisor", socket(kVsock, SOCK_STREAM, 0));
  tell("a socket of the kernel's cryptography", socket(AF_ALG, SOCK_SEQPACKET, 0));
  tell("personality without address randomisation", syscall(SYS_personality, 0x0040000));
  tell("getpid of the x32 table", syscall(0x40000000 | SYS_getpid));
  tell("a call that nobody knows", syscall(470));
}

void i386_table() {
  // By its own gate.
  tell_end("getpid of the i386 table", [] {
    long result = 20;
    asm volatile("int $0x80" : "+a"(result) : : "memory");
    return result;
  });
}

}  // namespace probe
