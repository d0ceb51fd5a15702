// Limits have an effect: what a process inside of a group gets, and what happens to it when it wants more.
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "runtime/cgroup/control_files.hpp"
#include "runtime/container/container.hpp"
#include "trees.hpp"

namespace runtime::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::int64_t kMega = 1 << 20;
using Effects = OnEveryTree;

int take_memory(std::size_t bytes) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 1;
  std::memset(memory, 1, bytes);
  return 0;
}

int burn(std::chrono::milliseconds time) {
  const auto end = Clock::now() + time;
  while (Clock::now() < end) {
  }
  return 0;
}

/// Of one of the group's directories that has it.
std::uint64_t statistic(const Group& group, const std::string& file, const std::string& key) {
  for (const std::string& directory : group.directories())
    if (const std::uint64_t value = cgroup::keyed(directory + "/" + file, key); value != 0) return value;
  return 0;
}

TEST_P(Effects, MemoryLimitKillsAndIsRemembered) {
  const Group group = this->group({.memory = {.limit = 16 * kMega, .swap = 16 * kMega}});
  EXPECT_EQ(run_inside(*group, [] { return take_memory(8 * kMega); }).shell_code(), 0);
  EXPECT_EQ(group->oom_kills(), 0U);
  EXPECT_EQ(run_inside(*group, [] { return take_memory(64 * kMega); }).shell_code(), 128 + SIGKILL);
  EXPECT_GE(group->oom_kills(), 1U);
  EXPECT_EQ(group->statistics().oom_kills, group->oom_kills());
}

TEST_P(Effects, MemoryKillOfAChildIsSeenAtTheEndOfItsParent) {
  const Group group = this->group({.memory = {.limit = 16 * kMega, .swap = 16 * kMega}});
  const sys::ExitStatus parent = run_inside(*group, [] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(take_memory(64 * kMega));
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? 7 : 1;
  });
  EXPECT_GE(group->oom_kills(), 1U);
  // On v2 all of the service dies, so that its restart policy acts: memory.oom.group.
  EXPECT_EQ(parent.shell_code(), tree().in_v2("memory") ? 128 + SIGKILL : 7);
}

TEST_P(Effects, PidsLimitAnswersAgain) {
  const Group group = this->group({.pids_limit = 5});
  ASSERT_EQ(group.value("pids.max"), "5");
  const sys::ExitStatus status = run_inside(*group, [] {
    for (int children = 0; children < 50; ++children) {
      const pid_t child = ::fork();
      if (child == 0) sleep_forever();
      if (child < 0) return errno == EAGAIN ? children : 99;
    }
    return 98;
  });
  EXPECT_EQ(status.shell_code(), 4);
  group->kill();
}

TEST_P(Effects, CpuQuotaThrottles) {
  const Group group = this->group({.cpu = {.quota = 2000, .period = 20000}});
  run_inside(*group, [] { return burn(std::chrono::milliseconds(300)); });
  EXPECT_GT(statistic(group, "cpu.stat", "nr_throttled"), 0U);
  // A tenth of one processor, and at most a period more.
  EXPECT_LT(group->statistics().cpu_usage_usec, 120'000U);
}

TEST_P(Effects, MoreSharesGetMoreOfOneProcessor) {
  const Group large = this->group({.cpu = {.shares = 4096}});
  const Group small = this->group({.cpu = {.shares = 256}});
  const auto work = [] {
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    ::sched_setaffinity(0, sizeof first, &first);
    return burn(std::chrono::milliseconds(800));
  };
  Inside one(*large, work);
  Inside other(*small, work);
  one.wait();
  other.wait();
  EXPECT_GT(large->statistics().cpu_usage_usec, 2 * small->statistics().cpu_usage_usec);
}

TEST_P(Effects, CpusetPins) {
  if (!tree().has("cpuset")) GTEST_SKIP() << "this kernel has no cpuset; that it is named: Limits, Cpuset";
  const Group group = this->group({.cpu = {.cpus = "0"}});
  const sys::ExitStatus status = run_inside(*group, [] {
    cpu_set_t allowed;
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
    return CPU_COUNT(&allowed) == 1 && CPU_ISSET(0, &allowed) ? 0 : 2;
  });
  EXPECT_EQ(status.shell_code(), 0);
}

TEST_P(Effects, BlockIoRateSlowsDown) {
  const char* disk = std::getenv("MDCOMPOSE_TEST_DISK");
  if (disk == nullptr) GTEST_SKIP() << "MDCOMPOSE_TEST_DISK names no disk that may be overwritten";
  struct stat status {};
  ASSERT_EQ(::stat(disk, &status), 0);
  const Group group = this->group({.block_io = {.throttle_write_bps = {{.major = ::major(status.st_rdev),
                                                                        .minor = ::minor(status.st_rdev),
                                                                        .rate = 1 << 20}}}});
  EXPECT_THAT(group.warnings(), testing::IsEmpty());
  const auto start = Clock::now();
  const sys::ExitStatus end = run_inside(*group, [disk] {
    const int fd = ::open(disk, O_WRONLY | O_DIRECT | O_CLOEXEC);
    void* block = std::aligned_alloc(4096, kMega / 4);
    for (int written = 0; written < 4; ++written)
      if (::write(fd, block, kMega / 4) != kMega / 4) return 1;
    return 0;
  });
  EXPECT_EQ(end.shell_code(), 0);
  // A megabyte takes about a second then; unlimited it takes a few milliseconds.
  EXPECT_GT(Clock::now() - start, std::chrono::milliseconds(500));
  EXPECT_GE(group->statistics().io_write_bytes, static_cast<std::uint64_t>(kMega));
}

/// What open(2) of a node, made where it is missing, answers to a process of the group.
int open_device(unsigned minor_number) {
  char path[] = "/tmp/mdcompose-node-XXXXXX";
  if (::mkdtemp(path) == nullptr) return 99;
  const std::string node = std::string(path) + "/node";
  int error = ::mknod(node.c_str(), S_IFCHR | 0600, ::makedev(1, minor_number)) == 0 ? 0 : errno;
  if (error == 0) {
    const int fd = ::open(node.c_str(), O_RDWR | O_CLOEXEC);
    error = fd < 0 ? errno : 0;
  }
  ::unlink(node.c_str());
  ::rmdir(path);
  return error;
}

TEST_P(Effects, DevicesAreThoseOfTheRulesTheLastOneFirst) {
  constexpr unsigned kNull = 3;
  constexpr unsigned kZero = 5;
  constexpr unsigned kFull = 7;
  constexpr unsigned kLog = 11;
  std::vector<DeviceRule> rules = default_device_rules();
  rules.push_back({.allow = false, .type = 'c', .major = 1, .minor = kFull});
  const Group group = this->group({.devices = rules});
  EXPECT_THAT(group.warnings(), testing::IsEmpty());
  EXPECT_EQ(run_inside(*group, [] { return open_device(kNull); }).shell_code(), 0);
  EXPECT_EQ(run_inside(*group, [] { return open_device(kZero); }).shell_code(), 0);
  EXPECT_EQ(run_inside(*group, [] { return open_device(kFull); }).shell_code(), EPERM);
  EXPECT_EQ(run_inside(*group, [] { return open_device(kLog); }).shell_code(), EPERM);
}

TEST_P(Effects, DeviceMayBeForReadingOnly) {
  const Group group = this->group(
      {.devices = {{.allow = false}, {.allow = true, .type = 'c', .major = 1, .minor = 3, .access = "r"}}});
  EXPECT_EQ(run_inside(*group, [] { return ::open("/dev/null", O_RDONLY) < 0 ? errno : 0; }).shell_code(), 0);
  EXPECT_EQ(run_inside(*group, [] { return ::open("/dev/null", O_WRONLY) < 0 ? errno : 0; }).shell_code(),
            EPERM);
}

TEST_P(Effects, AllDevicesOfAPrivilegedContainer) {
  const Group group = this->group({.devices = {{.allow = true, .type = 'a'}}});
  EXPECT_EQ(run_inside(*group, [] { return open_device(11); }).shell_code(), 0);
}

INSTANTIATE_TEST_SUITE_P(Kernel, Effects, testing::ValuesIn(trees()), name_of);

}  // namespace
}  // namespace runtime::test
