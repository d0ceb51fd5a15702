// What a process inside of a default container cannot do, attempt by attempt. Numbers: see
// default_container.hpp.
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "default_container.hpp"

namespace runtime::test {
namespace {

using Walls = Security;

/// Of a file on a read-only mount; to who is not the host's root it belongs to somebody else in the first
/// place.
std::string refused() { return real_root() ? "EROFS" : "EACCES"; }

/// One line per switch that this kernel has.
std::string switches(const std::string& answer) {
  std::string lines;
  for (const char* path : {"/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern",
                           "/proc/sys/kernel/modprobe", "/proc/sys/vm/panic_on_oom",
                           "/proc/irq/default_smp_affinity", "/sys/kernel/mm/transparent_hugepage/enabled"})
    lines += std::string(path) + ": " + (sys::exists(path) ? answer : "ENOENT") + "\n";
  return lines;
}

TEST_F(Walls, S01_S02_TheHostsSwitchesAreReadOnly) {
  EXPECT_EQ(probe("read-only-files"), switches(refused()));
}

constexpr const char* kMasked =
    "/proc/kcore: nothing\n"
    "/proc/keys: nothing\n"
    "/proc/timer_list: nothing\n"
    "/proc/timer_stats: nothing\n"
    "/proc/latency_stats: nothing\n"
    "/proc/sched_debug: nothing\n"
    "/proc/interrupts: nothing\n"
    "/proc/acpi: nothing\n"
    "/proc/asound: nothing\n"
    "/proc/scsi: nothing\n"
    "/sys/firmware: nothing\n"
    "/sys/devices/virtual/powercap: nothing\n";

TEST_F(Walls, S03_S04_FilesThatTellAboutTheHostAreEmpty) { EXPECT_EQ(probe("masked-files"), kMasked); }

TEST_F(Walls, S05_NothingIsMountedOrUnmasked) {
  EXPECT_EQ(probe("mounts"),
            "mount a tmpfs: EPERM\n"
            "mount a second proc: EPERM\n"
            "bind the root elsewhere: EPERM\n"
            "make /proc/sys writable: EPERM\n"
            "make /sys writable: EPERM\n"
            "unmask /proc/interrupts: EPERM\n"
            "unmount /proc: EPERM\n");
}

TEST_F(Walls, S06_CgroupsAreReadOnlyAndCannotBeMounted) {
  const std::string unified = sys::exists("/sys/fs/cgroup/unified") ? "EROFS" : "ENOENT";
  EXPECT_EQ(probe("cgroup-files"),
            "make a group: EROFS\n"
            "make a group in the unified tree: " +
                unified +
                "\n"
                "write cgroup.procs: " +
                refused() +
                "\n"
                "mount cgroup v1: EPERM\n"
                "mount cgroup v2: EPERM\n"
                "mount cgroup v1 in a namespace of its own: EPERM\n");
}

TEST_F(Walls, S07_HostDeviceNodesCannotBeOpened) {
  EXPECT_EQ(probe("devices"),
            "fuse: EPERM\n"
            "the kernel's log: EPERM\n"
            "the machine's memory: EPERM\n"
            "a console of the host: EPERM\n"
            "a loop device: EPERM\n"
            "the host's disk: EPERM\n"
            "/dev/null: OPEN\n");
}

TEST_F(Walls, S08_OnlyStandardDescriptorsAreOpen) {
  const sys::unique_fd not_close_on_exec(::open("/etc/passwd", O_RDONLY));
  const std::string standard = "0: /dev/null\n1: pipe\n2: pipe\n";
  EXPECT_EQ(probe("descriptors"), standard);
  service.init = true;
  EXPECT_EQ(probe("descriptors"), standard);
}

TEST_F(Walls, S08_OnlyStandardDescriptorsAreOpenInOneMoreProcess) {
  const sys::unique_fd not_close_on_exec(::open("/etc/passwd", O_RDONLY));
  Running running(*this, {"/bin/sleep", "60"});
  EXPECT_EQ(running.exec({"/bin/probe", "descriptors"}).output, "0: /dev/null\n1: pipe\n2: pipe\n");
}

TEST_F(Walls, S14_CapabilitiesAreTheUsualFourteenAndGoWithTheUser) {
  const std::string wanted = "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status";
  EXPECT_EQ(shell(wanted),
            "CapInh:\t0000000000000000\nCapPrm:\t00000000a80425fb\nCapEff:\t00000000a80425fb\n"
            "CapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t2\n");
  if (!real_root()) GTEST_SKIP() << kNeedsNumbers;
  service.user = "app";
  EXPECT_EQ(shell(wanted),
            "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
            "CapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t2\n");
}

TEST_F(Walls, S15_NamespacesAreNeitherMadeNorEntered) {
  EXPECT_EQ(probe("namespaces"),
            "unshare a user namespace: EPERM\n"
            "unshare a mount namespace: EPERM\n"
            "unshare a network namespace: EPERM\n"
            "enter the mount namespace of process 1: EPERM\n"
            "enter its own network namespace: EPERM\n"
            "clone a user namespace: EPERM\n"
            "clone a mount namespace: EPERM\n"
            "clone3: ENOSYS\n");
}

/// One line per attempt; those that are not refused stand out.
std::string not_refused(const std::string& lines) {
  std::istringstream stream(lines);
  std::string found;
  for (std::string line; std::getline(stream, line);)
    if (!line.ends_with(": EPERM")) found += line + "\n";
  return found;
}

TEST_F(Walls, S16_DangerousSystemCallsAreNotReached) {
  const std::string calls = probe("system-calls");
  EXPECT_EQ(std::count(calls.begin(), calls.end(), '\n'), 48);
  EXPECT_EQ(not_refused(calls), "");
}

TEST_F(Walls, S17_OddTablesAndFamiliesAreRefused) {
  EXPECT_EQ(probe("odd-system-calls"),
            "a socket of the hypervisor: EPERM\n"
            "a socket of the kernel's cryptography: EPERM\n"
            "personality without address randomisation: EPERM\n"
            "getpid of the x32 table: ENOSYS\n"
            "a call that nobody knows: ENOSYS\n");
}

TEST_F(Walls, S17_TheI386TableKills) { EXPECT_EQ(probe("i386-table"), "getpid of the i386 table: SIGSYS\n"); }

TEST_F(Walls, S18_DevicesAreTheUsualOnesAndNoMore) {
  const std::string usual =
      "core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero\n";
  EXPECT_EQ(shell("echo $(ls /dev)"), usual);
  EXPECT_EQ(shell("echo $(ls /dev/pts /dev/shm /dev/mqueue)"), "/dev/mqueue: /dev/pts: ptmx /dev/shm:\n");
}

TEST_F(Walls, S19_AbstractSocketsOfTheHostAreOutOfReach) {
  const sys::unique_fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  constexpr std::string_view kName = "mdcompose-security-test";
  std::memcpy(address.sun_path + 1, kName.data(), kName.size());
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + kName.size())),
            0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  EXPECT_EQ(probe("host-sockets"),
            "abstract sockets to be seen: 0\nconnect to the host's abstract socket: ECONNREFUSED\n");
}

TEST_F(Walls, S20_OnlyItsOwnProcessesAreSeen) {
  EXPECT_EQ(probe("foreign-processes"),
            "processes to be seen: 1\nits own number: 1\nits parent's number: 0\n");
}

TEST_F(Walls, S21_ChrootIsNoWayOut) {
  EXPECT_EQ(probe("chroot-break"), "root after the break: the container's\n");
}

TEST_F(Walls, S22_PrioritiesAndLimitsAreNotRaised) {
  EXPECT_EQ(probe("limits"),
            "be the last one to be killed: EACCES\n"
            "raise a hard limit: EPERM\n"
            "run before all others: EACCES\n"
            "real-time scheduling: EPERM\n");
}

/// A probe that finds nothing anywhere would prove nothing.
TEST_F(Walls, AreFoundOpenByTheProbeWhereThereAreNone) {
  if (!real_root()) GTEST_SKIP() << "needs real root: in a user namespace nobody has these powers";
  service.privileged = true;
  EXPECT_EQ(probe("read-only-files"), switches("OPEN"));
  EXPECT_NE(probe("masked-files"), kMasked);
  EXPECT_EQ(probe("mounts"),
            "mount a tmpfs: OPEN\n"
            "mount a second proc: OPEN\n"
            "bind the root elsewhere: OPEN\n"
            "make /proc/sys writable: EINVAL\n"
            "make /sys writable: OPEN\n"
            "unmask /proc/interrupts: EINVAL\n"
            "unmount /proc: OPEN\n");
  EXPECT_THAT(probe("devices"), testing::HasSubstr("the kernel's log: OPEN\n"));
  EXPECT_THAT(not_refused(probe("system-calls")), testing::HasSubstr("mount_setattr: OPEN\n"));
  service.pid = service.network_mode = "host";
  EXPECT_THAT(probe("foreign-processes"), testing::Not(testing::HasSubstr("to be seen: 1\n")));
}

}  // namespace
}  // namespace runtime::test
