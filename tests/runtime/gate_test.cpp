// A container's first process waits where its creator wants it to, and for nobody longer than it has to.
#include <fcntl.h>
#include <unistd.h>

#include "runtime/container/gate.hpp"
#include "sandbox.hpp"

namespace runtime::test {
namespace {

struct AtTheGate : testing::Test {
  Sandbox box{};
  std::string door = box / "door";
  AtTheGate() { std::filesystem::create_directory(door); }

  /// Created and at its gate; nobody holds anything of it but its pidfd.
  sys::unique_fd create_and_go(const Spec& spec, int output = -1) {
    const Gate gate = make_gate(door);
    Started started =
        create(spec, nullptr, {.stdio = {.in = -1, .out = output, .err = output}, .gate = &gate});
    started.wait_ready();
    started.release();
    started.wait_started();
    return started.take_pidfd();
  }
};

TEST_F(AtTheGate, IsOpenedByAnotherThanTheCreator) {
  sys::Pipe pipe = sys::pipe();
  const sys::unique_fd process = create_and_go(box.shell("echo hello; exit 3"), pipe.write.get());
  pipe.write.reset();
  EXPECT_TRUE(is_waiting(door));
  EXPECT_FALSE(sys::has_ended(process.get()));
  EXPECT_TRUE(open_gate(door));
  EXPECT_EQ(sys::read_all(pipe.read.get()), "hello\n");
  EXPECT_EQ(sys::wait_pidfd(process.get())->shell_code(), 3);
}

TEST_F(AtTheGate, IsOpenedOnlyOnce) {
  const sys::unique_fd process = create_and_go(box.shell("exec sleep 60"));
  EXPECT_TRUE(open_gate(door));
  EXPECT_FALSE(is_waiting(door));
  EXPECT_FALSE(open_gate(door));
  sys::pidfd_send_signal(process.get(), SIGKILL);
  sys::wait_pidfd(process.get());
}

TEST_F(AtTheGate, KilledProcessWaitsNoMore) {
  const sys::unique_fd process = create_and_go(box.shell("true"));
  sys::pidfd_send_signal(process.get(), SIGKILL);
  sys::wait_pidfd(process.get());
  EXPECT_FALSE(open_gate(door));
}

TEST_F(AtTheGate, IsNoneWhereNobodyWaits) {
  EXPECT_FALSE(open_gate(door));
  make_gate(door);
  EXPECT_FALSE(open_gate(door));
}

TEST_F(AtTheGate, TellsWhyTheProgramCouldNotBeRun) {
  box.write("root/bin/script", "#!/no/such/interpreter\n", 0755);
  const sys::unique_fd process = create_and_go(box.spec({"/bin/script"}));
  try {
    open_gate(door);
    FAIL() << "it started";
  } catch (const StartError& error) {
    EXPECT_STREQ(error.what(), "run /bin/script: No such file or directory");
    EXPECT_EQ(error.exit_code(), 127);
  }
  sys::wait_pidfd(process.get());
}

TEST_F(AtTheGate, IsReachedWithoutAProgramToRun) {
  const sys::unique_fd process = create_and_go(box.spec({}));
  EXPECT_THROW(open_gate(door), StartError);
  sys::wait_pidfd(process.get());
}

TEST_F(AtTheGate, MissingProgramIsToldBefore) {
  Started started = create(box.spec({"no-such-program"}), nullptr, {});
  try {
    started.wait_ready();
    FAIL() << "it is ready";
  } catch (const StartError& error) {
    EXPECT_STREQ(error.what(), "run no-such-program: executable file not found in PATH");
  }
  sys::wait_pidfd(started.pidfd());
}

TEST_F(AtTheGate, BuiltContainerStillSeesTheHost) {
  Started started = create(box.shell("true"), nullptr, {.pause_built = true});
  started.wait_built();
  const std::string seen = "/proc/" + std::to_string(started.pid()) + "/root";
  EXPECT_TRUE(sys::exists(seen + door));
  EXPECT_TRUE(sys::exists(seen + (box / "upper/dev/null"))) << "the container's mounts are there as well";
  started.proceed();
  started.wait_ready();
  EXPECT_FALSE(sys::exists(seen + door));
  started.release();
  started.wait_started();
  sys::wait_pidfd(started.pidfd());
}

TEST_F(AtTheGate, PreservedDescriptorsAreKeptAndNoOther) {
  const sys::unique_fd other = sys::open("/etc/hostname", O_RDONLY);
  ASSERT_EQ(::dup2(other.get(), 3), 3);
  sys::Pipe pipe = sys::pipe();
  Started started = create(box.shell("ls -1 /proc/self/fd | wc -l"), nullptr,
                           {.stdio = {.in = -1, .out = pipe.write.get(), .err = -1}, .preserved = 1});
  pipe.write.reset();
  EXPECT_EQ(finish(std::move(started), pipe.read.get()).output, "5\n");  // 0, 1, 2, 3 and the directory
}

TEST_F(AtTheGate, ClosedDescriptorCannotBePreserved) {
  EXPECT_THROW(create(box.shell("true"), nullptr, {.preserved = 900}), std::invalid_argument);
}

TEST_F(AtTheGate, AnotherFileThanArgument0IsExecuted) {
  sys::Pipe pipe = sys::pipe();
  Started started =
      create(box.spec({"echo", "as told"}), nullptr,
             {.stdio = {.in = -1, .out = pipe.write.get(), .err = -1}, .program = "/bin/busybox"});
  pipe.write.reset();
  EXPECT_EQ(finish(std::move(started), pipe.read.get()).output, "as told\n");
}

}  // namespace
}  // namespace runtime::test
