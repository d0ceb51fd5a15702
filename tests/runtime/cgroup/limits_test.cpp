// Every limit is in the kernel's files, or named as not enforced: exactly once.
#include <fstream>
#include <sstream>

#include "runtime/cgroup/settings.hpp"
#include "trees.hpp"

namespace runtime::test {
namespace {

constexpr std::int64_t kMega = 1 << 20;

struct Limit {
  std::string name{};
  Resources resources{};
  std::string controller{};
  std::string v1_file{};  ///< "": cannot be said there, and the value is the sentence that says so
  std::string v1_value{};
  std::string v2_file{};
  std::string v2_value{};
};

/// The first disk there is: major and minor number.
std::pair<std::int64_t, std::int64_t> disk() {
  std::ifstream partitions("/proc/partitions");
  std::string line;
  std::int64_t major = 0;
  std::int64_t minor = 0;
  while (std::getline(partitions, line))
    if (std::istringstream(line) >> major >> minor) return {major, minor};
  return {7, 0};
}
std::string on_disk(const std::string& rate) {
  return std::to_string(disk().first) + ":" + std::to_string(disk().second) + " " + rate;
}
BlockThrottle rate(std::uint64_t value) {
  return {.major = disk().first, .minor = disk().second, .rate = value};
}

std::vector<Limit> limits() {
  const std::string weight = std::to_string(cgroup::weight_of_shares(512));
  return {
      {"Cpus",
       {.cpu = {.quota = 50000, .period = 100000}},
       "cpu",
       "cpu.cfs_quota_us",
       "50000",
       "cpu.max",
       "50000 100000"},
      {"CpuPeriod",
       {.cpu = {.quota = 20000, .period = 50000}},
       "cpu",
       "cpu.cfs_period_us",
       "50000",
       "cpu.max",
       "20000 50000"},
      {"CpuShares", {.cpu = {.shares = 512}}, "cpu", "cpu.shares", "512", "cpu.weight", weight},
      {"Cpuset", {.cpu = {.cpus = "0"}}, "cpuset", "cpuset.cpus", "0", "cpuset.cpus", "0"},
      {"CpusetMems", {.cpu = {.mems = "0"}}, "cpuset", "cpuset.mems", "0", "cpuset.mems", "0"},
      {"Memory",
       {.memory = {.limit = 64 * kMega}},
       "memory",
       "memory.limit_in_bytes",
       "67108864",
       "memory.max",
       "67108864"},
      {"MemoryAndSwap",
       {.memory = {.limit = 64 * kMega, .swap = 96 * kMega}},
       "memory",
       "memory.memsw.limit_in_bytes",
       "100663296",
       "memory.swap.max",
       "33554432"},
      {"NoSwap",
       {.memory = {.limit = 64 * kMega, .swap = 64 * kMega}},
       "memory",
       "memory.memsw.limit_in_bytes",
       "67108864",
       "memory.swap.max",
       "0"},
      {"AnySwap",
       {.memory = {.limit = 64 * kMega, .swap = -1}},
       "memory",
       "memory.memsw.limit_in_bytes",
       "9223372036854771712",
       "memory.swap.max",
       "max"},
      {"Reservation",
       {.memory = {.reservation = 32 * kMega}},
       "memory",
       "memory.soft_limit_in_bytes",
       "33554432",
       "memory.low",
       "33554432"},
      {"Swappiness",
       {.memory = {.swappiness = 10}},
       "memory",
       "memory.swappiness",
       "10",
       "",
       "mem_swappiness has no effect on cgroup v2"},
      {"OomKillDisable",
       {.memory = {.disable_oom_killer = true}},
       "memory",
       "memory.oom_control",
       "oom_kill_disable 1",
       "",
       "oom_kill_disable has no effect on cgroup v2"},
      {"Pids", {.pids_limit = 7}, "pids", "pids.max", "7", "pids.max", "7"},
      {"AnyPids", {.pids_limit = 0}, "pids", "pids.max", "max", "pids.max", "max"},
      {"ReadBytes",
       {.block_io = {.throttle_read_bps = {rate(kMega)}}},
       "blkio",
       "blkio.throttle.read_bps_device",
       on_disk("1048576"),
       "io.max",
       on_disk("rbps=1048576 wbps=max riops=max wiops=max")},
      {"WriteBytes",
       {.block_io = {.throttle_write_bps = {rate(kMega)}}},
       "blkio",
       "blkio.throttle.write_bps_device",
       on_disk("1048576"),
       "io.max",
       on_disk("rbps=max wbps=1048576 riops=max wiops=max")},
      {"ReadOperations",
       {.block_io = {.throttle_read_iops = {rate(77)}}},
       "blkio",
       "blkio.throttle.read_iops_device",
       on_disk("77"),
       "io.max",
       on_disk("rbps=max wbps=max riops=77 wiops=max")},
      {"WriteOperations",
       {.block_io = {.throttle_write_iops = {rate(77)}}},
       "blkio",
       "blkio.throttle.write_iops_device",
       on_disk("77"),
       "io.max",
       on_disk("rbps=max wbps=max riops=max wiops=77")},
      {"OwnWords",
       {.unified = {{"memory.high", "33554432"}}},
       "memory",
       "",
       "memory.high is not enforced: this host has no usable memory controller",
       "memory.high",
       "33554432"},
  };
}

struct Limits : testing::TestWithParam<std::tuple<Tree, Limit>> {};

TEST_P(Limits, AreInTheKernelsFilesOrNamed) {
  const auto& [tree, limit] = GetParam();
  const Group group(limit.resources, tree.hierarchy);
  const bool unified = tree.in_v2(limit.controller) || tree.name == "v2";
  const std::string& file = unified ? limit.v2_file : limit.v1_file;
  const std::string& value = unified ? limit.v2_value : limit.v1_value;
  if (file.empty()) {
    EXPECT_THAT(group.warnings(), testing::ElementsAre(value));
    return;
  }
  if (!tree.has(limit.controller)) {
    EXPECT_THAT(group.warnings(),
                testing::ElementsAre(testing::EndsWith("is not enforced: this host has no usable " +
                                                       limit.controller + " controller")));
    return;
  }
  EXPECT_THAT(group.warnings(), testing::IsEmpty());
  EXPECT_EQ(group.value(file), value);
}

INSTANTIATE_TEST_SUITE_P(Kernel, Limits,
                         testing::Combine(testing::ValuesIn(trees()), testing::ValuesIn(limits())),
                         [](const auto& both) {
                           return std::get<0>(both.param).name + "_" + std::get<1>(both.param).name;
                         });

struct Weights : OnEveryTree {};

TEST_P(Weights, OfBlockIoAreWrittenOrNamed) {
  const Group group = this->group({.block_io = {.weight = 500}});
  const std::string value = group.value("blkio.bfq.weight") + group.value("blkio.weight") +
                            group.value("io.bfq.weight") + group.value("io.weight");
  if (value.empty())
    EXPECT_THAT(group.warnings(),
                testing::ElementsAre(testing::StartsWith("block IO weight is not enforced: ")));
  else
    EXPECT_THAT(value, testing::AnyOf("500", "default 500", "default 4950", "default 500default 4950"));
}

TEST_P(Weights, OfADiskAreWrittenOrNamed) {
  const Group group = this->group(
      {.block_io = {.weight_device = {{.major = disk().first, .minor = disk().second, .weight = 300}}}});
  std::string all;
  for (const char* file : {"blkio.bfq.weight_device", "blkio.weight_device", "io.bfq.weight", "io.weight"})
    for (const std::string& directory : group.directories())
      all += sys::read_file_if_exists(directory + "/" + file).value_or("");
  if (group.warnings().empty())
    EXPECT_THAT(all, testing::AnyOf(testing::HasSubstr(on_disk("300")), testing::HasSubstr(on_disk("2930"))));
  else
    EXPECT_THAT(group.warnings(),
                testing::ElementsAre(testing::StartsWith("block IO weight of a device is not enforced: ")));
}

INSTANTIATE_TEST_SUITE_P(Kernel, Weights, testing::ValuesIn(trees()), name_of);

struct RealTime : OnEveryTree {};

TEST_P(RealTime, IsWrittenOrNamed) {
  const Group group = this->group({.cpu = {.realtime_runtime = 1000, .realtime_period = 1000000}});
  if (group.warnings().empty())
    EXPECT_EQ(group.value("cpu.rt_runtime_us"), "1000");
  else
    EXPECT_THAT(group.warnings(), testing::ElementsAre(testing::AnyOf(
                                      "real-time cpu limits have no effect on cgroup v2",
                                      testing::StartsWith("real-time cpu limit is not enforced: "))));
}

INSTANTIATE_TEST_SUITE_P(Kernel, RealTime, testing::ValuesIn(trees()), name_of);

struct Update : OnEveryTree {};

TEST_P(Update, RaisesAndLowersMemoryAndSwapTogether) {
  Group group = this->group({.memory = {.limit = 32 * kMega, .swap = 48 * kMega}});
  std::vector<std::string> warnings;
  for (const std::int64_t megas : {64, 16, 128}) {
    group.get().update({.memory = {.limit = megas * kMega, .swap = megas * kMega * 2}}, warnings);
    EXPECT_THAT(warnings, testing::IsEmpty());
    EXPECT_EQ(group->statistics().memory_limit, static_cast<std::uint64_t>(megas * kMega));
  }
}

TEST_P(Update, NamesWhatTheKernelDoesNotTake) {
  Group group = this->group({.pids_limit = 7});
  std::vector<std::string> warnings;
  group.get().update({.cpu = {.quota = 1}, .pids_limit = 9}, warnings);
  EXPECT_THAT(warnings, testing::ElementsAre(testing::StartsWith("cpu limit is not enforced: ")));
  EXPECT_EQ(group.value("pids.max"), "9");
}

INSTANTIATE_TEST_SUITE_P(Kernel, Update, testing::ValuesIn(trees()), name_of);

}  // namespace
}  // namespace runtime::test
