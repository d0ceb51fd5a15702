#include "runtime/spec/json_linux.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace runtime {
namespace {

constexpr std::array<std::pair<std::string_view, NamespaceType>, 7> kNamespaces{
    {{"mount", NamespaceType::mount},
     {"uts", NamespaceType::uts},
     {"ipc", NamespaceType::ipc},
     {"pid", NamespaceType::pid},
     {"network", NamespaceType::network},
     {"cgroup", NamespaceType::cgroup},
     {"user", NamespaceType::user}}};

json write(const DeviceRule& rule) {
  json object{{"allow", rule.allow}, {"access", rule.access}, {"type", std::string(1, rule.type)}};
  if (rule.major) object["major"] = *rule.major;
  if (rule.minor) object["minor"] = *rule.minor;
  return object;
}
char read_letter(const Place& from, const char* key, char otherwise) {
  std::string word(1, otherwise);
  take(from, key, word);
  if (word.size() != 1) from.expected(std::string("one letter as ") + key);
  return word[0];
}
DeviceRule read_device_rule(const Place& from) {
  DeviceRule rule{.type = read_letter(from, "type", 'a')};
  take(from, "allow", rule.allow);
  take(from, "access", rule.access);
  take(from, "major", rule.major);
  take(from, "minor", rule.minor);
  return rule;
}

json write(const Device& device) {
  return {{"type", std::string(1, device.type)},
          {"path", device.path},
          {"major", device.major},
          {"minor", device.minor},
          {"fileMode", device.mode},
          {"uid", device.uid},
          {"gid", device.gid}};
}
Device read_device(const Place& from) {
  Device device{.type = read_letter(from, "type", 'c')};
  take(from, "path", device.path);
  take(from, "major", device.major);
  take(from, "minor", device.minor);
  take(from, "fileMode", device.mode);
  take(from, "uid", device.uid);
  take(from, "gid", device.gid);
  return device;
}

json write(const MemoryLimits& memory) {
  json object = json::object();
  put(object, "limit", memory.limit);
  put(object, "reservation", memory.reservation);
  put(object, "swap", memory.swap);
  put(object, "swappiness", memory.swappiness);
  put(object, "disableOOMKiller", memory.disable_oom_killer);
  return object;
}
MemoryLimits read_memory(const Place& from) {
  MemoryLimits memory;
  from.refuse({"kernel", "kernelTCP", "checkBeforeUpdate"});
  take(from, "limit", memory.limit);
  take(from, "reservation", memory.reservation);
  take(from, "swap", memory.swap);
  take(from, "swappiness", memory.swappiness);
  take(from, "disableOOMKiller", memory.disable_oom_killer);
  return memory;
}

json write(const CpuLimits& cpu) {
  json object = json::object();
  put(object, "shares", cpu.shares);
  put(object, "quota", cpu.quota);
  put(object, "period", cpu.period);
  put(object, "realtimeRuntime", cpu.realtime_runtime);
  put(object, "realtimePeriod", cpu.realtime_period);
  if (!cpu.cpus.empty()) object["cpus"] = cpu.cpus;
  if (!cpu.mems.empty()) object["mems"] = cpu.mems;
  return object;
}
CpuLimits read_cpu(const Place& from) {
  CpuLimits cpu;
  from.refuse({"burst", "idle"});
  take(from, "shares", cpu.shares);
  take(from, "quota", cpu.quota);
  take(from, "period", cpu.period);
  take(from, "realtimeRuntime", cpu.realtime_runtime);
  take(from, "realtimePeriod", cpu.realtime_period);
  take(from, "cpus", cpu.cpus);
  take(from, "mems", cpu.mems);
  return cpu;
}

json write(const BlockThrottle& rate) {
  return {{"major", rate.major}, {"minor", rate.minor}, {"rate", rate.rate}};
}
BlockThrottle read_throttle(const Place& from) {
  BlockThrottle rate;
  take(from, "major", rate.major);
  take(from, "minor", rate.minor);
  take(from, "rate", rate.rate);
  return rate;
}
BlockWeight read_weight(const Place& from) {
  BlockWeight weight;
  from.refuse({"leafWeight"});
  take(from, "major", weight.major);
  take(from, "minor", weight.minor);
  take(from, "weight", weight.weight);
  return weight;
}

/// OCI's names of the four throttle lists, with our members.
template <class Io, class Visit>
void each_throttle(Io& io, Visit visit) {
  visit("throttleReadBpsDevice", io.throttle_read_bps);
  visit("throttleWriteBpsDevice", io.throttle_write_bps);
  visit("throttleReadIOPSDevice", io.throttle_read_iops);
  visit("throttleWriteIOPSDevice", io.throttle_write_iops);
}

json write(const BlockIoLimits& io) {
  json object = json::object();
  put(object, "weight", io.weight);
  for (const BlockWeight& one : io.weight_device)
    object["weightDevice"].push_back({{"major", one.major}, {"minor", one.minor}, {"weight", one.weight}});
  each_throttle(io, [&](const char* key, const std::vector<BlockThrottle>& rates) {
    for (const BlockThrottle& rate : rates) object[key].push_back(write(rate));
  });
  return object;
}
BlockIoLimits read_block_io(const Place& from) {
  BlockIoLimits io;
  from.refuse({"leafWeight"});
  take(from, "weight", io.weight);
  take_list(from, "weightDevice", io.weight_device, read_weight);
  each_throttle(io, [&](const char* key, std::vector<BlockThrottle>& rates) {
    take_list(from, key, rates, read_throttle);
  });
  return io;
}

json write(const Resources& resources) {
  json object{{"memory", write(resources.memory)},
              {"cpu", write(resources.cpu)},
              {"blockIO", write(resources.block_io)}};
  for (const DeviceRule& rule : resources.devices) object["devices"].push_back(write(rule));
  if (resources.pids_limit) object["pids"] = {{"limit", *resources.pids_limit}};
  if (!resources.unified.empty()) object["unified"] = resources.unified;
  return object;
}
json write(const SeccompProfile& profile) {
  json object{{"defaultAction", profile.default_action}, {"architectures", profile.architectures}};
  put(object, "defaultErrnoRet", profile.default_errno_ret);
  for (const SeccompSyscall& rule : profile.syscalls) {
    json one{{"names", rule.names}, {"action", rule.action}};
    put(one, "errnoRet", rule.errno_ret);
    for (const SeccompArg& arg : rule.args)
      one["args"].push_back(
          {{"index", arg.index}, {"value", arg.value}, {"valueTwo", arg.value_two}, {"op", arg.op}});
    object["syscalls"].push_back(one);
  }
  return object;
}
SeccompArg read_seccomp_arg(const Place& from) {
  SeccompArg arg;
  take(from, "index", arg.index);
  take(from, "value", arg.value);
  take(from, "valueTwo", arg.value_two);
  take(from, "op", arg.op);
  return arg;
}
json write(const Namespace& one) {
  const auto* name = std::find_if(kNamespaces.begin(), kNamespaces.end(),
                                  [&](const auto& row) { return row.second == one.type; });
  json object{{"type", name->first}};
  if (!one.path.empty()) object["path"] = one.path;
  return object;
}
Namespace read_namespace(const Place& from) {
  Namespace one;
  std::string type;
  take(from, "type", type);
  take(from, "path", one.path);
  const auto* found = std::find_if(kNamespaces.begin(), kNamespaces.end(),
                                   [&](const auto& row) { return row.first == type; });
  if (found == kNamespaces.end()) from.expected("a namespace type, not \"" + type + "\"");
  one.type = found->second;
  return one;
}

json write(const IdMapping& line) {
  return {{"containerID", line.container_id}, {"hostID", line.host_id}, {"size", line.size}};
}
IdMapping read_mapping(const Place& from) {
  IdMapping line;
  take(from, "containerID", line.container_id);
  take(from, "hostID", line.host_id);
  take(from, "size", line.size);
  return line;
}

}  // namespace

Resources read_resources(const Place& from) {
  Resources resources;
  from.refuse({"hugepageLimits", "network", "rdma"});
  take_list(from, "devices", resources.devices, read_device_rule);
  if (const auto memory = from.find("memory")) resources.memory = read_memory(*memory);
  if (const auto cpu = from.find("cpu")) resources.cpu = read_cpu(*cpu);
  if (const auto io = from.find("blockIO")) resources.block_io = read_block_io(*io);
  if (const auto pids = from.find("pids")) take(*pids, "limit", resources.pids_limit);
  take(from, "unified", resources.unified);
  return resources;
}

SeccompSyscall read_seccomp_rule(const Place& from) {
  SeccompSyscall rule;
  take(from, "names", rule.names);
  take(from, "action", rule.action);
  take(from, "errnoRet", rule.errno_ret);
  take_list(from, "args", rule.args, read_seccomp_arg);
  return rule;
}

SeccompProfile read_seccomp(const Place& from) {
  SeccompProfile profile;
  from.refuse({"flags", "listenerPath", "listenerMetadata"});
  take(from, "defaultAction", profile.default_action);
  take(from, "defaultErrnoRet", profile.default_errno_ret);
  take(from, "architectures", profile.architectures);
  take_list(from, "syscalls", profile.syscalls, read_seccomp_rule);
  return profile;
}

json write(const Linux& part) {
  json object{{"namespaces", json::array()},
              {"resources", write(part.resources)},
              {"maskedPaths", part.masked_paths},
              {"readonlyPaths", part.readonly_paths}};
  for (const Namespace& one : part.namespaces) object["namespaces"].push_back(write(one));
  for (const IdMapping& line : part.uid_mappings) object["uidMappings"].push_back(write(line));
  for (const IdMapping& line : part.gid_mappings) object["gidMappings"].push_back(write(line));
  for (const Device& device : part.devices) object["devices"].push_back(write(device));
  if (!part.cgroups_path.empty()) object["cgroupsPath"] = part.cgroups_path;
  if (!part.rootfs_propagation.empty()) object["rootfsPropagation"] = part.rootfs_propagation;
  if (!part.sysctl.empty()) object["sysctl"] = part.sysctl;
  if (part.seccomp.mode == SeccompMode::profile) object["seccomp"] = write(part.seccomp.profile);
  return object;
}
Linux read_linux(const Place& from) {
  Linux part;
  from.refuse({"timeOffsets", "intelRdt", "mountLabel", "personality", "netDevices", "memoryPolicy"});
  take_list(from, "namespaces", part.namespaces, read_namespace);
  take_list(from, "uidMappings", part.uid_mappings, read_mapping);
  take_list(from, "gidMappings", part.gid_mappings, read_mapping);
  take_list(from, "devices", part.devices, read_device);
  take(from, "cgroupsPath", part.cgroups_path);
  take(from, "rootfsPropagation", part.rootfs_propagation);
  take(from, "sysctl", part.sysctl);
  take(from, "maskedPaths", part.masked_paths);
  take(from, "readonlyPaths", part.readonly_paths);
  if (const auto resources = from.find("resources")) part.resources = read_resources(*resources);
  if (const auto seccomp = from.find("seccomp"))
    part.seccomp = {.mode = SeccompMode::profile, .profile = read_seccomp(*seccomp)};
  return part;
}
}  // namespace runtime
