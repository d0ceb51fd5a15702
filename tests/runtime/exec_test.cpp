// One more process in a running container.
#include "group.hpp"
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
}  // namespace runtime::test
