// Mounts, namespaces, cgroups, roots: what a container's walls are made of.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.hpp"

namespace probe {
namespace {

/// In a child, because success changes the process itself.
template <class Call>
void tell_in_child(const char* what, Call call) {
  fflush(stdout);
  const pid_t pid = fork();
  if (pid == 0) {
    tell(what, call());
    fflush(stdout);
    _exit(0);
  }
  waitpid(pid, nullptr, 0);
}

long enter_namespace(const char* path, int type) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -1 : setns(fd, type);
}

void clone_with(const char* what, unsigned long flag) {
  fflush(stdout);
  const long pid = syscall(SYS_clone, flag | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (pid == 0) _exit(0);
  tell(what, pid);
  if (pid > 0) waitpid(static_cast<pid_t>(pid), nullptr, 0);
}

}  // namespace

void mounts() {
  mkdir("/tmp/m", 0700);
  tell_in_child("mount a tmpfs", [] { return mount("x", "/tmp/m", "tmpfs", 0, nullptr); });
  tell_in_child("mount a second proc", [] { return mount("x", "/tmp/m", "proc", 0, nullptr); });
  tell_in_child("bind the root elsewhere", [] { return mount("/", "/tmp/m", nullptr, MS_BIND, nullptr); });
  tell_in_child("make /proc/sys writable",
                [] { return mount("none", "/proc/sys", nullptr, MS_REMOUNT | MS_BIND, nullptr); });
  tell_in_child("make /sys writable",
                [] { return mount("none", "/sys", nullptr, MS_REMOUNT | MS_BIND, nullptr); });
  tell_in_child("unmask /proc/interrupts", [] { return umount2("/proc/interrupts", MNT_DETACH); });
  tell_in_child("unmount /proc", [] { return umount2("/proc", MNT_DETACH); });
}

void cgroup_files() {
  tell("make a group", mkdir("/sys/fs/cgroup/x", 0755));
  tell("make a group in the unified tree", mkdir("/sys/fs/cgroup/unified/x", 0755));
  int fd = open("/sys/fs/cgroup/cgroup.procs", O_WRONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) fd = open("/sys/fs/cgroup/unified/cgroup.procs", O_WRONLY | O_CLOEXEC);
  tell("write cgroup.procs", fd);
  mkdir("/tmp/c", 0700);
  tell_in_child("mount cgroup v1", [] { return mount("x", "/tmp/c", "cgroup", 0, "memory"); });
  tell_in_child("mount cgroup v2", [] { return mount("x", "/tmp/c", "cgroup2", 0, nullptr); });
  // CVE-2022-0492: in a user namespace of one's own the mount was allowed, and with it release_agent.
  tell_in_child("mount cgroup v1 in a namespace of its own", [] {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP) != 0) return -1;
    return mount("x", "/tmp/c", "cgroup", 0, "memory");
  });
}

void namespaces() {
  tell_in_child("unshare a user namespace", [] { return unshare(CLONE_NEWUSER); });
  tell_in_child("unshare a mount namespace", [] { return unshare(CLONE_NEWNS); });
  tell_in_child("unshare a network namespace", [] { return unshare(CLONE_NEWNET); });
  tell_in_child("enter the mount namespace of process 1",
                [] { return enter_namespace("/proc/1/ns/mnt", CLONE_NEWNS); });
  tell_in_child("enter its own network namespace",
                [] { return enter_namespace("/proc/self/ns/net", CLONE_NEWNET); });
  clone_with("clone a user namespace", CLONE_NEWUSER);
  clone_with("clone a mount namespace", CLONE_NEWNS);
  // Its flags are out of a filter's sight, so it does not exist; libraries fall back to clone.
  tell("clone3", syscall(SYS_clone3, nullptr, 0));
}

/// The old way out: a root below one's own working directory.
void chroot_break() {
  struct stat before {};
  struct stat after {};
  stat("/", &before);
  mkdir("/tmp/jail", 0700);
  if (chroot("/tmp/jail") != 0) return tell("chroot", -1);
  for (int step = 0; step < 64; ++step) (void)!chdir("..");
  (void)!chroot(".");
  stat("/", &after);
  const bool same = before.st_dev == after.st_dev && before.st_ino == after.st_ino;
  tell_word("root after the break", same ? "the container's" : "OPEN");
}

}  // namespace probe
