#include "runtime/cgroup/cgroup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "runtime/cgroup/control_files.hpp"
#include "runtime/cgroup/limits.hpp"
#include "runtime/cgroup/settings.hpp"
#include "runtime/cgroup/wait.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::cgroup {
namespace {

constexpr int kFreezeMilliseconds = 10'000;
/// Before a kill, which does not wait for who is in an uninterruptible call.
constexpr int kFreezeToKillMilliseconds = 100;

Words controllers_of(const std::vector<Setting>& settings) {
  Words names;
  for (const Setting& setting : settings) names.insert(setting.controller);
  return names;
}

/// The v1 hierarchies that are needed for what the v2 tree does not take.
std::vector<const Hierarchy::V1*> needed_v1(const Hierarchy& hierarchy, const Resources& resources) {
  const Words unified = unified_controllers(hierarchy.unified);
  Words wanted = controllers_of(v1_settings(resources));
  wanted.insert(hierarchy.limited_above.begin(), hierarchy.limited_above.end());
  if (wanted.contains("blkio") && unified.contains("io")) wanted.erase("blkio");
  for (const std::string& name : unified) wanted.erase(name);
  // A Java machine believes a limit only where it finds all four (cgroupSubsystem_linux.cpp of OpenJDK).
  if (wanted.contains("cpu") || wanted.contains("memory"))
    wanted.insert({"cpu", "cpuacct", "cpuset", "memory"});
  if (hierarchy.unified.empty() && !resources.devices.empty()) wanted.insert("devices");
  // Without a v2 tree these are where processes are counted, frozen and found.
  if (hierarchy.unified.empty()) wanted.insert({"cpuacct", "freezer", "memory", "pids"});
  std::vector<const Hierarchy::V1*> needed;
  for (const Hierarchy::V1& v1 : hierarchy.v1)
    if (std::any_of(v1.controllers.begin(), v1.controllers.end(),
                    [&](const std::string& name) { return wanted.contains(name); }))
      needed.push_back(&v1);
  return needed;
}

/// A group with processes in it hands nothing down; only the root may. Worse, the kernel would let it hand
/// down some (cpu, pids), and then takes no process into the groups below: cgroup-v2.rst, "Threads".
bool is_crowded(const std::string& directory) {
  const bool is_root = !sys::exists(directory + "/cgroup.events");
  return !is_root && !sys::read_file_if_exists(directory + "/cgroup.procs").value_or("").empty();
}

/// The group above has been removed just now: the last one out does that, also while another project is on
/// its way in.
bool is_gone(const std::system_error& error) {
  return sys::errno_of(error) == ENODEV || sys::errno_of(error) == ENOENT;
}

void hand_down(const std::string& directory, Words controllers) {
  for (const std::string& enabled : words_in(directory + "/cgroup.subtree_control"))
    controllers.erase(enabled);
  if (controllers.empty() || is_crowded(directory)) return;
  for (const std::string& controller : controllers) {
    try {
      sys::write_control(directory + "/cgroup.subtree_control", "+" + controller);
    } catch (const std::system_error& error) {
      // A controller that is not there is "no such file" as well.
      if (is_gone(error) && !sys::exists(directory)) throw;
      // Not delegated to us: the limit itself will say so.
    }
  }
}

/// Every parent of `name` hands the controllers down.
void enable_controllers(const std::string& base, const std::string& name, const Words& controllers) {
  std::string directory = base;
  for (std::size_t at = 0;;) {
    hand_down(directory, controllers);
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

/// The sub-groups first; false where somebody is still inside.
bool remove_directory(const std::string& directory) {
  if (::rmdir(directory.c_str()) == 0 || errno == ENOENT) return true;
  struct stat status {};
  for (const std::string& name : sys::list_directory(directory)) {
    const std::string path = directory + "/" + name;
    if (::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && !remove_directory(path))
      return false;
  }
  if (::rmdir(directory.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return true;
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
  constexpr int kAttempts = 10;
  for (int attempt = 1;; ++attempt) {
    std::vector<std::string> heard;
    try {
      Cgroup group = create_once(hierarchy, name, resources, heard);
      warnings.insert(warnings.end(), heard.begin(), heard.end());
      return group;
    } catch (const std::system_error& error) {
      if (attempt == kAttempts || !is_gone(error)) throw;
    }
  }
}

Cgroup Cgroup::create_once(const Hierarchy& hierarchy, const std::string& name, const Resources& resources,
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
    apply_limits(paths, resources, warnings);
    apply_devices(paths, resources.devices, warnings);
    return open(paths);
  } catch (...) {
    const Cgroup half_made = open(paths);
    half_made.remove();
    throw;
  }
}

void Cgroup::limit_devices(const std::vector<DeviceRule>& rules, std::vector<std::string>& warnings) const {
  apply_devices(paths_, rules, warnings);
}

Cgroup Cgroup::create_parent(const Hierarchy& hierarchy, const std::string& name, const Resources& resources,
                             std::vector<std::string>& warnings) {
  Cgroup group = create(hierarchy, name, resources, warnings);
  // Where there is not enough memory one group below is killed, not all of them.
  const std::string together = group.paths_.unified + "/memory.oom.group";
  if (!group.paths_.unified.empty() && sys::exists(together)) sys::write_control(together, "0");
  return group;
}

void Cgroup::join_v1() const {
  for (const std::string& path : paths_.v1) sys::write_control(path + "/cgroup.procs", "0");
}

void Cgroup::update(const Resources& resources, std::vector<std::string>& warnings) {
  apply_limits(paths_, resources, warnings);
}

void Cgroup::kill() const {
  if (!exists()) return;
  if (!paths_.unified.empty()) {
    try {
      return sys::write_control(paths_.unified + "/cgroup.kill", "1");
    } catch (const std::system_error& error) {
      if (sys::errno_of(error) != ENOENT) throw;
      if (!exists()) return;
    }
  }
  kill_frozen();
}

void Cgroup::kill_frozen() const {
  // Where somebody is in an uninterruptible call, whoever he forks after it is not found.
  (void)freeze_within(kFreezeToKillMilliseconds);
  for (const int pid : processes()) ::kill(pid, SIGKILL);
  thaw();
}

void Cgroup::signal(int number) const {
  for (const int pid : processes()) ::kill(pid, number);
}

bool Cgroup::freeze_within(int milliseconds) const {
  if (!paths_.unified.empty()) {
    sys::write_control(paths_.unified + "/cgroup.freeze", "1");
    return wait_event(paths_.unified, "frozen", 1, milliseconds);
  }
  const std::string directory = v1_directory(paths_, "freezer");
  if (directory.empty()) throw std::runtime_error("this host has no usable freezer controller");
  sys::write_control(directory + "/freezer.state", "FROZEN");
  return wait_v1_frozen(*this, milliseconds);
}

void Cgroup::freeze() const {
  if (freeze_within(kFreezeMilliseconds)) return;
  sys::throw_errno("freeze " + (paths_.unified.empty() ? paths_.v1.front() : paths_.unified), ETIMEDOUT);
}

void Cgroup::thaw() const {
  // Where there is no freezer nobody has been frozen.
  if (!exists()) return;
  const std::string freezer = v1_directory(paths_, "freezer");
  try {
    if (!paths_.unified.empty()) return sys::write_control(paths_.unified + "/cgroup.freeze", "0");
    sys::write_control(freezer + "/freezer.state", "THAWED");
  } catch (const std::system_error& error) {
    if (sys::errno_of(error) != ENOENT || exists()) throw;
  }
}

bool Cgroup::frozen() const {
  if (!paths_.unified.empty()) return keyed(paths_.unified + "/cgroup.events", "frozen") == 1;
  const std::string directory = v1_directory(paths_, "freezer");
  return sys::read_file_if_exists(directory + "/freezer.state").value_or("").starts_with("FROZEN");
}

/// While the kernel removes a group, its directory is still there for a moment, without the files in it.
bool Cgroup::exists() const {
  const std::string directory = paths_.unified.empty() ? v1_directory(paths_, "freezer") : paths_.unified;
  return !directory.empty() && sys::exists(directory + "/cgroup.procs");
}

bool Cgroup::wait_empty(int milliseconds) const {
  if (!exists()) return true;
  if (paths_.unified.empty()) return wait_v1_empty(*this, milliseconds);
  return wait_event(paths_.unified, "populated", 0, milliseconds);
}

sys::unique_fd Cgroup::events() const {
  if (paths_.unified.empty()) return {};
  auto events = sys::open_if_exists(paths_.unified + "/cgroup.events", O_RDONLY);
  return events ? std::move(*events) : sys::unique_fd();
}

void Cgroup::expect_next(int events) {
  std::array<char, 64> ignored{};
  (void)!::pread(events, ignored.data(), ignored.size(), 0);
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

bool Cgroup::remove() const {
  bool gone = paths_.unified.empty() || remove_directory(paths_.unified);
  for (const std::string& path : paths_.v1) gone = remove_directory(path) && gone;
  if (!gone) return false;
  if (!paths_.unified.empty()) remove_empty_parents(paths_.unified);
  for (const std::string& path : paths_.v1) remove_empty_parents(path);
  return true;
}

}  // namespace runtime::cgroup
