// A group's life: what is made, who is inside, how they are stopped, and that nothing is left.
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <new>

#include "trees.hpp"

namespace runtime::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
constexpr std::int64_t kMega = 1 << 20;
using GroupLife = OnEveryTree;

/// Memory that a child shares with the test.
template <class T>
class Shared {
 public:
  Shared()
      : value_(new (::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))
                   T{}) {}
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { ::munmap(value_, sizeof(T)); }
  T& operator*() const { return *value_; }

 private:
  T* value_;
};

struct Counting {
  Shared<std::atomic<long>> count{};
  std::function<int()> work = [this] {
    for (;;) {
      ++*count;
      ::usleep(100);
    }
    return 0;
  };
  /// True when it has gone on within five seconds.
  [[nodiscard]] bool goes_on() const {
    const long before = *count;
    for (int i = 0; i < 500 && *count == before; ++i) ::usleep(10'000);
    return *count != before;
  }
};

std::set<std::string> names(const cgroup::Paths& paths) {
  std::set<std::string> controllers;
  for (const std::string& path : paths.v1) controllers.insert(*std::next(fs::path(path).begin(), 4));
  return controllers;
}

TEST_P(GroupLife, V1DirectoriesAreMadeForLimitsThatAreSet) {
  const Group none = group({});
  const Group limited = group({.memory = {.limit = 64 * kMega}, .cpu = {.shares = 100}});
  if (tree().name == "v2") {
    EXPECT_THAT(limited->paths().v1, testing::IsEmpty());
  } else if (tree().name == "hybrid") {
    EXPECT_THAT(none->paths().v1, testing::IsEmpty());
    // The two others let a Java machine find its limits.
    EXPECT_THAT(names(limited->paths()), testing::UnorderedElementsAre("cpu", "cpuacct", "cpuset", "memory"));
    EXPECT_THAT(names(group({.pids_limit = 10})->paths()), testing::UnorderedElementsAre("pids"));
  } else {
    // Without a v2 tree these are where processes are counted, frozen and found.
    EXPECT_THAT(names(none->paths()), testing::UnorderedElementsAre("cpuacct", "freezer", "memory", "pids"));
    EXPECT_THAT(names(limited->paths()),
                testing::UnorderedElementsAre("cpu", "cpuacct", "cpuset", "freezer", "memory", "pids"));
  }
}

TEST_P(GroupLife, PlanIsWhatIsMade) {
  const Resources resources{.memory = {.limit = 64 * kMega}, .pids_limit = 10};
  const std::string name = fresh_group_name();
  std::vector<std::string> warnings;
  const cgroup::Cgroup made = cgroup::Cgroup::create(tree().hierarchy, name, resources, warnings);
  EXPECT_EQ(made.paths(), cgroup::Cgroup::plan(tree().hierarchy, name, resources));
  EXPECT_TRUE(made.remove());
}

TEST_P(GroupLife, ProcessIsInsideFromItsFirstInstruction) {
  const Group group = this->group({.pids_limit = 10});
  const std::string name = fs::path(group.directories().front()).filename();
  const sys::ExitStatus status = run_inside(*group, [&] {
    int inside = 0;
    std::istringstream lines(sys::read_file("/proc/self/cgroup"));
    for (std::string line; std::getline(lines, line);) inside += line.ends_with("/" + name) ? 1 : 0;
    return inside;
  });
  EXPECT_EQ(status.shell_code(), static_cast<int>(group.directories().size()));
}

TEST_P(GroupLife, NothingIsLeftOfAGroupOrItsParents) {
  std::vector<std::string> directories;
  {
    const Group group = this->group({.memory = {.limit = 64 * kMega}});
    directories = group.directories();
    run_inside(*group, [] { return 0; });
  }
  for (const std::string& directory : directories) {
    EXPECT_FALSE(sys::exists(directory));
    EXPECT_FALSE(sys::exists(fs::path(directory).parent_path()));
  }
}

TEST_P(GroupLife, HalfMadeGroupLeavesNothing) {
  cgroup::Hierarchy broken = tree().hierarchy;
  // Below a file no directory can be made.
  if (broken.v1.empty())
    broken.unified = "/proc/version";
  else
    broken.v1.back() = {.controllers = {"pids"}, .base = "/proc/version"};
  std::erase_if(broken.v1, [](const cgroup::Hierarchy::V1& v1) {
    return v1.controllers.front() == "pids" && v1.base != "/proc/version";
  });
  const std::string name = fresh_group_name();
  const Resources resources{.memory = {.limit = 64 * kMega}, .pids_limit = 7};
  std::vector<std::string> warnings;
  EXPECT_THROW((void)cgroup::Cgroup::create(broken, name, resources, warnings), std::system_error);
  const std::string parent = name.substr(0, name.find('/'));
  for (const cgroup::Hierarchy::V1& v1 : broken.v1) EXPECT_FALSE(sys::exists(v1.base + "/" + parent));
  EXPECT_FALSE(sys::exists(broken.unified + "/" + parent));
}

TEST_P(GroupLife, MissingControllerIsNamedOncePerLimit) {
  cgroup::Hierarchy poor = tree().hierarchy;
  std::erase_if(poor.v1, [](const cgroup::Hierarchy::V1& v1) { return v1.controllers.front() == "memory"; });
  const std::string foreign = poor.unified + "/mdcompose-test.poor." + std::to_string(::getpid());
  if (tree().in_v2("memory")) {
    // Somebody else's group, which hands nothing down to the one that is ours.
    poor.unified = foreign + "/ours";
    fs::create_directories(poor.unified);
  }
  const std::string name = fresh_group_name();
  std::vector<std::string> warnings;
  const cgroup::Cgroup group = cgroup::Cgroup::create(
      poor, name, {.memory = {.limit = 64 * kMega, .reservation = kMega, .swap = 65 * kMega}}, warnings);
  EXPECT_THAT(warnings, testing::UnorderedElementsAre(
                            "memory limit is not enforced: this host has no usable memory controller",
                            "memory reservation is not enforced: this host has no usable memory controller",
                            "swap limit is not enforced: this host has no usable memory controller"));
  EXPECT_EQ(run_inside(group, [] { return 0; }).shell_code(), 0);
  EXPECT_TRUE(group.remove());
  if (!tree().in_v2("memory")) return;
  fs::remove(poor.unified);
  fs::remove(foreign);
}

TEST_P(GroupLife, IsNotRemovedWhileSomebodyIsInside) {
  const Group group = this->group({.pids_limit = 10});
  {
    Inside process(*group, sleep_forever);
    EXPECT_TRUE(group->populated());
    EXPECT_THAT(group->processes(), testing::ElementsAre(process.pid()));
    EXPECT_FALSE(group->remove());
    EXPECT_FALSE(group->wait_empty(10));
    for (const std::string& directory : group.directories()) EXPECT_TRUE(sys::exists(directory));
  }
  EXPECT_TRUE(group->wait_empty(5000));
  EXPECT_TRUE(group->remove());
  EXPECT_TRUE(group->remove()) << "it is gone already";
}

TEST_P(GroupLife, IsFoundAgainByItsPaths) {
  const Group group = this->group({.pids_limit = 10});
  Inside process(*group, sleep_forever);
  const cgroup::Cgroup found = cgroup::Cgroup::open(group->paths());
  EXPECT_THAT(found.processes(), testing::ElementsAre(process.pid()));
  found.kill();
  EXPECT_EQ(process.wait().shell_code(), 128 + SIGKILL);
}

TEST_P(GroupLife, FrozenProcessesStandStillUntilThawed) {
  const Group group = this->group({});
  const Counting counting;
  const Inside process(*group, counting.work);
  ASSERT_TRUE(counting.goes_on());
  EXPECT_FALSE(group->frozen());
  group->freeze();
  EXPECT_TRUE(group->frozen());
  const long before = *counting.count;
  ::usleep(50'000);
  EXPECT_EQ(*counting.count, before);
  group->thaw();
  EXPECT_TRUE(counting.goes_on());
  EXPECT_FALSE(group->frozen());
}

TEST_P(GroupLife, NobodyIsWokenOrKilledWhereItIsGone) {
  const Group group = this->group({});
  ASSERT_TRUE(group->remove());
  EXPECT_NO_THROW(group->thaw());
  EXPECT_NO_THROW(group->kill());
}

TEST_P(GroupLife, KillReachesFrozenProcesses) {
  const Group group = this->group({});
  Inside process(*group, sleep_forever);
  group->freeze();
  group->kill();
  EXPECT_TRUE(group->wait_empty(5000));
  EXPECT_EQ(process.wait().shell_code(), 128 + SIGKILL);
}

TEST_P(GroupLife, KillReachesThoseWhoForkMeanwhile) {
  const Group group = this->group({.pids_limit = 50});
  ASSERT_EQ(group.value("pids.max"), "50");
  Shared<std::atomic<bool>> at_limit;
  const Inside bomb(*group, [&] {
    for (;;)
      if (::fork() < 0) *at_limit = true;
    return 0;
  });
  for (int i = 0; i < 500 && !*at_limit; ++i) ::usleep(10'000);
  ASSERT_TRUE(*at_limit);
  group->kill();
  EXPECT_TRUE(group->wait_empty(10'000));
}

TEST_P(GroupLife, WaitingTakesNoProcessorTime) {
  const Group group = this->group({});
  const Inside process(*group, sleep_forever);
  rusage before{};
  rusage after{};
  ::getrusage(RUSAGE_SELF, &before);
  EXPECT_FALSE(group->wait_empty(300));
  ::getrusage(RUSAGE_SELF, &after);
  const auto used = [](const rusage& usage) {
    return std::chrono::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           std::chrono::microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  };
  EXPECT_LT(used(after) - used(before), 100ms);
}

/// Eight megabytes, for ever.
int hold_memory(std::atomic<bool>& ready) {
  void* memory =
      ::mmap(nullptr, 8 * kMega, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  ready = memory != MAP_FAILED;
  return sleep_forever();
}

void wait_until(const std::atomic<bool>& ready) {
  for (int i = 0; i < 500 && !ready; ++i) ::usleep(10'000);
}

TEST_P(GroupLife, StatisticsArePlausible) {
  const Group group = this->group({.memory = {.limit = 64 * kMega}, .pids_limit = 10});
  Shared<std::atomic<bool>> ready;
  const Inside process(*group, [&] {
    const auto end = std::chrono::steady_clock::now() + 20ms;
    while (std::chrono::steady_clock::now() < end) {
    }
    return hold_memory(*ready);
  });
  wait_until(*ready);
  const cgroup::Statistics statistics = group->statistics();
  EXPECT_GE(statistics.memory_current, 8U * kMega);
  EXPECT_LE(statistics.memory_current, 64U * kMega);
  EXPECT_EQ(statistics.memory_limit, 64U * kMega);
  // Before Linux 5.19 v2 has no memory.peak.
  EXPECT_THAT(statistics.memory_peak, testing::AnyOf(0U, testing::Ge(8U * kMega)));
  EXPECT_GT(statistics.cpu_usage_usec, 1000U);
  EXPECT_LT(statistics.cpu_usage_usec, 10'000'000U);
  EXPECT_EQ(statistics.pids_current, 1U);
  EXPECT_EQ(statistics.oom_kills, 0U);
}

TEST_P(GroupLife, StatisticsAreThereWithoutLimits) {
  const Group group = this->group({});
  Shared<std::atomic<bool>> ready;
  const Inside process(*group, [&] { return hold_memory(*ready); });
  wait_until(*ready);
  const cgroup::Statistics statistics = group->statistics();
  EXPECT_GE(statistics.memory_current, 8U * kMega);
  EXPECT_LE(statistics.memory_current, 64U * kMega);
  EXPECT_EQ(statistics.memory_limit, 0U);
  EXPECT_EQ(statistics.pids_current, 1U);
}

TEST_P(GroupLife, UnlimitedMemoryIsNoLimit) {
  EXPECT_EQ(group({.memory = {.reservation = kMega}})->statistics().memory_limit, 0U);
}

/// cgroup-v2.rst, "No Internal Process Constraint".
TEST_P(GroupLife, BaseWithProcessesInsideHandsNothingDown) {
  if (tree().name != "v2") GTEST_SKIP() << "a rule of pure cgroup v2";
  const Group base = this->group({.pids_limit = 10});
  const Inside process(*base, sleep_forever);
  cgroup::Hierarchy crowded = tree().hierarchy;
  crowded.unified = base->paths().unified;
  std::vector<std::string> warnings;
  const cgroup::Cgroup group =
      cgroup::Cgroup::create(crowded, fresh_group_name(), {.memory = {.limit = 64 * kMega}}, warnings);
  EXPECT_THAT(warnings, testing::ElementsAre(
                            "memory limit is not enforced: this host has no usable memory controller"));
  EXPECT_EQ(run_inside(group, [] { return 0; }).shell_code(), 0);
  EXPECT_TRUE(group.remove());
}

INSTANTIATE_TEST_SUITE_P(Kernel, GroupLife, testing::ValuesIn(trees()), name_of);

}  // namespace
}  // namespace runtime::test
