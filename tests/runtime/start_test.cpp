// What a container's process takes along from its creator: nothing that it is not given.
#include <linux/keyctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <csignal>

#include "group.hpp"
#include "sandbox.hpp"

namespace runtime::test {
namespace {

struct Start : testing::Test {
  Sandbox box{};
  std::string output_of(const std::string& script) { return run(box.shell(script)).output; }
  std::string refusal_of(const Spec& spec) {
    try {
      run(spec);
    } catch (const StartError& error) {
      return error.what();
    }
    return "it started";
  }
};

TEST_F(Start, IsRefusedInTheHostsMountNamespace) {
  Spec spec = box.shell("true");
  std::erase_if(spec.linux.namespaces, [](const Namespace& one) { return one.type == NamespaceType::mount; });
  EXPECT_THROW(run(spec), std::invalid_argument);
}

TEST_F(Start, LeavesTheSessionOfItsCreator) {
  // Fields 6 and 7: session and terminal. The container leads a session of its own and has no terminal.
  EXPECT_EQ(output_of("set -- $(cat /proc/self/stat); echo $6 $7"), "1 0\n");
}

TEST_F(Start, LeavesTheKeyringOfItsCreator) {
  constexpr long kOnlyForItsPossessor = 0x3f000000;
  ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
  const long key = ::syscall(SYS_add_key, "user", "mdcompose-test", "x", 1, KEY_SPEC_SESSION_KEYRING);
  ASSERT_GE(key, 0);
  ASSERT_EQ(::syscall(SYS_keyctl, KEYCTL_SETPERM, key, kOnlyForItsPossessor), 0);
  ASSERT_NE(sys::read_file("/proc/keys").find("mdcompose-test"), std::string::npos);
  Spec spec = box.shell("grep -c mdcompose-test /proc/keys");
  spec.linux.masked_paths.clear();
  EXPECT_EQ(run(spec).output, "0\n");
}

TEST_F(Start, HasTheUsualUmaskWhateverTheCreatorHas) {
  const mode_t before = ::umask(077);
  EXPECT_EQ(output_of("umask; stat -c %a /dev/shm/.. /dev/pts"), "0022\n755\n755\n");
  Spec spec = box.shell("umask");
  spec.process.user.umask = 027;
  EXPECT_EQ(run(spec).output, "0027\n");
  ::umask(before);
}

TEST_F(Start, HasNoDescriptorToEnterOrExecute) {
  Spec spec = box.shell("true");
  for (int number = 3; number < 40; ++number) {
    spec.process.cwd = "/proc/self/fd/" + std::to_string(number);
    EXPECT_NE(refusal_of(spec), "it started");
  }
}

TEST_F(Start, SignalsAreAsExecveExpectsThem) {
  ::signal(SIGUSR1, SIG_IGN);
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  EXPECT_EQ(output_of("exec grep -E '^Sig(Blk|Ign):' /proc/self/status"),
            "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  ::signal(SIGUSR1, SIG_DFL);
}

TEST_F(Start, SysctlsOfTheHostAreRefused) {
  Spec spec = box.shell("true");
  for (const char* name : {"kernel.core_pattern", "vm.overcommit_memory", "kernel/modprobe", "fs.file-max"}) {
    spec.linux.sysctl = {{name, "x"}};
    EXPECT_EQ(refusal_of(spec), "sysctl " + std::string(name) + " would change the host");
  }
  spec.linux.sysctl = {{"net.ipv4.ip_forward", "1"}};
  std::erase_if(spec.linux.namespaces,
                [](const Namespace& one) { return one.type == NamespaceType::network; });
  EXPECT_EQ(refusal_of(spec), "sysctl net.ipv4.ip_forward would change the host");
}

TEST_F(Start, SysctlsOfItsNamespacesApplyInBothSpellings) {
  Spec spec = box.shell("cat /proc/sys/kernel/msgmax /proc/sys/net/ipv4/conf/lo/forwarding");
  spec.linux.sysctl = {{"kernel.msgmax", "4096"}, {"net/ipv4/conf/lo/forwarding", "1"}};
  EXPECT_EQ(run(spec).output, "4096\n1\n");
}

TEST_F(Start, SysctlThatTheKernelDoesNotTakeIsNamed) {
  Spec spec = box.shell("true");
  spec.linux.sysctl = {{"net.ipv4.ip_forward", "perhaps"}};
  EXPECT_EQ(refusal_of(spec), "set sysctl net.ipv4.ip_forward to perhaps: Invalid argument");
}

TEST_F(Start, EverybodyOfItsUserNamespaceMayPing) {
  Spec spec = box.shell("cat /proc/sys/net/ipv4/ping_group_range");
  spec.linux.sysctl = {{"net.ipv4.ping_group_range", "0 2147483647"}};
  EXPECT_EQ(run(spec).output, real_root() ? "0\t2147483647\n" : "0\t0\n");
}

TEST_F(Start, DoesNotWaitForAPipeInPlaceOfThePasswordFile) {
  std::filesystem::remove(box / "root/etc/passwd");
  ASSERT_EQ(::mkfifo((box / "root/etc/passwd").c_str(), 0644), 0);
  EXPECT_EQ(refusal_of(box.shell("true")), "/etc/passwd: Invalid argument");
}

TEST_F(Start, UserOwnsHisTerminal) {
  if (!real_root()) GTEST_SKIP() << kNeedsNumbers;
  Spec spec = box.shell("stat -c '%u %g' /dev/pts/0; test -w /dev/pts/0 && echo writable");
  spec.process.terminal = true;
  spec.process.user.name = "app";
  Started started = create(spec, nullptr, {});
  started.wait_ready();
  const sys::unique_fd console = started.take_console();
  started.release();
  started.wait_started();
  std::array<char, 64> line{};
  std::string output;
  while (output.find("writable") == std::string::npos) {
    const ssize_t size = ::read(console.get(), line.data(), line.size());
    if (size <= 0) break;
    output.append(line.data(), static_cast<std::size_t>(size));
  }
  sys::wait_pidfd(started.pidfd());
  EXPECT_EQ(output.substr(0, output.find("writable")), "1000 5\r\n");
}

TEST_F(Start, UserInANamespaceUsesAnOverlay) {
  if (!real_root()) GTEST_SKIP() << kNeedsNumbers;
  if (::setxattr((box / "upper").c_str(), "user.mdcompose", "", 0, 0) != 0)
    GTEST_SKIP() << "needs user.* attributes where the upper directory is: tmpfs has them since Linux 6.6";
  Spec spec = box.shell("id -u; rm -r /tmp; mkdir /tmp; ls /tmp; stat -c %u /bin/busybox");
  spec.linux.namespaces.push_back({NamespaceType::user});
  spec.linux.uid_mappings = {{.container_id = 0, .host_id = 0, .size = 65536}};
  spec.linux.gid_mappings = spec.linux.uid_mappings;
  EXPECT_EQ(run(spec).output, "0\n0\n");
}

TEST_F(Start, DiesWithItsCreator) {
  sys::Pipe alive = sys::pipe();
  sys::Cloned creator = sys::clone3(0);
  if (creator.pid == 0) {
    alive.read.reset();
    Started started =
        create(box.shell("echo up; exec sleep 60"), nullptr,
               {.stdio = {.in = -1, .out = alive.write.get(), .err = -1}, .die_with_parent = true});
    started.wait_ready();
    started.release();
    started.wait_started();
    for (;;) ::pause();
  }
  alive.write.reset();
  std::array<char, 3> up{};
  ASSERT_EQ(::read(alive.read.get(), up.data(), up.size()), 3);
  sys::pidfd_send_signal(creator.pidfd.get(), SIGKILL);
  sys::wait_pidfd(creator.pidfd.get());
  EXPECT_EQ(sys::read_all(alive.read.get()), "");  // end of file: nobody holds the pipe any more
}

}  // namespace
}  // namespace runtime::test
