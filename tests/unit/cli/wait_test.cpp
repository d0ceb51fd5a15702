// wait returns when the last container has ended, with its exit code.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "orchestrator/cli/command.hpp"
#include "orchestrator/state/instance.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::cli {
namespace {

using state::Instance;
using state::Phase;

struct Wait : testing::Test {
  std::string directory = (std::filesystem::temp_directory_path() / "mdcompose-wait-XXXXXX").string();
  state::ProjectPaths paths{};

  void SetUp() override {
    ASSERT_NE(::mkdtemp(directory.data()), nullptr);
    ::setenv("MDCOMPOSE_RUNTIME_DIR", directory.c_str(), 1);
    paths = state::paths_of(state::default_roots(), "app");
    std::filesystem::create_directories(paths.instance("job-1"));
  }
  void TearDown() override {
    ::unsetenv("MDCOMPOSE_RUNTIME_DIR");
    std::filesystem::remove_all(directory);
  }
  void record(Phase phase, std::optional<state::Exit> exit = {}) const {
    state::save(paths,
                {.id = "job-1",
                 .name = "app-job-1",
                 .service = "job",
                 .phase = phase,
                 .exit = exit,
                 .boot_id = runtime::sys::boot_id(),
                 .pid = ::getpid(),
                 .pidfd_inode = runtime::sys::pidfd_inode(runtime::sys::pidfd_open(::getpid()).get())});
  }
  static int wait_for_job(std::string& printed) {
    const std::vector<std::string> words{"-p", "app", "wait", "job"};
    testing::internal::CaptureStdout();
    const int status = run(words, [] {});
    printed = testing::internal::GetCapturedStdout();
    return status;
  }
};

TEST_F(Wait, ReturnsAtOnceForWhatHasEnded) {
  record(Phase::exited, state::Exit{.code = 3});
  std::string printed;
  EXPECT_EQ(wait_for_job(printed), 3);
  EXPECT_EQ(printed, "3\n");
}

TEST_F(Wait, LastsThroughARestart) {
  record(Phase::running);
  std::thread supervisor([&] {
    record(Phase::restarting, state::Exit{.code = 1});
    record(Phase::running);
    record(Phase::exited, state::Exit{.code = 4});
  });
  std::string printed;
  EXPECT_EQ(wait_for_job(printed), 4);
  supervisor.join();
}

TEST_F(Wait, DoesNotTakeALostCodeForSuccess) {
  record(Phase::exited, state::Exit{.lost = true});
  std::string printed;
  EXPECT_EQ(wait_for_job(printed), 255);
}

}  // namespace
}  // namespace orchestrator::cli
