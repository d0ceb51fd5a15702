#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <string_view>

#include "runtime/container/mount_options.hpp"
#include "runtime/mdrun/bundle.hpp"

namespace runtime::mdrun {
namespace {

[[noreturn]] void wrong(const std::string& what) { throw std::runtime_error(what); }

bool is_absolute(std::string_view path) { return path.starts_with('/'); }

const Namespace* find(const Spec& spec, NamespaceType type) {
  const auto& all = spec.linux.namespaces;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Namespace& one) { return one.type == type; });
  return found == all.end() ? nullptr : &*found;
}

/// The specification keeps its word within a major version.
void check_version(const std::string& version) {
  if (version.empty()) wrong("ociVersion is missing");
  if (!version.starts_with("1."))
    wrong("ociVersion " + version + " is not supported: expected 1.0.0 or a later 1.x");
}

void check_root(const Root& root) {
  if (root.path.empty() && !root.overlay) wrong("root.path is missing");
  if (root.overlay && root.overlay->lower.empty()) wrong("x-mdcompose.overlay.lower is missing");
}

void check_process(const Process& process) {
  if (!is_absolute(process.cwd)) wrong("process.cwd: expected an absolute path, not \"" + process.cwd + "\"");
  std::set<std::string> seen;
  for (const Rlimit& limit : process.rlimits)
    if (!seen.insert(limit.type).second) wrong("process.rlimits: " + limit.type + " is there twice");
}

void check_namespaces(const Spec& spec) {
  std::set<NamespaceType> seen;
  for (const Namespace& one : spec.linux.namespaces) {
    if (!seen.insert(one.type).second) wrong("linux.namespaces: one type is there twice");
    if (!one.path.empty() && !is_absolute(one.path))
      wrong("linux.namespaces: " + one.path + " is no absolute path");
  }
  const Namespace* mount = find(spec, NamespaceType::mount);
  if (mount == nullptr || !mount->path.empty())
    wrong("linux.namespaces: a mount namespace of its own is missing");
  const Namespace* user = find(spec, NamespaceType::user);
  if (user != nullptr && !user->path.empty())
    wrong("linux.namespaces: joining an existing user namespace is not supported");
  const bool mapped = !spec.linux.uid_mappings.empty() && !spec.linux.gid_mappings.empty();
  if (user != nullptr && !mapped)
    wrong("linux.uidMappings and linux.gidMappings are missing for the user namespace");
  const bool mapping = !spec.linux.uid_mappings.empty() || !spec.linux.gid_mappings.empty();
  if (user == nullptr && mapping) wrong("linux.uidMappings and linux.gidMappings want a user namespace");
}

void check_names(const Spec& spec) {
  if (find(spec, NamespaceType::uts) != nullptr) return;
  if (!spec.hostname.empty()) wrong("hostname wants a uts namespace: it would rename the host");
  if (!spec.domainname.empty()) wrong("domainname wants a uts namespace: it would rename the host");
}

void check_devices(const Linux& part) {
  constexpr std::string_view kTypes = "cubp";
  for (const Device& device : part.devices) {
    if (kTypes.find(device.type) == std::string_view::npos)
      wrong("linux.devices: unknown type \"" + std::string(1, device.type) + "\" of " + device.path);
    if (!is_absolute(device.path)) wrong("linux.devices: \"" + device.path + "\" is no absolute path");
  }
}

void check_paths(const Linux& part) {
  for (const auto* list : {&part.masked_paths, &part.readonly_paths})
    for (const std::string& path : *list)
      if (!is_absolute(path))
        wrong("linux.maskedPaths, linux.readonlyPaths: \"" + path + "\" is no absolute path");
  const std::string& cgroup = part.cgroups_path;
  if (("/" + cgroup + "/").find("/../") != std::string::npos)
    wrong("linux.cgroupsPath: \"" + cgroup + "\" leads up");
  if (!cgroup.empty() && cgroup.find_first_not_of('/') == std::string::npos)
    wrong("linux.cgroupsPath: a container cannot be in the topmost cgroup");
  if (!part.rootfs_propagation.empty() && parse_mount_options({part.rootfs_propagation}).propagation == 0)
    wrong("linux.rootfsPropagation: unknown word \"" + part.rootfs_propagation + "\"");
}

}  // namespace

void check(const Spec& spec) {
  check_version(spec.oci_version);
  check_root(spec.root);
  check_process(spec.process);
  check_namespaces(spec);
  check_names(spec);
  check_devices(spec.linux);
  check_paths(spec.linux);
}

}  // namespace runtime::mdrun
