#include "runtime/cgroup/limits.hpp"

#include <fcntl.h>

#include <map>

#include "runtime/cgroup/control_files.hpp"
#include "runtime/cgroup/device_filter.hpp"
#include "runtime/cgroup/settings.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::cgroup {
namespace {

/// A setting and the file it goes into; "" where the group has no such controller.
struct Write {
  Setting setting{};
  std::string path{};
};

std::string path_of(const std::string& directory, const Setting& setting) {
  return directory.empty() ? "" : directory + "/" + setting.file;
}

/// On a hybrid host each controller is in one of the trees; the v2 tree has no "blkio" but "io".
std::vector<Write> writes_of(const Paths& paths, const Resources& resources,
                             std::vector<std::string>& unsupported) {
  const Words unified = unified_controllers(paths.unified);
  const bool pure_v2 = paths.v1.empty() && !paths.unified.empty() && !sys::exists("/sys/fs/cgroup/unified");
  std::vector<Write> writes;
  std::vector<std::string> not_on_v2;
  for (const Setting& setting : v2_settings(resources, not_on_v2)) {
    if (pure_v2 || unified.contains(setting.controller))
      writes.push_back({setting, path_of(paths.unified, setting)});
    else if (resources.unified.contains(setting.file))  // only v2 knows this one
      writes.push_back({setting, ""});
  }
  if (pure_v2) {
    unsupported.insert(unsupported.end(), not_on_v2.begin(), not_on_v2.end());
    return writes;
  }
  for (const Setting& setting : v1_settings(resources)) {
    const std::string& counterpart = setting.controller == "blkio" ? "io" : setting.controller;
    if (!unified.contains(counterpart))
      writes.push_back({setting, path_of(v1_directory(paths, setting.controller), setting)});
  }
  return writes;
}

/// How one limit has fared, over all the files it goes into.
struct Outcome {
  std::string controller{};
  bool written = false;
  bool missing = false;  ///< a file that it must have is not there
  std::string error{};
};

void write(const Write& one, Outcome& outcome) {
  outcome.controller = one.setting.controller;
  if (one.path.empty() || !sys::exists(one.path)) {
    outcome.missing = outcome.missing || !one.setting.optional;
    return;
  }
  try {
    sys::write_control(one.path, one.setting.value);
    outcome.written = true;
  } catch (const std::system_error& error) {
    outcome.error = error.what();
  }
}

}  // namespace

void apply_limits(const Paths& paths, const Resources& resources, std::vector<std::string>& warnings) {
  std::map<std::string, Outcome> outcomes;
  std::vector<Write> again;
  for (const Write& one : writes_of(paths, resources, warnings)) {
    Outcome& outcome = outcomes[one.setting.limit];
    write(one, outcome);
    if (outcome.error.empty()) continue;
    again.push_back(one);
    outcome.error.clear();
  }
  // Some bound each other, memory with swap is never below memory: once all others are written they fit.
  for (const Write& one : again) write(one, outcomes[one.setting.limit]);
  for (const auto& [limit, outcome] : outcomes) {
    if (!outcome.error.empty())
      warnings.push_back(limit + " is not enforced: " + outcome.error);
    else if (outcome.missing || !outcome.written)
      warnings.push_back(limit + " is not enforced: this host has no usable " + outcome.controller +
                         " controller");
  }
}

void apply_devices(const Paths& paths, const std::vector<DeviceRule>& rules,
                   std::vector<std::string>& warnings) {
  if (rules.empty()) return;
  try {
    if (!paths.unified.empty()) {
      const sys::unique_fd directory = sys::open(paths.unified, O_RDONLY | O_DIRECTORY);
      return attach_device_filter(directory.get(), rules);
    }
    const std::string directory = v1_directory(paths, "devices");
    if (directory.empty())
      return warnings.push_back("device access is not limited: this host has no usable devices controller");
    for (const DeviceRule& rule : rules)
      sys::write_control(directory + (rule.allow ? "/devices.allow" : "/devices.deny"), v1_device_rule(rule));
  } catch (const std::system_error& error) {
    warnings.push_back(std::string("device access is not limited: ") + error.what());
  }
}

}  // namespace runtime::cgroup
