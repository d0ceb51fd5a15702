// What a record claims is checked against the kernel.
#include "orchestrator/cli/observe.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::cli {
namespace {

using state::Instance;
using state::Phase;

Instance this_process() {
  return {.id = "web-1",
          .name = "app-web-1",
          .service = "web",
          .phase = Phase::running,
          .boot_id = runtime::sys::boot_id(),
          .pid = ::getpid(),
          .pidfd_inode = runtime::sys::pidfd_inode(runtime::sys::pidfd_open(::getpid()).get())};
}

TEST(Alive, IsTheProcessThatWasWrittenDown) {
  EXPECT_TRUE(is_alive(this_process(), runtime::sys::boot_id()));
}

TEST(Alive, IsNotAnotherProcessWithTheSameNumber) {
  Instance other = this_process();
  ++other.pidfd_inode;
  EXPECT_FALSE(is_alive(other, runtime::sys::boot_id()));
}

TEST(Alive, IsNothingFromAnotherBoot) { EXPECT_FALSE(is_alive(this_process(), "another boot")); }

TEST(Observe, TellsThatAProcessIsGoneWhoseSupervisorDiedWithIt) {
  std::string directory = std::filesystem::temp_directory_path() / "mdcompose-observe-XXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  const state::ProjectPaths paths = state::paths_of({.runtime = directory, .data = directory}, "app");
  Instance gone = this_process();
  gone.id = "db-1";
  gone.service = "db";
  ++gone.pidfd_inode;
  for (const Instance& instance : {this_process(), gone}) {
    std::filesystem::create_directories(paths.instance(instance.id));
    state::save(paths, instance);
  }
  const std::vector<Instance> seen = observe(paths);
  std::filesystem::remove_all(directory);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].phase, Phase::exited);
  EXPECT_EQ(seen[0].exit, state::Exit{.lost = true});
  EXPECT_EQ(seen[1], this_process());
}

TEST(Observe, TellsThatNothingOfAnEarlierBootWaitsOrIsStartedAgain) {
  std::string directory = std::filesystem::temp_directory_path() / "mdcompose-observe-XXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  const state::ProjectPaths paths = state::paths_of({.runtime = directory, .data = directory}, "app");
  const state::Exit failed{.code = 3};
  const std::vector<Instance> written{
      {.id = "a-1",
       .service = "a",
       .phase = Phase::restarting,
       .exit = failed,
       .history = {.crash_looping = true, .due_ns = 7},
       .has_run = true,
       .finished_ns = 5},
      {.id = "b-1", .service = "b", .phase = Phase::creating},
      {.id = "c-1", .service = "c", .phase = Phase::exited, .exit = failed, .asleep = true, .next_run_ns = 9},
      {.id = "d-1", .service = "d", .phase = Phase::created, .waits_for = {"app-a-1 to run"}},
      {.id = "e-1",
       .service = "e",
       .phase = Phase::running,
       .health = state::Health::healthy,
       .ports = {{.host_port = 80}}}};
  for (Instance instance : written) {
    instance.boot_id = "another boot";
    std::filesystem::create_directories(paths.instance(instance.id));
    state::save(paths, instance);
  }
  std::vector<Instance> expected{
      {.id = "a-1",
       .service = "a",
       .phase = Phase::exited,
       .exit = failed,
       .has_run = true,
       .finished_ns = 5},
      {.id = "b-1", .service = "b", .phase = Phase::created},
      {.id = "c-1", .service = "c", .phase = Phase::exited, .exit = failed},
      {.id = "d-1", .service = "d", .phase = Phase::created},
      {.id = "e-1", .service = "e", .phase = Phase::exited, .exit = state::Exit{.lost = true}}};
  for (Instance& instance : expected) instance.boot_id = "another boot";
  const std::vector<Instance> seen = observe(paths);
  std::filesystem::remove_all(directory);
  EXPECT_EQ(seen, expected);
}

TEST(Observe, LeavesItToAKeeperThatLivesToSayHowAProcessHasEnded) {
  std::string directory = std::filesystem::temp_directory_path() / "mdcompose-observe-XXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  const state::ProjectPaths paths = state::paths_of({.runtime = directory, .data = directory}, "app");
  Instance gone = this_process();
  ++gone.pidfd_inode;
  std::filesystem::create_directories(paths.instance(gone.id));
  state::save(paths, gone);
  const runtime::sys::unique_fd lock = runtime::sys::open(paths.runtime + "/lock", O_RDWR | O_CREAT, 0600);
  ASSERT_EQ(::flock(lock.get(), LOCK_EX), 0);
  const std::vector<Instance> seen = observe(paths);
  std::filesystem::remove_all(directory);
  EXPECT_EQ(seen, std::vector<Instance>{gone});
}

TEST(Services, ThatNobodyKnowsAreNamedWithASuggestion) {
  EXPECT_EQ(of_services({this_process()}, {"web"}).size(), 1U);
  EXPECT_EQ(of_services({this_process()}, {"db"}, {"db"}).size(), 0U);
  try {
    of_services({this_process()}, {"wbe"});
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "no such service: wbe; did you mean \"web\"?");
  }
}

}  // namespace
}  // namespace orchestrator::cli
