// What a process sees inside a container.
#include <sys/mount.h>

#include "group.hpp"
#include "sandbox.hpp"

namespace runtime::test {
namespace {

struct Container : testing::Test {
  Sandbox box{};
  std::string output_of(const std::string& script) { return run(box.shell(script)).output; }
  StartError error_of(const Spec& spec) {
    try {
      run(spec);
    } catch (const StartError& error) {
      return error;
    }
    ADD_FAILURE() << "it started";
    return {"", 0, false};
  }
};

TEST_F(Container, RunsACommandAndTellsItsExitCode) {
  const Outcome outcome = run(box.shell("echo hello; exit 7"));
  EXPECT_EQ(outcome.output, "hello\n");
  EXPECT_EQ(outcome.status.shell_code(), 7);
}

TEST_F(Container, CannotKillItsOwnProcessOne) {
  EXPECT_EQ(run(box.shell("kill -9 $$; exit 4")).status.shell_code(), 4);
}

TEST_F(Container, IsProcessOneWithItsOwnName) { EXPECT_EQ(output_of("echo $$; hostname"), "1\nbox\n"); }

TEST_F(Container, WritesGoToTheUpperDirectoryOnly) {
  EXPECT_EQ(output_of("echo x > /etc/new; cat /etc/new"), "x\n");
  EXPECT_TRUE(sys::exists(box / "upper/etc/new"));
  EXPECT_FALSE(sys::exists(box / "root/etc/new"));
}

TEST_F(Container, ReadOnlyRootRefusesWrites) {
  Spec spec = box.shell("touch /etc/new 2>&1; touch /dev/shm/ok && echo shm");
  spec.root.readonly = true;
  EXPECT_EQ(run(spec).output, "touch: /etc/new: Read-only file system\nshm\n");
}

TEST_F(Container, PlainDirectoryIsWrittenThrough) {
  Spec spec = box.shell("echo x > /etc/new");
  spec.root.overlay.reset();
  spec.root.path = box.root();
  EXPECT_EQ(run(spec).status.shell_code(), 0);
  EXPECT_TRUE(sys::exists(box / "root/etc/new"));
}

TEST_F(Container, HasTheUsualDevices) {
  EXPECT_EQ(output_of("echo $(ls /dev)"),
            "core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero\n");
}

TEST_F(Container, HoldsNoDescriptorOfItsCreator) {
  const sys::unique_fd leaked(::open("/etc/passwd", O_RDONLY));
  EXPECT_EQ(output_of("echo $(ls /proc/self/fd)"), "0 1 2 3\n");  // 3 is ls reading the directory
}

TEST_F(Container, HasDockersCapabilitiesAndAFilter) {
  const std::string status = output_of("grep -E '^(CapBnd|CapEff|CapInh|Seccomp):' /proc/self/status");
  EXPECT_EQ(status,
            "CapInh:\t0000000000000000\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nSeccomp:\t2\n");
}

TEST_F(Container, UserLosesCapabilitiesAndGetsHisGroups) {
  if (!real_root()) GTEST_SKIP() << kNeedsNumbers;
  Spec spec = box.shell("id; echo $HOME; grep CapEff /proc/self/status");
  spec.process.user.name = "app";
  EXPECT_EQ(run(spec).output,
            "uid=1000(app) gid=1000(app) groups=50(staff),1000(app)\n/home/app\nCapEff:\t0000000000000000\n");
}

TEST_F(Container, NamedUserHasHisFirstGroupAmongTheOthers) {
  if (!real_root()) GTEST_SKIP() << kNeedsNumbers;
  Spec spec = box.shell("grep Groups /proc/self/status");
  spec.process.user = {.name = "1000:1000", .additional_groups = {"7"}};
  EXPECT_EQ(run(spec).output, "Groups:\t7 1000 \n");
}

TEST_F(Container, NumbersOfUserAndGroupsAreExact) {
  if (!real_root()) GTEST_SKIP() << kNeedsNumbers;
  Spec spec = box.shell("id -u; id -g; id -G; echo $HOME");
  spec.process.user = {.uid = 1000, .gid = 0, .additional_gids = {7}};
  EXPECT_EQ(run(spec).output, "1000\n0\n0 7\n/home/app\n");
}

TEST_F(Container, UnknownUserIsNamed) {
  Spec spec = box.shell("true");
  spec.process.user.name = "nobody-here";
  const StartError error = error_of(spec);
  EXPECT_STREQ(error.what(), "unable to find user nobody-here: no matching entry in passwd file");
  EXPECT_EQ(error.exit_code(), 125);
}

TEST_F(Container, CommandNotFoundIs127) { EXPECT_EQ(error_of(box.spec({"nosuch"})).exit_code(), 127); }

TEST_F(Container, CommandNotExecutableIs126) {
  box.write("root/data", "text");
  EXPECT_EQ(error_of(box.spec({"/data"})).exit_code(), 126);
}

TEST_F(Container, MissingRootIsNamed) {
  Spec spec = box.shell("true");
  spec.root.overlay.reset();
  spec.root.path = "/no/such/root";
  EXPECT_STREQ(error_of(spec).what(), "bind mount /no/such/root: No such file or directory");
}

TEST_F(Container, WorkingDirectoryIsMadeWhereAskedFor) {
  Spec spec = box.shell("pwd");
  spec.process.cwd = "/srv/app";
  EXPECT_EQ(error_of(spec).exit_code(), 125);
  spec.process.create_cwd = true;
  EXPECT_EQ(run(spec).output, "/srv/app\n");
  spec.process.cwd = "/srv/other";
  spec.root.readonly = true;
  EXPECT_EQ(run(spec).output, "/srv/other\n");
}

TEST_F(Container, MasksWhatTellsAboutTheHost) {
  EXPECT_EQ(output_of("cat /proc/keys /proc/timer_list | wc -c; ls /sys/firmware | wc -l"), "0\n0\n");
  EXPECT_NE(output_of("echo h > /proc/sysrq-trigger 2>&1 || echo refused").find("refused"),
            std::string::npos);
  EXPECT_NE(output_of("echo x > /proc/sys/kernel/core_pattern 2>&1 || echo refused").find("refused"),
            std::string::npos);
}

TEST_F(Container, MountsDoNotComeBack) {
  EXPECT_EQ(output_of("mount -t tmpfs x /tmp 2>/dev/null || echo refused; umount /proc/kcore 2>/dev/null || "
                      "echo refused"),
            "refused\nrefused\n");
}

TEST_F(Container, ReadOnlyVolumeIsReadOnly) {
  box.write("volume/file", "content\n");
  Spec spec = box.shell("cat /data/file; touch /data/new 2>&1");
  spec.mounts.push_back(
      {.destination = "/data", .type = "bind", .source = box / "volume", .options = {"rbind", "rro"}});
  EXPECT_EQ(run(spec).output, "content\ntouch: /data/new: Read-only file system\n");
}

TEST_F(Container, FileIsMountedOnAFile) {
  box.write("volume/file", "content\n");
  Spec spec = box.shell("cat /etc/deep/er/name");
  spec.mounts.push_back({.destination = "/etc/deep/er/name",
                         .type = "bind",
                         .source = box / "volume/file",
                         .options = {"rbind"}});
  EXPECT_EQ(run(spec).output, "content\n");
}

TEST_F(Container, LinkInTheImageDoesNotLeadAMountOutside) {
  box.write("host/keep", "host\n");
  box.write("volume/evil", "evil\n");
  std::filesystem::create_symlink(box / "host", box / "root/trap");
  Spec spec = box.shell("ls /trap");
  spec.mounts.push_back(
      {.destination = "/trap", .type = "bind", .source = box / "volume", .options = {"rbind"}});
  EXPECT_EQ(run(spec).output, "evil\n");
  EXPECT_FALSE(sys::exists(box / "host/evil"));
}

TEST_F(Container, ImageWithProcAsALinkIsRefused) {
  std::filesystem::remove(box / "root/proc");
  std::filesystem::create_symlink("/tmp", box / "root/proc");
  EXPECT_EQ(error_of(box.shell("true")).exit_code(), 125);
}

TEST_F(Container, TmpfsWithOptions) {
  Spec spec = box.shell("stat -c %a /cache; mount | grep /cache");
  spec.mounts.push_back({.destination = "/cache",
                         .type = "tmpfs",
                         .source = "tmpfs",
                         .options = {"noexec", "size=1m", "mode=1770"}});
  const std::string output = run(spec).output;
  EXPECT_EQ(output.substr(0, 5), "1770\n");
  EXPECT_NE(output.find("noexec"), std::string::npos);
  EXPECT_NE(output.find("size=1024k"), std::string::npos);
}

TEST_F(Container, SysctlsAndLimitsApply) {
  Spec spec =
      box.shell("cat /proc/sys/net/ipv4/ip_unprivileged_port_start; ulimit -n; cat /proc/self/oom_score_adj");
  spec.linux.sysctl = {{"net.ipv4.ip_unprivileged_port_start", "0"}};
  spec.process.rlimits = {{.type = "RLIMIT_NOFILE", .soft = 77, .hard = 99}};
  spec.process.oom_score_adj = 123;
  EXPECT_EQ(run(spec).output, "0\n77\n123\n");
}

TEST_F(Container, MayOpenFewerFilesThanItsCreatorHasOpen) {
  std::vector<sys::unique_fd> many;
  for (int i = 0; i < 100; ++i) many.push_back(sys::open("/dev/null", O_RDONLY));
  Spec spec = box.shell("ulimit -n");
  spec.process.rlimits = {{.type = "RLIMIT_NOFILE", .soft = 50, .hard = 50}};
  EXPECT_EQ(run(spec).output, "50\n");
}

TEST_F(Container, TerminalHasItsSize) {
  Spec spec = box.shell("stty size; tty");
  spec.process.terminal = true;
  spec.process.rows = 33;
  spec.process.columns = 99;
  Started started = create(spec, nullptr, {});
  started.wait_ready();
  const sys::unique_fd console = started.take_console();
  started.release();
  started.wait_started();
  std::string output;
  std::array<char, 256> buffer{};
  for (ssize_t size = 0; (size = ::read(console.get(), buffer.data(), buffer.size())) > 0;)
    output.append(buffer.data(), static_cast<std::size_t>(size));
  sys::wait_pidfd(started.pidfd());
  EXPECT_EQ(output, "33 99\r\n/dev/pts/0\r\n");
}

TEST_F(Container, WaitsForItsRelease) {
  Spec spec = box.shell("touch /ran");
  {
    Started started = create(spec, nullptr, {});
    started.wait_ready();
    EXPECT_FALSE(sys::exists(box / "upper/ran"));
    const sys::unique_fd pidfd = started.take_pidfd();
    started = Started();  // the creator is gone
    EXPECT_EQ(sys::wait_pidfd(pidfd.get())->shell_code(), 125);
  }
  EXPECT_FALSE(sys::exists(box / "upper/ran"));
}

TEST_F(Container, InitReapsOrphansAndPassesTheCodeOn) {
  Spec spec = box.shell("(sleep 0.05 &) ; sleep 0.2; ps -o stat | grep -c Z; echo $$; exit 9");
  spec.init = true;
  const Outcome outcome = run(spec);
  EXPECT_EQ(outcome.output, "0\n2\n");
  EXPECT_EQ(outcome.status.shell_code(), 9);
}

TEST_F(Container, InitForwardsSignals) {
  Spec spec = box.shell("trap 'echo term; exit 3' TERM; echo up; while :; do sleep 0.01; done");
  spec.init = true;
  sys::Pipe pipe = sys::pipe();
  Started started = create(spec, nullptr, {.stdio = {.in = -1, .out = pipe.write.get(), .err = -1}});
  pipe.write.reset();
  started.wait_ready();
  started.release();
  started.wait_started();
  std::array<char, 8> up{};
  ASSERT_EQ(::read(pipe.read.get(), up.data(), 3), 3);
  sys::pidfd_send_signal(started.pidfd(), SIGTERM);
  EXPECT_EQ(sys::wait_pidfd(started.pidfd())->shell_code(), 3);
}

TEST_F(Container, InitMissesNoSignalHoweverEarlyItComes) {
  Spec spec = box.shell("exec sleep 3");
  spec.init = true;
  for (int i = 0; i < 10; ++i) {
    Started started = create(spec, nullptr, {});
    started.wait_ready();
    started.release();
    started.wait_started();
    sys::pidfd_send_signal(started.pidfd(), SIGTERM);
    EXPECT_EQ(sys::wait_pidfd(started.pidfd())->shell_code(), 143);
  }
}

TEST_F(Container, LivesInItsUserNamespace) {
  if (!real_root()) GTEST_SKIP() << kNeedsNumbers;
  Spec spec = box.shell("id -u; cat /proc/self/uid_map");
  spec.root.overlay.reset();
  spec.root.path = box.root();
  spec.linux.namespaces.push_back({NamespaceType::user});
  spec.linux.uid_mappings = {{.container_id = 0, .host_id = 0, .size = 65536}};
  spec.linux.gid_mappings = spec.linux.uid_mappings;
  EXPECT_EQ(run(spec).output, "0\n         0          0      65536\n");
}

TEST_F(Container, RootOfTheHostIsUsedCopyOnWrite) {
  if (!real_root()) GTEST_SKIP() << kNeedsWholeRoot;
  Spec spec = box.shell("test -e /usr/bin/env && touch /etc/mdcompose-test && echo ok");
  spec.root.overlay->lower = {"/"};
  EXPECT_EQ(run(spec).output, "ok\n");
  EXPECT_FALSE(sys::exists("/etc/mdcompose-test"));
}

}  // namespace
}  // namespace runtime::test
