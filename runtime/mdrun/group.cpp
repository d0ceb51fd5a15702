#include "runtime/mdrun/group.hpp"

#include <linux/capability.h>
#include <unistd.h>

#include <stdexcept>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::mdrun {
namespace {

/// Long enough for a killed group to empty; only somebody in an uninterruptible call takes longer.
constexpr int kEmptyMilliseconds = 10'000;

/// Relative to the base this process may use: "/a/b" and "a/b" are the same.
std::string name_of(const Spec& spec, const std::string& id) {
  const std::string& path = spec.linux.cgroups_path;
  return path.empty() ? "mdrun-" + id : path.substr(path.find_first_not_of('/'));
}

/// The directories above `path` that are missing, the deepest first.
void add_missing_parents(std::string path, std::vector<std::string>& missing) {
  for (path = path.substr(0, path.rfind('/')); !path.empty() && !sys::exists(path);
       path = path.substr(0, path.rfind('/')))
    missing.push_back(path);
}

/// Who owns the machine can have every limit, and gets none silently left out.
bool may_have_everything() { return sys::in_initial_user_namespace() && sys::has_capability(CAP_SYS_ADMIN); }

/// Nobody but root may attach a device filter, and nobody but root can make device nodes.
Resources limits_of(const Spec& spec) {
  Resources limits = spec.linux.resources;
  if (!may_have_everything()) limits.devices.clear();
  return limits;
}

void tell(const std::vector<std::string>& warnings, const Log& log) {
  if (!warnings.empty() && may_have_everything()) throw std::runtime_error(warnings.front());
  for (const std::string& warning : warnings) log.warn(warning);
}

}  // namespace

void plan_group(const cgroup::Hierarchy& hierarchy, const Spec& spec, Record& record) {
  const std::string name = name_of(spec, record.id);
  const cgroup::Paths paths = cgroup::Cgroup::plan(hierarchy, name, limits_of(spec));
  if (cgroup::Cgroup::open(paths).populated())
    throw std::runtime_error("cgroup " + name + " is in use: there are processes inside");
  record.cgroup = paths;
  if (!record.cgroup.unified.empty()) add_missing_parents(record.cgroup.unified, record.cgroup_parents);
  for (const std::string& path : record.cgroup.v1) add_missing_parents(path, record.cgroup_parents);
}

std::optional<cgroup::Cgroup> make_group(const cgroup::Hierarchy& hierarchy, const Spec& spec, Record& record,
                                         const Log& log) {
  Resources limits = limits_of(spec);
  if (!hierarchy.unified.empty()) limits.devices.clear();
  try {
    std::vector<std::string> warnings;
    auto group = cgroup::Cgroup::create(hierarchy, name_of(spec, record.id), limits, warnings);
    tell(warnings, log);
    return group;
  } catch (const std::system_error& error) {
    if (may_have_everything()) throw;
    if (limits != Resources{})
      throw std::runtime_error(std::string("limits are asked for, and no cgroup can be made: ") +
                               error.what());
    record.cgroup = {};
    return std::nullopt;
  }
}

void limit_devices(const cgroup::Cgroup& group, const Spec& spec, const Log& log) {
  if (group.paths().unified.empty()) return;
  std::vector<std::string> warnings;
  group.limit_devices(limits_of(spec).devices, warnings);
  tell(warnings, log);
}

bool remove_group(const Record& record) {
  const auto group = cgroup::Cgroup::open(record.cgroup);
  if (!group.remove()) {
    group.kill();
    (void)group.wait_empty(kEmptyMilliseconds);
    if (!group.remove()) return false;
  }
  // Somebody else may be at home there by now.
  for (const std::string& path : record.cgroup_parents) ::rmdir(path.c_str());
  return true;
}

}  // namespace runtime::mdrun
