// What stands in a config.json that says nothing, and in the one that `spec` writes.
#include <algorithm>

#include "runtime/container/container.hpp"
#include "runtime/container/mount_options.hpp"
#include "runtime/mdrun/bundle.hpp"

namespace runtime::mdrun {
namespace {

void make_absolute(std::string& path, const std::string& bundle) {
  if (!path.empty() && path.front() != '/') path = bundle + "/" + path;
}

}  // namespace

void complete(Spec& spec, const std::string& bundle) {
  make_absolute(spec.root.path, bundle);
  if (spec.root.overlay) {
    for (std::string& layer : spec.root.overlay->lower) make_absolute(layer, bundle);
    make_absolute(spec.root.overlay->upper, bundle);
    make_absolute(spec.root.overlay->work, bundle);
  }
  for (Mount& mount : spec.mounts)
    if (mount.type == "bind" || parse_mount_options(mount.options).bind) make_absolute(mount.source, bundle);
  if (!spec.process.capabilities) spec.process.capabilities.emplace();
  // Everything is denied first, and in the end nobody is denied /dev/null.
  const std::vector<DeviceRule>& standard = default_device_rules();
  std::vector<DeviceRule>& rules = spec.linux.resources.devices;
  rules.insert(rules.begin(), standard.front());
  rules.insert(rules.end(), standard.begin() + 1, standard.end());
}

Spec default_spec() {
  const std::vector<std::string>& capabilities = default_capabilities();
  Spec spec;
  spec.root = {.path = "rootfs", .readonly = true};
  spec.mounts = default_mounts();
  spec.process = {
      .terminal = true,
      .env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"},
      .args = {"sh"},
      .capabilities =
          Capabilities{.bounding = capabilities, .effective = capabilities, .permitted = capabilities},
      .no_new_privileges = true};
  spec.hostname = "mdrun";
  spec.linux.namespaces = {{NamespaceType::mount}, {NamespaceType::uts},     {NamespaceType::ipc},
                           {NamespaceType::pid},   {NamespaceType::network}, {NamespaceType::cgroup}};
  spec.linux.resources.devices = {default_device_rules().front()};
  spec.linux.masked_paths = default_masked_paths();
  spec.linux.readonly_paths = default_readonly_paths();
  spec.linux.seccomp.mode = SeccompMode::standard;
  return spec;
}

Spec default_rootless_spec(std::uint32_t uid, std::uint32_t gid) {
  Spec spec = default_spec();
  spec.linux.namespaces.push_back({NamespaceType::user});
  spec.linux.uid_mappings = {{.container_id = 0, .host_id = uid, .size = 1}};
  spec.linux.gid_mappings = {{.container_id = 0, .host_id = gid, .size = 1}};
  spec.linux.resources = {};
  // The group of terminals is not mapped.
  for (Mount& mount : spec.mounts) std::erase(mount.options, "gid=5");
  return spec;
}

}  // namespace runtime::mdrun
