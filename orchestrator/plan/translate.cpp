#include "orchestrator/plan/translate.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "orchestrator/plan/limits.hpp"
#include "runtime/container/container.hpp"
#include "runtime/spec/capability.hpp"
#include "runtime/spec/json.hpp"

namespace orchestrator::plan {
namespace {

using project::Service;
using runtime::NamespaceType;

/// Not below our own runtime directory, which a container of "/" does not see.
const std::string kNotifySocket = "/run/mdcompose.notify";
constexpr const char* kPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// "name:value" or "name=value", as Docker takes both.
std::pair<std::string, std::string> option_of(const std::string& text) {
  const auto at = text.find_first_of("=:");
  if (at == std::string::npos) return {text, ""};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::vector<std::string> arguments_of(const Service& service) {
  std::vector<std::string> args = service.entrypoint.value_or(std::vector<std::string>{});
  if (service.command) args.insert(args.end(), service.command->begin(), service.command->end());
  if (args.empty()) refuse(service, "command", "is missing: a root filesystem has no default command");
  return args;
}

std::vector<std::string> environment_of(const Service& service, const std::string& hostname) {
  std::vector<std::string> env;
  if (!service.environment.contains("PATH")) env.emplace_back(kPath);
  if (!service.environment.contains("HOSTNAME")) env.push_back("HOSTNAME=" + hostname);
  if (service.tty && !service.environment.contains("TERM")) env.emplace_back("TERM=xterm");
  for (const auto& [name, value] : service.environment)
    if (value) env.push_back(name + "=" + *value);
  return env;
}

std::string capability_word(const Service& service, const std::string& attribute, std::string word) {
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::toupper(c); });
  if (word == "ALL" || word == "CAP_ALL") return "ALL";
  if (!word.starts_with("CAP_")) word = "CAP_" + word;
  if (!runtime::capability_number(word)) refuse(service, attribute, "unknown capability " + word);
  return word;
}

std::vector<std::string> capabilities_of(const Service& service) {
  if (service.privileged) return runtime::all_capabilities();
  std::vector<std::string> names = runtime::default_capabilities();
  std::vector<std::string> added;
  for (const std::string& word : service.cap_add) added.push_back(capability_word(service, "cap_add", word));
  for (const std::string& word : service.cap_drop) {
    const std::string name = capability_word(service, "cap_drop", word);
    if (name == "ALL")
      names.clear();
    else
      std::erase(names, name);
  }
  if (std::find(added.begin(), added.end(), "ALL") != added.end()) {
    names = runtime::all_capabilities();
    for (const std::string& word : service.cap_drop)
      std::erase(names, capability_word(service, "cap_drop", word));
    return names;
  }
  for (const std::string& name : added)
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  return names;
}

/// The capabilities are in the spec already.
runtime::Seccomp profile_of(const Service& service, const Assets& assets, const runtime::Spec& spec) {
  try {
    return {.mode = runtime::SeccompMode::profile,
            .profile = runtime::seccomp_from_json(assets.seccomp, spec.process.capabilities->bounding)};
  } catch (const std::runtime_error& error) {
    refuse(service, "security_opt", std::string("the seccomp profile: ") + error.what());
  }
}

void apply_security(const Service& service, const Assets& assets, runtime::Spec& spec) {
  if (!service.privileged) {
    spec.linux.seccomp.mode = runtime::SeccompMode::standard;
    spec.linux.masked_paths = runtime::default_masked_paths();
    spec.linux.readonly_paths = runtime::default_readonly_paths();
  }
  for (const std::string& text : service.security_opt) {
    const auto [name, value] = option_of(text);
    if (name == "no-new-privileges") {
      spec.process.no_new_privileges = value.empty() || value == "true";
    } else if (name == "seccomp" && value == "unconfined") {
      spec.linux.seccomp.mode = runtime::SeccompMode::none;
    } else if (name == "seccomp" && value == "builtin") {
      spec.linux.seccomp.mode = runtime::SeccompMode::standard;
    } else if (name == "seccomp") {
      spec.linux.seccomp = profile_of(service, assets, spec);
    } else if (name == "apparmor") {
      spec.process.apparmor_profile = value;
    } else if (name == "systempaths" && value == "unconfined") {
      spec.linux.masked_paths.clear();
      spec.linux.readonly_paths.clear();
    } else if (name == "label") {
      if (value != "disable") spec.process.selinux_label = value;
    } else {
      refuse(service, "security_opt",
             "\"" + text +
                 "\" is not known; expected no-new-privileges, "
                 "seccomp=FILE, seccomp=unconfined, apparmor=PROFILE, label=… or systempaths=unconfined");
    }
  }
}

runtime::Mount bind(const std::string& source, const std::string& target, bool read_only,
                    const std::string& propagation = "") {
  std::vector<std::string> options{"rbind", propagation.empty() ? "rprivate" : propagation};
  if (read_only) options.emplace_back("rro");
  return {.destination = target, .type = "bind", .source = source, .options = options};
}

runtime::Mount tmpfs(const std::string& target, const std::vector<std::string>& extra) {
  std::vector<std::string> options{"nosuid", "nodev", "noexec"};
  options.insert(options.end(), extra.begin(), extra.end());
  return {.destination = target, .type = "tmpfs", .source = "tmpfs", .options = options};
}

runtime::Mount mount_of(const Service& service, const project::ServiceVolume& volume, const Assets& assets) {
  if (volume.type == "bind") return bind(volume.source, volume.target, volume.read_only, volume.propagation);
  if (volume.type == "tmpfs") {
    std::vector<std::string> options = volume.tmpfs_options;
    if (volume.tmpfs_size) options.push_back("size=" + std::to_string(*volume.tmpfs_size));
    if (volume.tmpfs_mode) {
      std::array<char, 16> mode{};
      std::snprintf(mode.data(), mode.size(), "mode=%o", *volume.tmpfs_mode);
      options.emplace_back(mode.data());
    }
    return tmpfs(volume.target, options);
  }
  const auto directory = assets.volumes.find(volume.target);
  if (volume.type != "volume" || directory == assets.volumes.end())
    refuse(service, "volumes", "type " + volume.type + " is not supported");
  runtime::Mount mount = bind(directory->second, volume.target, volume.read_only);
  if (!volume.subpath.empty()) mount.options.push_back("X-mount.subdir=" + volume.subpath);
  return mount;
}

/// `tmpfs:` short form: "/run" or "/run:size=64m,uid=1000".
runtime::Mount tmpfs_of(const std::string& text) {
  const auto colon = text.find(':');
  std::vector<std::string> options;
  for (std::size_t at = colon; at != std::string::npos;) {
    const auto comma = text.find(',', at + 1);
    options.push_back(text.substr(at + 1, comma == std::string::npos ? comma : comma - at - 1));
    at = comma;
  }
  return tmpfs(text.substr(0, colon), options);
}

/// Whoever shares an IPC namespace means the shared memory of shm_overview(7) as well, and that is a mount.
void share_memory(const Service& service, const Assets& assets, std::vector<runtime::Mount>& mounts) {
  const auto lender = assets.namespaces.find("ipc");
  if (service.ipc != "host" && lender == assets.namespaces.end()) return;
  const auto shm = std::find_if(mounts.begin(), mounts.end(),
                                [](const runtime::Mount& mount) { return mount.destination == "/dev/shm"; });
  *shm = bind("/dev/shm", "/dev/shm", false);
  if (lender == assets.namespaces.end()) return;
  const std::string& ipc = lender->second;
  shm->options.push_back("X-mount.namespace=" + ipc.substr(0, ipc.rfind('/')) + "/mnt");
}

std::vector<runtime::Mount> mounts_of(const Service& service, const Assets& assets) {
  std::vector<runtime::Mount> extra;
  for (const auto& [target, source] : assets.files) extra.push_back(bind(source, target, false));
  for (const auto& [target, source] : assets.secrets) extra.push_back(bind(source, target, true));
  if (!assets.notify.empty()) extra.push_back(bind(assets.notify, kNotifySocket, false));
  for (const project::ServiceVolume& volume : service.volumes)
    extra.push_back(mount_of(service, volume, assets));
  for (const project::ServiceVolume& volume : assets.borrowed)
    extra.push_back(mount_of(service, volume, assets));
  for (const std::string& text : service.tmpfs) extra.push_back(tmpfs_of(text));
  // What lies deeper comes later, whatever order the file has.
  std::stable_sort(extra.begin(), extra.end(), [](const runtime::Mount& a, const runtime::Mount& b) {
    return std::count(a.destination.begin(), a.destination.end(), '/') <
           std::count(b.destination.begin(), b.destination.end(), '/');
  });
  std::vector<runtime::Mount> mounts =
      runtime::default_mounts(static_cast<std::uint64_t>(service.shm_size.value_or(64 << 20)));
  share_memory(service, assets, mounts);
  // A volume or tmpfs of the user takes the place of ours at the same target.
  std::erase_if(mounts, [&](const runtime::Mount& ours) {
    return std::any_of(extra.begin(), extra.end(),
                       [&](const runtime::Mount& other) { return other.destination == ours.destination; });
  });
  if (service.privileged)
    for (runtime::Mount& mount : mounts)
      if (mount.destination == "/sys" || mount.destination == "/sys/fs/cgroup")
        std::erase(mount.options, "ro");
  mounts.insert(mounts.end(), extra.begin(), extra.end());
  return mounts;
}

std::vector<runtime::Namespace> namespaces_of(const Service& service, const Assets& assets) {
  std::vector<runtime::Namespace> namespaces{{NamespaceType::mount}};
  const auto add = [&](NamespaceType type, const std::string& word, const std::string& name) {
    if (word == "host") return;
    const auto shared = assets.namespaces.find(name);
    namespaces.push_back({type, shared == assets.namespaces.end() ? "" : shared->second});
  };
  add(NamespaceType::uts, has_host_name(service) ? "host" : service.uts, "uts");
  add(NamespaceType::ipc, service.ipc, "ipc");
  add(NamespaceType::pid, service.pid, "pid");
  add(NamespaceType::network, service.network_mode, "network");
  add(NamespaceType::cgroup, service.cgroup, "cgroup");
  return namespaces;
}

bool makes(const runtime::Spec& spec, NamespaceType type) {
  return std::any_of(spec.linux.namespaces.begin(), spec.linux.namespaces.end(),
                     [&](const runtime::Namespace& one) { return one.type == type && one.path.empty(); });
}

runtime::Root root_of(const Service& service, const Assets& assets) {
  if (assets.writable_root) return {.path = assets.root, .readonly = service.read_only};
  return {.readonly = service.read_only,
          .overlay = runtime::Overlay{.lower = {assets.root}, .upper = assets.upper, .work = assets.work}};
}

std::vector<runtime::Device> devices_of(const Service& service, const Assets& assets) {
  std::vector<runtime::Device> devices;
  const auto add = [&](const std::string& path, const HostDevice& device) {
    devices.push_back({.type = device.type,
                       .path = path,
                       .major = device.major,
                       .minor = device.minor,
                       .mode = device.mode});
  };
  if (service.privileged)
    for (const auto& [path, device] : assets.host_devices) add(path, device);
  for (const project::DeviceMapping& mapping : service.devices) {
    const auto found = assets.devices.find(mapping.source);
    if (found != assets.devices.end()) add(mapping.target, found->second);
  }
  return devices;
}

/// What gethostname(2) says in it.
std::string hostname_of(const Service& service, const Assets& assets) {
  if (!has_host_name(service) && !service.hostname.empty()) return service.hostname;
  return assets.hostname.empty() ? assets.id : assets.hostname;
}

}  // namespace

bool has_host_name(const Service& service) {
  if (service.uts == "host") return true;
  return service.uts.empty() && service.network_mode == "host" && service.hostname.empty();
}

std::string seccomp_file_of(const Service& service) {
  std::string file;
  for (const std::string& text : service.security_opt)
    if (const auto [name, value] = option_of(text); name == "seccomp")
      file = value == "unconfined" || value == "builtin" ? "" : value;
  return file;
}

std::string missing_root_text(const Service& service) {
  return placed(service) +
         " has no rootfs; images are not supported by this version, give a directory, an archive or /";
}

runtime::Spec translate(const Service& service, const Assets& assets) {
  if (!service.rootfs) throw std::runtime_error(missing_root_text(service));
  runtime::Spec spec;
  const std::string hostname = hostname_of(service, assets);
  spec.root = root_of(service, assets);
  spec.mounts = mounts_of(service, assets);
  spec.linux.namespaces = namespaces_of(service, assets);
  if (!has_host_name(service)) {
    spec.hostname = hostname;
    spec.domainname = service.domainname.empty() ? assets.domainname : service.domainname;
  }
  spec.process.terminal = service.tty;
  spec.process.args = arguments_of(service);
  spec.process.env = environment_of(service, hostname);
  if (!assets.notify.empty()) spec.process.env.push_back("NOTIFY_SOCKET=" + kNotifySocket);
  spec.process.cwd = service.working_dir.empty() ? "/" : service.working_dir;
  spec.process.create_cwd = true;
  // Root by name, so that he gets the groups of his image.
  spec.process.user.name = service.user.empty() ? "0" : service.user;
  spec.process.user.additional_groups = service.group_add;
  const std::vector<std::string> capabilities = capabilities_of(service);
  spec.process.capabilities =
      runtime::Capabilities{.bounding = capabilities, .effective = capabilities, .permitted = capabilities};
  spec.process.rlimits = rlimits_of(service);
  spec.process.oom_score_adj = service.oom_score_adj;
  spec.linux.resources = resources_of(service, assets);
  spec.linux.devices = devices_of(service, assets);
  if (makes(spec, NamespaceType::network))
    spec.linux.sysctl = {{"net.ipv4.ip_unprivileged_port_start", "0"},
                         {"net.ipv4.ping_group_range", "0 2147483647"}};
  for (const auto& [name, value] : service.sysctls) spec.linux.sysctl[name] = value;
  apply_security(service, assets, spec);
  spec.linux.masked_paths.insert(spec.linux.masked_paths.end(), assets.masked.begin(), assets.masked.end());
  spec.init = service.init.value_or(false);
  return spec;
}

}  // namespace orchestrator::plan
