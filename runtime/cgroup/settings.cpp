#include "runtime/cgroup/settings.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace runtime::cgroup {
namespace {

constexpr std::uint64_t kPeriod = 100'000;  // µs, the kernel's default

std::string or_max(std::int64_t value) { return value < 0 ? "max" : std::to_string(value); }

template <class Value>
void add(std::vector<Setting>& list, const char* controller, const char* file,
         const std::optional<Value>& value, const char* limit) {
  if (value) list.push_back({controller, file, std::to_string(*value), limit});
}
void add(std::vector<Setting>& list, const char* controller, const char* file, const std::string& value,
         const char* limit) {
  if (!value.empty()) list.push_back({controller, file, value, limit});
}

std::string device(std::int64_t major, std::int64_t minor) {
  return std::to_string(major) + ":" + std::to_string(minor);
}

void v1_block_io(std::vector<Setting>& list, const BlockIoLimits& io) {
  if (io.weight) {
    list.push_back({"blkio", "blkio.weight", std::to_string(*io.weight), "block IO weight", true});
    list.push_back({"blkio", "blkio.bfq.weight", std::to_string(*io.weight), "block IO weight", true});
  }
  for (const BlockWeight& one : io.weight_device)
    for (const char* file : {"blkio.weight_device", "blkio.bfq.weight_device"})
      list.push_back({"blkio", file, device(one.major, one.minor) + " " + std::to_string(one.weight),
                      "block IO weight of a device", true});
  const auto throttle = [&](const std::vector<BlockThrottle>& rates, const char* file) {
    for (const BlockThrottle& one : rates)
      list.push_back(
          {"blkio", file, device(one.major, one.minor) + " " + std::to_string(one.rate), "block IO rate"});
  };
  throttle(io.throttle_read_bps, "blkio.throttle.read_bps_device");
  throttle(io.throttle_write_bps, "blkio.throttle.write_bps_device");
  throttle(io.throttle_read_iops, "blkio.throttle.read_iops_device");
  throttle(io.throttle_write_iops, "blkio.throttle.write_iops_device");
}

void v2_block_io(std::vector<Setting>& list, const BlockIoLimits& io) {
  // 10 to 1000 of v1 is 1 to 10000 of io.weight; bfq keeps its own range.
  const auto weight = [](std::uint64_t old) { return std::to_string(1 + (old - 10) * 9999 / 990); };
  if (io.weight) {
    list.push_back({"io", "io.bfq.weight", std::to_string(*io.weight), "block IO weight", true});
    list.push_back({"io", "io.weight", weight(*io.weight), "block IO weight", true});
  }
  for (const BlockWeight& one : io.weight_device) {
    const std::string number = device(one.major, one.minor) + " ";
    const char* limit = "block IO weight of a device";
    list.push_back({"io", "io.bfq.weight", number + std::to_string(one.weight), limit, true});
    list.push_back({"io", "io.weight", number + weight(one.weight), limit, true});
  }
  std::map<std::string, std::string> lines;
  const auto throttle = [&](const std::vector<BlockThrottle>& rates, const char* key) {
    for (const BlockThrottle& one : rates)
      lines[device(one.major, one.minor)] += std::string(" ") + key + "=" + std::to_string(one.rate);
  };
  throttle(io.throttle_read_bps, "rbps");
  throttle(io.throttle_write_bps, "wbps");
  throttle(io.throttle_read_iops, "riops");
  throttle(io.throttle_write_iops, "wiops");
  for (const auto& [number, rates] : lines) list.push_back({"io", "io.max", number + rates, "block IO rate"});
}

void v2_memory(std::vector<Setting>& list, const MemoryLimits& memory,
               std::vector<std::string>& unsupported) {
  if (memory.limit) list.push_back({"memory", "memory.max", or_max(*memory.limit), "memory limit"});
  if (memory.limit && *memory.limit > 0)
    list.push_back({"memory", "memory.oom.group", "1", "memory limit", true});
  if (memory.swap) {
    const std::int64_t swap =
        *memory.swap < 0 ? -1 : std::max<std::int64_t>(*memory.swap - memory.limit.value_or(0), 0);
    list.push_back({"memory", "memory.swap.max", or_max(swap), "swap limit"});
  }
  if (memory.reservation)
    list.push_back({"memory", "memory.low", or_max(*memory.reservation), "memory reservation"});
  if (memory.swappiness) unsupported.emplace_back("mem_swappiness has no effect on cgroup v2");
  if (memory.disable_oom_killer.value_or(false))
    unsupported.emplace_back("oom_kill_disable has no effect on cgroup v2");
}

}  // namespace

std::uint64_t weight_of_shares(std::uint64_t shares) {
  if (shares == 0) return 0;
  const double log2 = std::log2(static_cast<double>(std::clamp<std::uint64_t>(shares, 2, 262144)));
  const double weight = std::ceil(std::pow(10.0, (log2 * log2 + 125 * log2) / 612.0 - 7.0 / 34.0));
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(weight), 1, 10000);
}

std::vector<Setting> v1_settings(const Resources& resources) {
  std::vector<Setting> list;
  add(list, "cpu", "cpu.shares", resources.cpu.shares, "cpu shares");
  add(list, "cpu", "cpu.cfs_period_us", resources.cpu.period, "cpu limit");
  add(list, "cpu", "cpu.cfs_quota_us", resources.cpu.quota, "cpu limit");
  add(list, "cpu", "cpu.rt_period_us", resources.cpu.realtime_period, "real-time cpu limit");
  add(list, "cpu", "cpu.rt_runtime_us", resources.cpu.realtime_runtime, "real-time cpu limit");
  add(list, "cpuset", "cpuset.cpus", resources.cpu.cpus, "cpu set");
  add(list, "cpuset", "cpuset.mems", resources.cpu.mems, "cpu set");
  // memory+swap may never be below memory: the limit goes first into a fresh group.
  add(list, "memory", "memory.limit_in_bytes", resources.memory.limit, "memory limit");
  add(list, "memory", "memory.memsw.limit_in_bytes", resources.memory.swap, "swap limit");
  add(list, "memory", "memory.soft_limit_in_bytes", resources.memory.reservation, "memory reservation");
  add(list, "memory", "memory.swappiness", resources.memory.swappiness, "mem_swappiness");
  if (resources.memory.disable_oom_killer.value_or(false))
    list.push_back({"memory", "memory.oom_control", "1", "oom_kill_disable"});
  if (resources.pids_limit)
    list.push_back({"pids", "pids.max",
                    *resources.pids_limit <= 0 ? "max" : std::to_string(*resources.pids_limit),
                    "process limit"});
  v1_block_io(list, resources.block_io);
  return list;
}

std::vector<Setting> v2_settings(const Resources& resources, std::vector<std::string>& unsupported) {
  std::vector<Setting> list;
  if (resources.cpu.shares)
    list.push_back(
        {"cpu", "cpu.weight", std::to_string(weight_of_shares(*resources.cpu.shares)), "cpu shares"});
  if (resources.cpu.quota || resources.cpu.period)
    list.push_back({"cpu", "cpu.max",
                    or_max(resources.cpu.quota.value_or(-1)) + " " +
                        std::to_string(resources.cpu.period.value_or(kPeriod)),
                    "cpu limit"});
  if (resources.cpu.realtime_runtime || resources.cpu.realtime_period)
    unsupported.emplace_back("real-time cpu limits have no effect on cgroup v2");
  add(list, "cpuset", "cpuset.cpus", resources.cpu.cpus, "cpu set");
  add(list, "cpuset", "cpuset.mems", resources.cpu.mems, "cpu set");
  v2_memory(list, resources.memory, unsupported);
  if (resources.pids_limit)
    list.push_back({"pids", "pids.max",
                    *resources.pids_limit <= 0 ? "max" : std::to_string(*resources.pids_limit),
                    "process limit"});
  v2_block_io(list, resources.block_io);
  for (const auto& [file, value] : resources.unified)
    list.push_back({file.substr(0, file.find('.')), file, value, file});
  return list;
}

}  // namespace runtime::cgroup
