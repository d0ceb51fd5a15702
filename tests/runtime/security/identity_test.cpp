// Who a container's processes are, and what they know. Numbers: see default_container.hpp.
#include <cstdlib>

#include "default_container.hpp"

namespace runtime::test {
namespace {

using Identity = Security;

TEST_F(Identity, S24_SetuidProgramStaysWithNoNewPrivileges) {
  if (!real_root()) GTEST_SKIP() << kNeedsNumbers;
  box.write("root/bin/setuid-probe", sys::read_file(box.root() + "/bin/probe"), 04755);
  service.user = "app";
  const std::vector<std::string> command{"/bin/setuid-probe", "power"};
  EXPECT_EQ(run_service(command).output, "effective user: 0\n") << "without the option the bit works as ever";
  service.security_opt = {"no-new-privileges:true"};
  EXPECT_EQ(run_service(command).output, "effective user: 1000\n");
}

struct UserWord {
  const char* name;
  const char* word;
  const char* answer;  ///< of id(1), or why it does not start
};
void PrintTo(const UserWord& user, std::ostream* out) { *out << user.name; }
struct User : Security, testing::WithParamInterface<UserWord> {};

TEST_P(User, S25_IsExactlyWhoWasAskedForOrRefused) {
  if (!real_root()) GTEST_SKIP() << kNeedsNumbers;
  box.write("root/etc/passwd",
            "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/:/bin/sh\nhex:x:0x0:0x0::/:/bin/sh\n"
            "half:x:1001:none::/:/bin/sh\n1234:x:77:78::/:/bin/sh\nshort:x:0\n");
  box.write("root/etc/group", "root:x:0:\nstaff:x:50:app\naudio:x:29:\nodd:x:-1:app\n");
  service.user = GetParam().word;
  service.group_add = {"audio"};
  const std::string answer = refusal({"/bin/true"});
  if (answer != "it started")
    EXPECT_EQ(answer, GetParam().answer);
  else
    EXPECT_EQ(shell("exec 2>/dev/null; echo $(id -u) $(id -g) $(id -G)"), GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    Words, User,
    testing::Values(
        UserWord{"Nobody", "", "0 0 0 29\n"}, UserWord{"Name", "app", "1000 1000 1000 29 50\n"},
        UserWord{"Numbers", "1000:1000", "1000 1000 1000 29\n"},
        UserWord{"NumberWithoutEntry", "4242", "4242 0 0 29\n"},
        UserWord{"NameAndGroup", "app:staff", "1000 50 50 29\n"},
        UserWord{"NameMadeOfDigits", "1234", "77 78 78 29\n"},
        UserWord{"Hexadecimal", "0x0", "unable to find user 0x0: no matching entry in passwd file"},
        UserWord{"HexadecimalEntry", "hex", "unable to find user hex: no matching entry in passwd file"},
        UserWord{"EntryWithoutGroup", "half", "unable to find user half: no matching entry in passwd file"},
        UserWord{"ShortEntry", "short", "unable to find user short: no matching entry in passwd file"},
        UserWord{"DigitsAndLetters", "1000abc",
                 "unable to find user 1000abc: no matching entry in passwd file"},
        UserWord{"Negative", "-1", "unable to find user -1: no matching entry in passwd file"},
        UserWord{"Unchanged", "4294967295",
                 "unable to find user 4294967295: no matching entry in passwd file"},
        UserWord{"Overflow", "4294967296",
                 "unable to find user 4294967296: no matching entry in passwd file"},
        UserWord{"UnknownGroup", "app:0x0", "unable to find group 0x0: no matching entry in group file"}),
    [](const auto& word) { return word.param.name; });

TEST_F(Identity, S26_TypingIntoATerminalReachesNoOther) {
  service.tty = true;
  const Spec wanted = spec({"/bin/probe", "terminal-input"});
  Started started = create(wanted, nullptr, {});
  started.wait_ready();
  const sys::unique_fd console = started.take_console();
  started.release();
  started.wait_started();
  std::array<char, 256> buffer{};
  std::string output;
  for (ssize_t size = 0; (size = ::read(console.get(), buffer.data(), buffer.size())) > 0;)
    output.append(buffer.data(), static_cast<std::size_t>(size));
  sys::wait_pidfd(started.pidfd());
  // Into its own it may, where the kernel still lets anybody (dev.tty.legacy_tiocsti).
  EXPECT_THAT(output, testing::HasSubstr("terminal: /dev/pts/0\r\n"));
  EXPECT_THAT(output, testing::AnyOf(testing::HasSubstr("the terminal: EIO"),
                                     testing::HasSubstr("the terminal: OPEN")));
}

TEST_F(Identity, S26_HasNoTerminalUnlessGivenOne) {
  EXPECT_EQ(probe("terminal-input"), "type into the terminal: ENOTTY\nterminal: /dev/null\n");
  EXPECT_THAT(shell("cat < /dev/tty"), testing::HasSubstr("No such device"));
}

TEST_F(Identity, S27_OneMoreProcessIsConfinedLikeTheFirst) {
  const std::string facts =
      "grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|Cpus_allowed)' /proc/self/status; cat "
      "/proc/self/cgroup "
      "/proc/self/limits /proc/self/oom_score_adj; echo $(busybox readlink /proc/self/ns/*)";
  const std::string script = "if [ $$ = 1 ]; then read line; fi; " + facts;
  service.security_opt = {"no-new-privileges:true"};
  service.ulimits = {{"nofile", {.soft = 77, .hard = 99}}};
  service.oom_score_adj = 123;
  Running running(*this, {"/bin/sh", "-c", script});
  const std::string second = running.exec({"/bin/sh", "-c", script}).output;
  EXPECT_THAT(second, testing::HasSubstr("Seccomp:\t2"));
  EXPECT_EQ(second, running.last_words());
}

TEST_F(Identity, S27_NobodyOpensTheDoorsOfANewcomer) {
  // Until its execve it is a copy of its creator: files, memory and root of the host (CVE-2016-9962).
  Running neighbour(*this, {"/bin/probe", "watch-newcomers"});
  EXPECT_EQ(neighbour.opinion_about_a_newcomer({"/bin/true"}), "doors of a newcomer that are open: 0");
}

TEST_F(Identity, S27_WhoMayTraceMayTraceANewcomer) {
  // Not closed, and not to be closed by us: CAP_SYS_PTRACE reaches every process that is seen. As with any
  // runtime, whoever adds it trusts the container with what is executed in it.
  service.cap_add = {"SYS_PTRACE"};
  Running neighbour(*this, {"/bin/probe", "watch-newcomers"});
  EXPECT_NE(neighbour.opinion_about_a_newcomer({"/bin/true"}), "doors of a newcomer that are open: 0");
}

TEST_F(Identity, S28_KnowsNothingOfTheHostsEnvironment) {
  ::setenv("MDCOMPOSE_TEST_SECRET", "of-the-host", 1);
  const std::string told = shell("busybox tr '\\0' '\\n' < /proc/1/environ; env");
  ::unsetenv("MDCOMPOSE_TEST_SECRET");
  EXPECT_THAT(told, testing::Not(testing::HasSubstr("of-the-host")));
  EXPECT_THAT(told, testing::StartsWith("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
                                        "HOSTNAME=target-1\nHOME=/root\n"));
}

TEST_F(Identity, S28_KnowsNoPathOfTheHost) {
  const std::string mounts = shell("cat /proc/self/mountinfo /proc/self/mounts /proc/self/cgroup");
  EXPECT_THAT(mounts, testing::HasSubstr("overlay"));
  EXPECT_THAT(mounts, testing::Not(testing::HasSubstr("mdcompose")));
}

TEST_F(Identity, S28_SeesWhereAVolumeLiesOnItsFileSystem) {
  // Not closed: the fourth field of mountinfo is the kernel's, and the same in every runtime.
  box.write("volume/file", "");
  service.volumes = {{.type = "volume", .target = "/vol"}};
  assets.volumes = {{"/vol", box / "volume"}};
  EXPECT_THAT(shell("cat /proc/self/mountinfo"), testing::HasSubstr("/volume /vol "));
}

}  // namespace
}  // namespace runtime::test
