#include "runtime/spec/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <stdexcept>
#include <utility>

namespace runtime {
namespace {

using nlohmann::json;
using Strings = std::vector<std::string>;

// --- reading
// -------------------------------------------------------------------------------------------------------

/// A value and the way to it, for error messages.
class Place {
 public:
  Place(const json& value, std::string path) : value_(value), path_(std::move(path)) {}

  [[noreturn]] void expected(const std::string& what) const {
    throw std::runtime_error((path_.empty() ? "" : path_ + ": ") + "expected " + what);
  }
  [[nodiscard]] std::optional<Place> find(const char* key) const {
    if (!value_.is_object()) expected("an object");
    const auto found = value_.find(key);
    if (found == value_.end() || found->is_null()) return std::nullopt;
    return Place(*found, path_.empty() ? key : path_ + "." + key);
  }
  [[nodiscard]] std::vector<Place> elements() const {
    if (!value_.is_array()) expected("a list");
    std::vector<Place> all;
    for (std::size_t i = 0; i < value_.size(); ++i)
      all.emplace_back(value_[i], path_ + "[" + std::to_string(i) + "]");
    return all;
  }
  template <class T>
  [[nodiscard]] T as() const {
    if constexpr (std::same_as<T, bool>) {
      if (!value_.is_boolean()) expected("true or false");
    } else if constexpr (std::integral<T>) {
      if (!value_.is_number_integer()) expected("a whole number");
    } else if constexpr (std::same_as<T, std::string>) {
      if (!value_.is_string()) expected("a string");
    } else {
      return list_or_map<T>();
    }
    return value_.get<T>();
  }

 private:
  template <class T>
  [[nodiscard]] T list_or_map() const {
    T result;
    if constexpr (requires { typename T::mapped_type; }) {
      if (!value_.is_object()) expected("an object");
      for (const auto& [key, value] : value_.items())
        result.emplace(key, Place(value, path_ + "." + key).template as<typename T::mapped_type>());
    } else {
      for (const Place& element : elements()) result.push_back(element.as<typename T::value_type>());
    }
    return result;
  }

  const json& value_;
  std::string path_;
};

template <class T>
void take(const Place& from, const char* key, T& into) {
  if (const auto found = from.find(key)) into = found->as<T>();
}
template <class T>
void take(const Place& from, const char* key, std::optional<T>& into) {
  if (const auto found = from.find(key)) into = found->as<T>();
}
template <class T, class Read>
void take_list(const Place& from, const char* key, std::vector<T>& into, Read read) {
  const auto found = from.find(key);
  if (!found) return;
  for (const Place& element : found->elements()) into.push_back(read(element));
}

// --- words
// ---------------------------------------------------------------------------------------------------------

constexpr std::array<std::pair<std::string_view, NamespaceType>, 7> kNamespaces{
    {{"mount", NamespaceType::mount},
     {"uts", NamespaceType::uts},
     {"ipc", NamespaceType::ipc},
     {"pid", NamespaceType::pid},
     {"network", NamespaceType::network},
     {"cgroup", NamespaceType::cgroup},
     {"user", NamespaceType::user}}};

// --- one function for each part, reading and writing side by side
// ---------------------------------------------------

json write(const Mount& mount) {
  return {{"destination", mount.destination},
          {"type", mount.type},
          {"source", mount.source},
          {"options", mount.options}};
}
Mount read_mount(const Place& from) {
  Mount mount;
  take(from, "destination", mount.destination);
  take(from, "type", mount.type);
  take(from, "source", mount.source);
  take(from, "options", mount.options);
  if (mount.destination.empty() || mount.destination.front() != '/') from.expected("an absolute destination");
  return mount;
}

json write(const User& user) {
  json object{{"uid", user.uid}, {"gid", user.gid}};
  if (user.umask) object["umask"] = *user.umask;
  if (!user.additional_gids.empty()) object["additionalGids"] = user.additional_gids;
  return object;
}
User read_user(const Place& from) {
  User user;
  take(from, "uid", user.uid);
  take(from, "gid", user.gid);
  take(from, "umask", user.umask);
  take(from, "additionalGids", user.additional_gids);
  return user;
}

json write(const Capabilities& sets) {
  return {{"bounding", sets.bounding},
          {"effective", sets.effective},
          {"inheritable", sets.inheritable},
          {"permitted", sets.permitted},
          {"ambient", sets.ambient}};
}
Capabilities read_capabilities(const Place& from) {
  Capabilities sets;
  take(from, "bounding", sets.bounding);
  take(from, "effective", sets.effective);
  take(from, "inheritable", sets.inheritable);
  take(from, "permitted", sets.permitted);
  take(from, "ambient", sets.ambient);
  return sets;
}

json write(const Rlimit& limit) { return {{"type", limit.type}, {"soft", limit.soft}, {"hard", limit.hard}}; }
Rlimit read_rlimit(const Place& from) {
  Rlimit limit;
  take(from, "type", limit.type);
  take(from, "soft", limit.soft);
  take(from, "hard", limit.hard);
  return limit;
}

json write(const Process& process) {
  json object{{"terminal", process.terminal}, {"cwd", process.cwd},
              {"env", process.env},           {"args", process.args},
              {"user", write(process.user)},  {"noNewPrivileges", process.no_new_privileges}};
  if (process.rows != 0 || process.columns != 0)
    object["consoleSize"] = {{"height", process.rows}, {"width", process.columns}};
  if (process.capabilities) object["capabilities"] = write(*process.capabilities);
  if (process.oom_score_adj) object["oomScoreAdj"] = *process.oom_score_adj;
  if (!process.apparmor_profile.empty()) object["apparmorProfile"] = process.apparmor_profile;
  if (!process.selinux_label.empty()) object["selinuxLabel"] = process.selinux_label;
  for (const Rlimit& limit : process.rlimits) object["rlimits"].push_back(write(limit));
  return object;
}
Process read_process(const Place& from) {
  Process process;
  take(from, "terminal", process.terminal);
  take(from, "cwd", process.cwd);
  take(from, "env", process.env);
  take(from, "args", process.args);
  take(from, "noNewPrivileges", process.no_new_privileges);
  take(from, "oomScoreAdj", process.oom_score_adj);
  take(from, "apparmorProfile", process.apparmor_profile);
  take(from, "selinuxLabel", process.selinux_label);
  take_list(from, "rlimits", process.rlimits, read_rlimit);
  if (const auto user = from.find("user")) process.user = read_user(*user);
  if (const auto sets = from.find("capabilities")) process.capabilities = read_capabilities(*sets);
  if (const auto size = from.find("consoleSize")) {
    take(*size, "height", process.rows);
    take(*size, "width", process.columns);
  }
  return process;
}

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

template <class T>
void put(json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
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
Resources read_resources(const Place& from) {
  Resources resources;
  take_list(from, "devices", resources.devices, read_device_rule);
  if (const auto memory = from.find("memory")) resources.memory = read_memory(*memory);
  if (const auto cpu = from.find("cpu")) resources.cpu = read_cpu(*cpu);
  if (const auto io = from.find("blockIO")) resources.block_io = read_block_io(*io);
  if (const auto pids = from.find("pids")) take(*pids, "limit", resources.pids_limit);
  take(from, "unified", resources.unified);
  return resources;
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
  take(from, "defaultAction", profile.default_action);
  take(from, "defaultErrnoRet", profile.default_errno_ret);
  take(from, "architectures", profile.architectures);
  take_list(from, "syscalls", profile.syscalls, read_seccomp_rule);
  return profile;
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

json write_ours(const Spec& spec) {
  json object = json::object();
  if (spec.root.overlay)
    object["overlay"] = {{"lower", spec.root.overlay->lower},
                         {"upper", spec.root.overlay->upper},
                         {"work", spec.root.overlay->work}};
  if (spec.init) object["init"] = true;
  if (spec.process.create_cwd) object["createCwd"] = true;
  if (!spec.process.user.name.empty()) object["user"] = spec.process.user.name;
  if (!spec.process.user.additional_groups.empty()) object["groups"] = spec.process.user.additional_groups;
  if (spec.linux.seccomp.mode == SeccompMode::standard) object["seccomp"] = "standard";
  return object;
}
void read_ours(const Place& from, Spec& spec) {
  if (const auto overlay = from.find("overlay")) {
    spec.root.overlay.emplace();
    take(*overlay, "lower", spec.root.overlay->lower);
    take(*overlay, "upper", spec.root.overlay->upper);
    take(*overlay, "work", spec.root.overlay->work);
  }
  take(from, "init", spec.init);
  take(from, "createCwd", spec.process.create_cwd);
  take(from, "user", spec.process.user.name);
  take(from, "groups", spec.process.user.additional_groups);
  if (from.find("seccomp")) spec.linux.seccomp.mode = SeccompMode::standard;
}

template <class Read>
auto parse(std::string_view text, Read read) {
  try {
    const json document = json::parse(text);
    return read(Place(document, ""));
  } catch (const json::exception& error) {
    throw std::runtime_error(std::string("not valid JSON: ") + error.what());
  }
}

}  // namespace

std::string to_json(const Spec& spec) {
  json object{{"ociVersion", spec.oci_version},
              {"root", {{"path", spec.root.path}, {"readonly", spec.root.readonly}}},
              {"process", write(spec.process)},
              {"mounts", json::array()},
              {"linux", write(spec.linux)}};
  for (const Mount& mount : spec.mounts) object["mounts"].push_back(write(mount));
  if (!spec.hostname.empty()) object["hostname"] = spec.hostname;
  if (!spec.domainname.empty()) object["domainname"] = spec.domainname;
  if (!spec.annotations.empty()) object["annotations"] = spec.annotations;
  const json ours = write_ours(spec);
  if (!ours.empty()) object["x-mdcompose"] = ours;
  return object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Spec spec_from_json(std::string_view text) {
  return parse(text, [](const Place& from) {
    Spec spec;
    take(from, "ociVersion", spec.oci_version);
    take(from, "hostname", spec.hostname);
    take(from, "domainname", spec.domainname);
    take(from, "annotations", spec.annotations);
    take_list(from, "mounts", spec.mounts, read_mount);
    if (const auto root = from.find("root")) {
      take(*root, "path", spec.root.path);
      take(*root, "readonly", spec.root.readonly);
    }
    if (const auto process = from.find("process")) spec.process = read_process(*process);
    if (const auto part = from.find("linux")) spec.linux = read_linux(*part);
    if (const auto ours = from.find("x-mdcompose")) read_ours(*ours, spec);
    return spec;
  });
}

SeccompProfile seccomp_from_json(std::string_view text) { return parse(text, read_seccomp); }

}  // namespace runtime
