#include "runtime/cgroup/cgroup.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iterator>
#include <set>
#include <sstream>

#include "runtime/cgroup/device_filter.hpp"
#include "runtime/cgroup/settings.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::cgroup {
namespace {

using Words = std::set<std::string>;

Words words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

/// Controllers that can be used below `directory` of the v2 tree.
Words unified_controllers(const std::string& directory) {
  if (directory.empty()) return {};
  return words_of(sys::read_file_if_exists(directory + "/cgroup.controllers").value_or(""));
}

Words controllers_of(const std::vector<Setting>& settings) {
  Words names;
  for (const Setting& setting : settings) names.insert(setting.controller);
  return names;
}

/// The v1 hierarchies that are needed for what the v2 tree does not take.
std::vector<const Hierarchy::V1*> needed_v1(const Hierarchy& hierarchy, const Resources& resources) {
  const Words unified = unified_controllers(hierarchy.unified);
  Words wanted = controllers_of(v1_settings(resources));
  if (wanted.contains("blkio") && unified.contains("io")) wanted.erase("blkio");
  for (const std::string& name : unified) wanted.erase(name);
  if (hierarchy.unified.empty() && !resources.devices.empty()) wanted.insert("devices");
  if (hierarchy.unified.empty()) wanted.insert("freezer");
  std::vector<const Hierarchy::V1*> needed;
  for (const Hierarchy::V1& v1 : hierarchy.v1)
    if (std::any_of(v1.controllers.begin(), v1.controllers.end(),
                    [&](const std::string& name) { return wanted.contains(name); }))
      needed.push_back(&v1);
  return needed;
}

/// Every parent of `name` hands the controllers down; only what is there and allowed.
void enable_controllers(const std::string& base, const std::string& name, const Words& controllers) {
  std::string directory = base;
  for (std::size_t at = 0; at != std::string::npos;) {
    for (const std::string& controller : controllers) {
      try {
        sys::write_control(directory + "/cgroup.subtree_control", "+" + controller);
      } catch (const std::system_error&) {
        // Not delegated to us: the setting itself will say so.
      }
    }
    const auto slash = name.find('/', at);
    if (slash == std::string::npos) return;
    directory = base + "/" + name.substr(0, slash);
    sys::make_directories(directory);
    at = slash + 1;
  }
}

/// A cpuset without memory nodes takes no process; v1 groups start with none.
void inherit_cpuset(const std::string& directory) {
  const std::string parent = directory.substr(0, directory.rfind('/'));
  if (!sys::exists(parent + "/cpuset.mems")) return;
  if (sys::read_file(parent + "/cpuset.mems").size() <= 1) inherit_cpuset(parent);
  for (const char* file : {"/cpuset.cpus", "/cpuset.mems"})
    if (sys::read_file(directory + file).size() <= 1)
      sys::write_control(directory + file, sys::read_file(parent + file));
}

std::string v1_directory(const Paths& paths, const std::string& controller) {
  // The mount point's name lists the controllers: "/sys/fs/cgroup/cpu,cpuacct/…".
  for (const std::string& path : paths.v1) {
    std::string name = path.substr(std::string("/sys/fs/cgroup/").size());
    name = name.substr(0, name.find('/'));
    std::istringstream parts(name);
    for (std::string part; std::getline(parts, part, ',');)
      if (part == controller) return path;
  }
  return "";
}

void write_setting(const std::string& directory, const Setting& setting, std::vector<std::string>& warnings) {
  const bool missing = directory.empty() || !sys::exists(directory + "/" + setting.file);
  if (missing) {
    if (!setting.optional)
      warnings.push_back(setting.limit + " is not enforced: this host has no usable " + setting.controller +
                         " controller");
    return;
  }
  try {
    sys::write_control(directory + "/" + setting.file, setting.value);
  } catch (const std::system_error& error) {
    warnings.push_back(setting.limit + " is not enforced: " + error.what());
  }
}

void apply_limits(const Paths& paths, const Resources& resources, std::vector<std::string>& warnings) {
  const Words unified = unified_controllers(paths.unified);
  std::vector<std::string> unsupported;
  const std::vector<Setting> v2 = v2_settings(resources, unsupported);
  const bool pure_v2 = paths.v1.empty() && !paths.unified.empty() && !sys::exists("/sys/fs/cgroup/unified");
  if (pure_v2) warnings.insert(warnings.end(), unsupported.begin(), unsupported.end());
  for (const Setting& setting : v2)
    if (pure_v2 || unified.contains(setting.controller)) write_setting(paths.unified, setting, warnings);
  if (pure_v2) return;
  for (const Setting& setting : v1_settings(resources)) {
    const std::string& counterpart = setting.controller == "blkio" ? "io" : setting.controller;
    if (!unified.contains(counterpart))
      write_setting(v1_directory(paths, setting.controller), setting, warnings);
  }
}

void apply_devices(const Cgroup& group, const Resources& resources, std::vector<std::string>& warnings) {
  if (resources.devices.empty()) return;
  try {
    if (group.unified_fd() >= 0) {
      const sys::unique_fd directory = sys::open(group.paths().unified, O_RDONLY | O_DIRECTORY);
      return attach_device_filter(directory.get(), resources.devices);
    }
    const std::string directory = v1_directory(group.paths(), "devices");
    for (const DeviceRule& rule : resources.devices)
      sys::write_control(directory + (rule.allow ? "/devices.allow" : "/devices.deny"), v1_device_rule(rule));
  } catch (const std::system_error& error) {
    warnings.push_back(std::string("device access is not limited: ") + error.what());
  }
}

/// Value of `key` in a flat keyed file ("oom_kill 3"); 0 where there is none.
std::uint64_t keyed(const std::string& path, const std::string& key) {
  std::istringstream lines(sys::read_file_if_exists(path).value_or(""));
  std::string word;
  for (std::uint64_t value = 0; lines >> word >> value;)
    if (word == key) return value;
  return 0;
}

/// Waits until `key` of cgroup.events has the value; the kernel announces changes as POLLPRI.
bool wait_event(const std::string& directory, const std::string& key, std::uint64_t value, int milliseconds) {
  const sys::unique_fd events = sys::open(directory + "/cgroup.events", O_RDONLY);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  while (keyed(directory + "/cgroup.events", key) != value) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd poll{.fd = events.get(), .events = POLLPRI, .revents = 0};
    ::poll(&poll, 1, static_cast<int>(left.count()));
  }
  return true;
}

std::uint64_t number(const std::string& path) {
  const std::string text = sys::read_file_if_exists(path).value_or("");
  return text.empty() || !std::isdigit(static_cast<unsigned char>(text[0])) ? 0 : std::stoull(text);
}

/// The sub-groups first; false where somebody is still inside.
bool remove_directory(const std::string& directory) {
  struct stat status {};
  for (const std::string& name : sys::list_directory(directory)) {
    const std::string path = directory + "/" + name;
    if (::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && !remove_directory(path))
      return false;
  }
  if (::rmdir(directory.c_str()) == 0 || errno == ENOENT) return true;
  if (errno == EBUSY) return false;
  sys::throw_errno("remove cgroup " + directory);
}

/// Groups above a container's are shared by the project; the last one out removes them.
void remove_empty_parents(std::string directory) {
  for (;;) {
    directory = directory.substr(0, directory.rfind('/'));
    if (directory.find("/mdcompose") == std::string::npos || ::rmdir(directory.c_str()) != 0) return;
  }
}

std::uint64_t io_bytes(const std::string& text, const std::string& key) {
  std::uint64_t sum = 0;
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1))
    sum += std::stoull(text.substr(at + key.size()));
  return sum;
}

}  // namespace

Cgroup::Cgroup(Paths paths, sys::unique_fd unified)
    : paths_(std::move(paths)), unified_(std::move(unified)) {}

Paths Cgroup::plan(const Hierarchy& hierarchy, const std::string& name, const Resources& resources) {
  Paths paths;
  if (!hierarchy.unified.empty()) paths.unified = hierarchy.unified + "/" + name;
  for (const Hierarchy::V1* v1 : needed_v1(hierarchy, resources)) paths.v1.push_back(v1->base + "/" + name);
  return paths;
}

Cgroup Cgroup::open(const Paths& paths) {
  sys::unique_fd unified;
  if (!paths.unified.empty())
    if (auto opened = sys::open_if_exists(paths.unified, O_PATH | O_DIRECTORY)) unified = std::move(*opened);
  return {paths, std::move(unified)};
}

Cgroup Cgroup::create(const Hierarchy& hierarchy, const std::string& name, const Resources& resources,
                      std::vector<std::string>& warnings) {
  const Paths paths = plan(hierarchy, name, resources);
  try {
    if (!paths.unified.empty()) {
      const Words available = unified_controllers(hierarchy.unified);
      Words wanted;
      std::vector<std::string> ignored;
      for (const std::string& controller : controllers_of(v2_settings(resources, ignored)))
        if (available.contains(controller)) wanted.insert(controller);
      // Statistics and the out-of-memory record are wanted in any case where they cost nothing.
      for (const char* controller : {"memory", "pids", "cpu", "io"})
        if (available.contains(controller)) wanted.insert(controller);
      enable_controllers(hierarchy.unified, name, wanted);
      sys::make_directories(paths.unified);
    }
    for (const std::string& path : paths.v1) {
      sys::make_directories(path);
      inherit_cpuset(path);
    }
    Cgroup group = open(paths);
    apply_limits(paths, resources, warnings);
    apply_devices(group, resources, warnings);
    return group;
  } catch (...) {
    const Cgroup half_made = open(paths);
    half_made.remove();
    throw;
  }
}

void Cgroup::join_v1() const {
  for (const std::string& path : paths_.v1) sys::write_control(path + "/cgroup.procs", "0");
}

void Cgroup::update(const Resources& resources, std::vector<std::string>& warnings) {
  apply_limits(paths_, resources, warnings);
}

void Cgroup::kill() const {
  if (!paths_.unified.empty()) {
    try {
      return sys::write_control(paths_.unified + "/cgroup.kill", "1");
    } catch (const std::system_error& error) {
      if (sys::errno_of(error) != ENOENT) throw;
      if (!sys::exists(paths_.unified)) return;
    }
  }
  // Before Linux 5.14: whoever is forked between two readings is found by the next.
  for (std::vector<int> inside = processes(); !inside.empty(); inside = processes()) {
    for (const int pid : inside) ::kill(pid, SIGKILL);
    if (frozen()) thaw();
  }
}

void Cgroup::freeze() const {
  if (paths_.unified.empty())
    return sys::write_control(v1_directory(paths_, "freezer") + "/freezer.state", "FROZEN");
  sys::write_control(paths_.unified + "/cgroup.freeze", "1");
  if (!wait_event(paths_.unified, "frozen", 1, 10'000))
    sys::throw_errno("freeze " + paths_.unified, ETIMEDOUT);
}

void Cgroup::thaw() const {
  if (paths_.unified.empty())
    return sys::write_control(v1_directory(paths_, "freezer") + "/freezer.state", "THAWED");
  sys::write_control(paths_.unified + "/cgroup.freeze", "0");
}

bool Cgroup::frozen() const {
  if (!paths_.unified.empty()) return keyed(paths_.unified + "/cgroup.events", "frozen") == 1;
  const std::string directory = v1_directory(paths_, "freezer");
  return sys::read_file_if_exists(directory + "/freezer.state").value_or("").starts_with("FROZEN");
}

bool Cgroup::wait_empty(int milliseconds) const {
  if (paths_.unified.empty() || !sys::exists(paths_.unified)) return !populated();
  return wait_event(paths_.unified, "populated", 0, milliseconds);
}

bool Cgroup::populated() const {
  if (!paths_.unified.empty()) return keyed(paths_.unified + "/cgroup.events", "populated") == 1;
  return !processes().empty();
}

std::vector<int> Cgroup::processes() const {
  const std::string directory = !paths_.unified.empty() ? paths_.unified
                                : paths_.v1.empty()     ? ""
                                                        : paths_.v1.front();
  std::istringstream lines(sys::read_file_if_exists(directory + "/cgroup.procs").value_or(""));
  return {std::istream_iterator<int>(lines), {}};
}

Statistics Cgroup::statistics() const {
  Statistics result;
  const std::string& v2 = paths_.unified;
  const std::string memory = v1_directory(paths_, "memory");
  if (sys::exists(v2 + "/memory.current")) {
    const std::uint64_t used = number(v2 + "/memory.current");
    result.memory_current = used - std::min(used, keyed(v2 + "/memory.stat", "inactive_file"));
    result.memory_limit = number(v2 + "/memory.max");
    result.memory_peak = number(v2 + "/memory.peak");
  } else if (!memory.empty()) {
    const std::uint64_t used = number(memory + "/memory.usage_in_bytes");
    result.memory_current = used - std::min(used, keyed(memory + "/memory.stat", "total_inactive_file"));
    result.memory_limit = number(memory + "/memory.limit_in_bytes");
    result.memory_peak = number(memory + "/memory.max_usage_in_bytes");
  }
  result.cpu_usage_usec = keyed(v2 + "/cpu.stat", "usage_usec");
  result.pids_current = sys::exists(v2 + "/pids.current")
                            ? number(v2 + "/pids.current")
                            : number(v1_directory(paths_, "pids") + "/pids.current");
  const std::string io = sys::read_file_if_exists(v2 + "/io.stat").value_or("");
  result.io_read_bytes = io_bytes(io, "rbytes=");
  result.io_write_bytes = io_bytes(io, "wbytes=");
  result.oom_kills = oom_kills();
  return result;
}

std::uint64_t Cgroup::oom_kills() const {
  const std::uint64_t unified =
      paths_.unified.empty() ? 0 : keyed(paths_.unified + "/memory.events", "oom_kill");
  if (unified != 0) return unified;
  const std::string memory = v1_directory(paths_, "memory");
  return memory.empty() ? 0 : keyed(memory + "/memory.oom_control", "oom_kill");
}

bool Cgroup::remove() const {
  bool gone = paths_.unified.empty() || remove_directory(paths_.unified);
  for (const std::string& path : paths_.v1) gone = remove_directory(path) && gone;
  if (!gone) return false;
  if (!paths_.unified.empty()) remove_empty_parents(paths_.unified);
  for (const std::string& path : paths_.v1) remove_empty_parents(path);
  return true;
}

}  // namespace runtime::cgroup
