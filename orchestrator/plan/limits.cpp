#include "orchestrator/plan/limits.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "runtime/container/container.hpp"

namespace orchestrator::plan {
namespace {

constexpr std::uint64_t kPeriod = 100'000;  // µs

std::optional<std::int64_t> positive(const std::optional<std::int64_t>& value) {
  return value && *value > 0 ? value : std::nullopt;
}

runtime::CpuLimits cpu_of(const project::Service& service) {
  runtime::CpuLimits cpu;
  std::optional<double> cpus = service.cpus;
  if (!cpus && service.deploy && !service.deploy->cpus_limit.empty())
    cpus = std::stod(service.deploy->cpus_limit);
  if (cpus && *cpus > 0) {
    cpu.period = kPeriod;
    cpu.quota = std::llround(*cpus * static_cast<double>(kPeriod));
  }
  if (const auto period = positive(service.cpu_period)) cpu.period = static_cast<std::uint64_t>(*period);
  if (service.cpu_quota && *service.cpu_quota != 0) cpu.quota = service.cpu_quota;
  if (const auto shares = positive(service.cpu_shares)) cpu.shares = static_cast<std::uint64_t>(*shares);
  if (service.cpu_rt_runtime) cpu.realtime_runtime = service.cpu_rt_runtime;
  if (const auto period = positive(service.cpu_rt_period))
    cpu.realtime_period = static_cast<std::uint64_t>(*period);
  cpu.cpus = service.cpuset;
  return cpu;
}

/// Memory and swap together; as in docker as much swap as memory where only the latter is limited.
std::optional<std::int64_t> memory_and_swap(const project::Service& service,
                                            const std::optional<std::int64_t>& memory) {
  const std::int64_t wanted = service.memswap_limit.value_or(0);
  if (wanted < 0) return wanted;
  if (wanted == 0) return memory ? std::optional(2 * *memory) : std::nullopt;
  if (!memory) refuse(service, "memswap_limit", "is memory and swap together, and there is no mem_limit");
  if (wanted < *memory)
    refuse(service, "memswap_limit", "is memory and swap together, so not less than mem_limit");
  return wanted;
}

runtime::MemoryLimits memory_of(const project::Service& service) {
  runtime::MemoryLimits memory;
  memory.limit = positive(service.mem_limit);
  memory.reservation = positive(service.mem_reservation);
  if (service.deploy) {
    if (!memory.limit) memory.limit = positive(service.deploy->memory_limit);
    if (!memory.reservation) memory.reservation = positive(service.deploy->memory_reservation);
  }
  memory.swap = memory_and_swap(service, memory.limit);
  if (service.mem_swappiness) memory.swappiness = static_cast<std::uint64_t>(*service.mem_swappiness);
  if (service.oom_kill_disable) memory.disable_oom_killer = true;
  return memory;
}

const HostDevice& device_at(const project::Service& service, const Assets& assets, const std::string& path,
                            const std::string& attribute) {
  const auto found = assets.devices.find(path);
  if (found == assets.devices.end()) refuse(service, attribute, path + " is no device of this host");
  return found->second;
}

runtime::BlockIoLimits block_io_of(const project::Service& service, const Assets& assets) {
  runtime::BlockIoLimits io;
  io.weight = service.blkio_config.weight;
  for (const project::BlkioDevice& one : service.blkio_config.weight_device) {
    const HostDevice& device = device_at(service, assets, one.path, "blkio_config.weight_device");
    io.weight_device.push_back(
        {.major = device.major, .minor = device.minor, .weight = static_cast<std::uint16_t>(one.value)});
  }
  const auto rates = [&](const std::vector<project::BlkioDevice>& from, const std::string& name) {
    std::vector<runtime::BlockThrottle> to;
    for (const project::BlkioDevice& one : from) {
      const HostDevice& device = device_at(service, assets, one.path, "blkio_config." + name);
      to.push_back({.major = device.major,
                    .minor = device.minor,
                    .rate = static_cast<std::uint64_t>(std::max<std::int64_t>(one.value, 0))});
    }
    return to;
  };
  io.throttle_read_bps = rates(service.blkio_config.device_read_bps, "device_read_bps");
  io.throttle_write_bps = rates(service.blkio_config.device_write_bps, "device_write_bps");
  io.throttle_read_iops = rates(service.blkio_config.device_read_iops, "device_read_iops");
  io.throttle_write_iops = rates(service.blkio_config.device_write_iops, "device_write_iops");
  return io;
}

/// "c 1:3 mr", as the kernel's devices.allow.
runtime::DeviceRule rule_of(const project::Service& service, const std::string& text) {
  std::istringstream words(text);
  std::string type;
  std::string numbers;
  std::string access;
  words >> type >> numbers >> access;
  const auto colon = numbers.find(':');
  const auto number = [&](const std::string& digits) -> std::optional<std::int64_t> {
    if (digits == "*") return std::nullopt;
    return std::stoll(digits);
  };
  try {
    if (type.size() != 1 || colon == std::string::npos || access.empty()) throw std::invalid_argument(text);
    return {.allow = true,
            .type = type[0],
            .major = number(numbers.substr(0, colon)),
            .minor = number(numbers.substr(colon + 1)),
            .access = access};
  } catch (const std::logic_error&) {
    refuse(service, "device_cgroup_rules", "\"" + text + "\" is not of the form \"c 1:3 rwm\"");
  }
}

std::vector<runtime::DeviceRule> device_rules(const project::Service& service, const Assets& assets) {
  if (service.privileged) return {{.allow = true, .type = 'a'}};
  std::vector<runtime::DeviceRule> rules = runtime::default_device_rules();
  for (const project::DeviceMapping& mapping : service.devices) {
    const HostDevice& device = device_at(service, assets, mapping.source, "devices");
    rules.push_back({.allow = true,
                     .type = device.type,
                     .major = device.major,
                     .minor = device.minor,
                     .access = mapping.permissions});
  }
  for (const std::string& text : service.device_cgroup_rules) rules.push_back(rule_of(service, text));
  return rules;
}

}  // namespace

std::string placed(const project::Service& service) {
  const std::string place = project::to_string(service.source);
  return (place.empty() ? "" : place + ": ") + "services." + service.name;
}

void refuse(const project::Service& service, const std::string& attribute, const std::string& sentence) {
  throw std::runtime_error(placed(service) + "." + attribute + ": " + sentence);
}

runtime::Resources resources_of(const project::Service& service, const Assets& assets) {
  runtime::Resources resources{.devices = device_rules(service, assets),
                               .memory = memory_of(service),
                               .cpu = cpu_of(service),
                               .block_io = block_io_of(service, assets),
                               .pids_limit = service.pids_limit};
  if (!resources.pids_limit && service.deploy) resources.pids_limit = service.deploy->pids_limit;
  return resources;
}

project::StackLimits change_of(const project::StackLimits& before, const project::StackLimits& after) {
  project::StackLimits change = after;
  if (after.cpus.empty() && !before.cpus.empty()) change.cpus = "-1";
  if (!after.memory && before.memory) change.memory = -1;
  if (!after.pids && before.pids) change.pids = -1;
  return change;
}

runtime::Resources resources_of(const project::StackLimits& limits) {
  runtime::Resources resources{.pids_limit = limits.pids};
  resources.memory.limit = limits.memory;
  // As for a container: as much swap as memory.
  if (limits.memory) resources.memory.swap = *limits.memory < 0 ? -1 : 2 * *limits.memory;
  if (limits.cpus.empty()) return resources;
  const double cpus = std::stod(limits.cpus);
  resources.cpu.period = kPeriod;
  resources.cpu.quota = cpus < 0 ? -1 : std::llround(cpus * static_cast<double>(kPeriod));
  return resources;
}

void fit_into(runtime::Resources& container, const project::StackLimits& stack) {
  if (stack.cpus.empty() || container.cpu.quota.value_or(-1) < 0) return;
  const double period = static_cast<double>(container.cpu.period.value_or(kPeriod));
  container.cpu.quota =
      std::min<std::int64_t>(*container.cpu.quota, std::llround(std::stod(stack.cpus) * period));
}

std::set<std::string> limited_controllers(const project::StackLimits& limits) {
  std::set<std::string> controllers;
  if (!limits.cpus.empty()) controllers.insert("cpu");
  if (limits.memory) controllers.insert("memory");
  if (limits.pids) controllers.insert("pids");
  return controllers;
}

std::vector<runtime::Rlimit> rlimits_of(const project::Service& service) {
  std::vector<runtime::Rlimit> limits;
  const auto value = [](std::int64_t number) {
    return number < 0 ? UINT64_MAX : static_cast<std::uint64_t>(number);
  };
  for (const auto& [name, limit] : service.ulimits) {
    std::string type = "RLIMIT_" + name;
    std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::toupper(c); });
    limits.push_back({.type = type, .soft = value(limit.soft), .hard = value(limit.hard)});
  }
  return limits;
}

}  // namespace orchestrator::plan
