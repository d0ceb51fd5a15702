// One more process in a running container.
#include <gmock/gmock.h>

#include <array>
#include <csignal>

#include "group.hpp"
#include "runtime/repeat/answer.hpp"
#include "runtime/sys/file.hpp"
#include "sandbox.hpp"

namespace runtime::test {
namespace {

struct Exec : testing::Test {
  Sandbox box{};
  Spec spec = box.shell("sleep 60");
  Started init = create(spec, nullptr, {});

  void SetUp() override {
    init.wait_ready();
    init.release();
    init.wait_started();
  }
  void TearDown() override {
    sys::pidfd_send_signal(init.pidfd(), SIGKILL);
    sys::wait_pidfd(init.pidfd());
  }
  Outcome exec_in(const std::string& script, Process process = {}) {
    if (process.env.empty()) process = spec.process;
    process.args = {"/bin/sh", "-c", script};
    sys::Pipe pipe = sys::pipe();
    Started started = exec({.pidfd = init.pidfd(), .pid = init.pid()}, spec, process,
                           {.stdio = {.in = -1, .out = pipe.write.get(), .err = pipe.write.get()}});
    pipe.write.reset();
    return finish(std::move(started), pipe.read.get());
  }
};

TEST_F(Exec, SeesTheSameWorld) {
  const Outcome outcome = exec_in("hostname; test $$ -gt 1 && echo child; ls /bin/busybox; exit 5");
  EXPECT_EQ(outcome.output, "box\nchild\n/bin/busybox\n");
  EXPECT_EQ(outcome.status.shell_code(), 5);
}

TEST_F(Exec, IsFollowedByContainersOfTheirOwn) {
  EXPECT_EQ(exec_in("exit 5").status.shell_code(), 5);
  EXPECT_EQ(run(box.shell("echo $$")).output, "1\n");
}

TEST_F(Exec, HasTheSameConfinement) {
  EXPECT_EQ(exec_in("grep -E '^(CapBnd|CapEff|Seccomp):' /proc/self/status").output,
            "CapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nSeccomp:\t2\n");
}

TEST_F(Exec, RunsAsAnotherUserElsewhere) {
  if (!real_root()) GTEST_SKIP() << kNeedsNumbers;
  Process process = spec.process;
  process.user.name = "app";
  process.cwd = "/tmp";
  EXPECT_EQ(exec_in("id -u; pwd", process).output, "1000\n/tmp\n");
}

TEST_F(Exec, CommandNotFoundIs127) {
  Process process = spec.process;
  process.args = {"nosuch"};
  Started started = exec({.pidfd = init.pidfd(), .pid = init.pid()}, spec, process, {});
  try {
    finish(std::move(started), -1);
    FAIL();
  } catch (const StartError& error) {
    EXPECT_EQ(error.exit_code(), 127);
  }
}

TEST_F(Exec, DiesWithTheContainer) {
  Process process = spec.process;
  process.args = {"/bin/sleep", "60"};
  Started started = exec({.pidfd = init.pidfd(), .pid = init.pid()}, spec, process, {});
  started.wait_ready();
  started.release();
  started.wait_started();
  sys::pidfd_send_signal(init.pidfd(), SIGKILL);
  EXPECT_EQ(sys::wait_pidfd(started.pidfd())->shell_code(), 137);
}

}  // namespace
/// A command that runs whenever it is told to.
struct Repeated : Exec {
  sys::Pipe output = sys::pipe();
  sys::Pipe orders = sys::pipe();
  sys::Pipe answers = sys::pipe();
  std::optional<Started> helper{};

  void repeats(const std::string& script) {
    Process process = spec.process;
    process.args = {"/bin/sh", "-c", script};
    repeats(process);
  }
  void repeats(const Process& process) {
    helper = exec({.pidfd = init.pidfd(), .pid = init.pid()}, spec, process,
                  {.stdio = {.out = output.write.get(), .err = output.write.get()},
                   .repetition = {.orders = orders.read.get(), .answers = answers.write.get()}});
    for (sys::unique_fd* theirs : {&output.write, &orders.read, &answers.write}) theirs->reset();
    helper->release();
    helper->wait_started();
  }
  void TearDown() override {
    orders.write.reset();
    if (helper) {
      EXPECT_EQ(sys::wait_pidfd(helper->pidfd())->shell_code(), 0) << "it ends with whoever gives orders";
    }
    Exec::TearDown();
  }
  repeat::Answer order() {
    sys::write_all(orders.write.get(), "1");
    repeat::Answer answer;
    EXPECT_EQ(::read(answers.read.get(), &answer, sizeof answer), sizeof answer);
    return answer;
  }
  std::string printed() {
    std::array<char, 4096> text{};
    const ssize_t size = ::read(output.read.get(), text.data(), text.size());
    return {text.data(), size < 0 ? 0 : static_cast<std::size_t>(size)};
  }
};

TEST_F(Repeated, RunsOnceForEveryOrder) {
  repeats("echo run >>/tmp/runs; wc -l </tmp/runs; exit $(wc -l </tmp/runs)");
  for (int run = 1; run <= 3; ++run) {
    const repeat::Answer answer = order();
    EXPECT_EQ(answer.error, 0);
    EXPECT_EQ(WEXITSTATUS(answer.status), run);
    EXPECT_EQ(printed(), std::to_string(run) + "\n");
  }
}

TEST_F(Repeated, TellsTheSignalThatEndsIt) {
  repeats("kill -9 $$");
  EXPECT_EQ(WTERMSIG(order().status), SIGKILL);
}

TEST_F(Repeated, HasTheSameConfinementAndASessionOfItsOwn) {
  repeats(
      "grep -E '^(CapBnd|CapEff|Seccomp):' /proc/self/status; ls /proc/self/fd; test $(cut -d' ' -f6 "
      "/proc/$$/stat) = $$ && echo session");
  EXPECT_EQ(order().error, 0);
  // 3 is the directory that ls reads.
  EXPECT_EQ(printed(),
            "CapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nSeccomp:\t2\n0\n1\n2\n3\nsession\n");
}

TEST_F(Repeated, TellsOfProcessesThatItLeaves) {
  repeats("sleep 60 & true");
  EXPECT_EQ(order().left_others, 1);
}

TEST_F(Repeated, LeavesNobodyWhereAllHaveEnded) {
  repeats("sleep 0 & wait");
  EXPECT_EQ(order().left_others, 0);
}

TEST_F(Repeated, IsNotSeenWithItsArguments) {
  repeats("cat /proc/$PPID/cmdline | tr -d '\\0'; echo; cat /proc/$PPID/comm");
  EXPECT_EQ(order().error, 0);
  EXPECT_THAT(printed(), testing::MatchesRegex("mdc-repeat[0-9]+\nmdc-repeat\n"));
}

TEST_F(Repeated, GivesNobodyItsPipes) {
  repeats("readlink /proc/$PPID/fd/1 || echo denied");
  EXPECT_EQ(order().error, 0);
  EXPECT_EQ(printed(), "denied\n");
}

TEST_F(Repeated, FindsItsWorkingDirectoryMadeAgain) {
  Process process = spec.process;
  process.cwd = "/tmp/work";
  process.create_cwd = true;
  process.args = {"/bin/sh", "-c", "ls"};
  repeats(process);
  EXPECT_EQ(exec_in("rmdir /tmp/work && mkdir /tmp/work && touch /tmp/work/new").status.shell_code(), 0);
  EXPECT_EQ(order().error, 0);
  EXPECT_EQ(printed(), "new\n");
}

TEST_F(Repeated, TellsThatItsProgramHasGone) {
  Process process = spec.process;
  process.args = {"/tmp/program"};
  EXPECT_EQ(exec_in("cp /bin/busybox /tmp/program").status.shell_code(), 0);
  repeats(process);
  EXPECT_EQ(exec_in("rm /tmp/program").status.shell_code(), 0);
  EXPECT_EQ(order().error, ENOENT);
}

}  // namespace runtime::test
