#include "orchestrator/compose/bind.hpp"

#include <algorithm>

#include "orchestrator/compose/bind_deploy.hpp"
#include "orchestrator/compose/bind_life.hpp"
#include "orchestrator/compose/bind_resources.hpp"
#include "orchestrator/compose/files.hpp"
#include "orchestrator/compose/json.hpp"
#include "orchestrator/compose/logging.hpp"
#include "orchestrator/compose/number.hpp"
#include "orchestrator/compose/reader.hpp"
#include "orchestrator/compose/without_effect.hpp"
#include "orchestrator/project/names.hpp"
#include "orchestrator/project/publish_address.hpp"

namespace orchestrator::compose {
namespace {

namespace to = project;

/// Package names and suites become arguments of another program.
void check_build_word(const Reader& from, const std::string& key, const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".+-:~_/=").find(c) != std::string_view::npos;
  });
  if (!plain || word.front() == '-')
    from.error(from.find(key)->place, quoted(word) + " cannot be a name in " + key);
}

to::RootfsBuild bind_root_build(const Reader& from) {
  to::RootfsBuild build;
  from.text("distribution", build.distribution);
  from.text("mirror", build.mirror);
  from.texts("packages", build.packages);
  from.texts("steps", build.steps);
  if (from.find("distribution") != nullptr) check_build_word(from, "distribution", build.distribution);
  for (const std::string& name : build.packages) check_build_word(from, "packages", name);
  return build;
}

to::Rootfs bind_rootfs(const Reader& from) {
  to::Rootfs rootfs{.source = from.source()};
  from.text("path", rootfs.path);
  from.text("mode", rootfs.mode);
  if (const auto build = from.inside("build")) rootfs.build = bind_root_build(*build);
  if (rootfs.path.empty() && !rootfs.build)
    from.error(from.node().place, "neither \"path\" nor \"build\" says where it comes from");
  if (!rootfs.path.empty() && rootfs.build)
    from.error(from.find("build")->place, "\"path\" and \"build\" exclude each other");
  return rootfs;
}

bool looks_like_drive(const std::string& path) { return path.size() > 1 && path[1] == ':'; }

to::ServiceVolume bind_mount(const Reader& from) {
  to::ServiceVolume volume{.create_host_path = true, .place = from.source()};
  from.text("type", volume.type);
  from.text("source", volume.source);
  from.text("target", volume.target);
  from.flag("read_only", volume.read_only);
  from.text("consistency", volume.consistency);
  if (const auto bind = from.inside("bind")) {
    bind->text("propagation", volume.propagation);
    bind->text("selinux", volume.selinux);
    bind->text("recursive", volume.recursive);
    bind->flag("create_host_path", volume.create_host_path);
  }
  if (const auto options = from.inside("volume")) {
    options->flag("nocopy", volume.nocopy);
    options->text("subpath", volume.subpath);
  }
  if (const auto tmpfs = from.inside("tmpfs")) {
    tmpfs->size("size", volume.tmpfs_size);
    tmpfs->mode("mode", volume.tmpfs_mode);
  }
  if (volume.target.empty() || volume.target.front() != '/')
    from.error(from.node().place, "the target must be an absolute path, not " + quoted(volume.target),
               looks_like_drive(volume.target)
                   ? "one letter before a colon is taken for a Windows drive: give the volume a longer name"
                   : "");
  volume.target = clean_path(volume.target);
  return volume;
}

to::Port bind_port(const Reader& from) {
  to::Port port{.source = from.source()};
  std::optional<std::int64_t> target;
  from.number("target", target);
  if (!target || *target < 1 || *target > 65535)
    from.error(from.node().place, "the container's port is no number from 1 to 65535");
  else
    port.target = static_cast<std::uint16_t>(*target);
  from.text("published", port.published);
  from.text("host_ip", port.host_ip);
  from.text("protocol", port.protocol);
  from.text("mode", port.mode);
  from.text("name", port.name);
  from.text("app_protocol", port.app_protocol);
  return port;
}

to::Attachment bind_attachment(const Reader& from) {
  to::Attachment attachment;
  from.texts("aliases", attachment.aliases);
  from.text("ipv4_address", attachment.ipv4_address);
  from.text("ipv6_address", attachment.ipv6_address);
  from.texts("link_local_ips", attachment.link_local_ips);
  from.text("mac_address", attachment.mac_address);
  from.text("interface_name", attachment.interface_name);
  from.number("priority", attachment.priority);
  from.number("gw_priority", attachment.gw_priority);
  from.text_map("driver_opts", attachment.driver_opts);
  return attachment;
}

std::vector<to::BlkioDevice> bind_rates(const Reader& from, const char* key, const char* value) {
  std::vector<to::BlkioDevice> list;
  from.each(key, [&](const std::string&, const Reader& item) {
    to::BlkioDevice device;
    std::optional<std::int64_t> number;
    item.text("path", device.path);
    item.size(value, number);
    device.value = number.value_or(0);
    list.push_back(device);
  });
  return list;
}

to::BlkioConfig bind_blkio(const Reader& from) {
  to::BlkioConfig io;
  from.number("weight", io.weight);
  io.weight_device = bind_rates(from, "weight_device", "weight");
  io.device_read_bps = bind_rates(from, "device_read_bps", "rate");
  io.device_write_bps = bind_rates(from, "device_write_bps", "rate");
  io.device_read_iops = bind_rates(from, "device_read_iops", "rate");
  io.device_write_iops = bind_rates(from, "device_write_iops", "rate");
  return io;
}

void bind_ulimits(const Reader& from, std::map<std::string, to::Ulimit>& into) {
  from.each("ulimits", [&](const std::string& name, const Reader& item) {
    to::Ulimit limit;
    if (item.node().is_map()) {
      item.number("soft", limit.soft);
      item.number("hard", limit.hard);
    } else if (const auto value = parse_integer(scalar_text(item.node()))) {
      limit = {.soft = *value, .hard = *value};
    } else {
      item.error(item.node().place, quoted(scalar_text(item.node())) + " is not a whole number");
    }
    into[name] = limit;
  });
}

std::vector<to::FileReference> bind_references(const Reader& from, const char* key) {
  std::vector<to::FileReference> list;
  from.each(key, [&](const std::string&, const Reader& item) {
    to::FileReference reference;
    item.text("source", reference.source);
    item.text("target", reference.target);
    item.text("uid", reference.uid);
    item.text("gid", reference.gid);
    item.mode("mode", reference.mode);
    list.push_back(reference);
  });
  return list;
}

void bind_process(const Reader& from, to::Service& s) {
  from.words("command", s.command);
  from.words("entrypoint", s.entrypoint);
  from.variables("environment", s.environment);
  from.text("working_dir", s.working_dir);
  from.text("user", s.user);
  from.texts("group_add", s.group_add);
  from.text("hostname", s.hostname);
  from.text("domainname", s.domainname);
  from.flag("init", s.init);
  from.flag("tty", s.tty);
  from.flag("stdin_open", s.stdin_open);
  from.flag("read_only", s.read_only);
}

void bind_storage(const Reader& from, to::Service& s) {
  if (const auto rootfs = from.inside("rootfs")) s.rootfs = bind_rootfs(*rootfs);
  if (const auto own = from.inside("x-mdcompose"))
    if (const auto rootfs = own->inside("rootfs")) s.rootfs = bind_rootfs(*rootfs);
  from.each("volumes",
            [&](const std::string&, const Reader& item) { s.volumes.push_back(bind_mount(item)); });
  from.texts("tmpfs", s.tmpfs);
  from.size("shm_size", s.shm_size);
  from.texts("volumes_from", s.volumes_from);
  s.secrets = bind_references(from, "secrets");
  s.configs = bind_references(from, "configs");
  from.each("devices", [&](const std::string&, const Reader& item) {
    to::DeviceMapping device;
    item.text("source", device.source);
    item.text("target", device.target);
    item.text("permissions", device.permissions);
    if (device.target.empty()) device.target = device.source;
    s.devices.push_back(device);
  });
  from.texts("device_cgroup_rules", s.device_cgroup_rules);
  from.text_map("storage_opt", s.storage_opt);
}

void bind_security(const Reader& from, to::Service& s) {
  from.texts("cap_add", s.cap_add);
  from.texts("cap_drop", s.cap_drop);
  from.flag("privileged", s.privileged);
  from.texts("security_opt", s.security_opt);
  bind_ulimits(from, s.ulimits);
  from.text_map("sysctls", s.sysctls);
  from.text("userns_mode", s.userns_mode);
  from.text("pid", s.pid);
  from.text("ipc", s.ipc);
  from.text("uts", s.uts);
  from.text("cgroup", s.cgroup);
  from.text("cgroup_parent", s.cgroup_parent);
  from.text("isolation", s.isolation);
  from.text("runtime", s.runtime);
}

void bind_limits(const Reader& from, to::Service& s) {
  from.real("cpus", s.cpus);
  from.number("cpu_shares", s.cpu_shares);
  from.number("cpu_quota", s.cpu_quota);
  from.number("cpu_period", s.cpu_period);
  from.number("cpu_rt_runtime", s.cpu_rt_runtime);
  from.number("cpu_rt_period", s.cpu_rt_period);
  from.text("cpuset", s.cpuset);
  from.size("mem_limit", s.mem_limit);
  from.size("memswap_limit", s.memswap_limit);
  from.size("mem_reservation", s.mem_reservation);
  from.size("mem_swappiness", s.mem_swappiness);
  from.number("pids_limit", s.pids_limit);
  from.flag("oom_kill_disable", s.oom_kill_disable);
  from.number("oom_score_adj", s.oom_score_adj);
  if (const auto own = from.inside("x-mdcompose")) own->flag("strict_limits", s.strict_limits);
  if (const auto io = from.inside("blkio_config")) s.blkio_config = bind_blkio(*io);
  if (const auto deploy = from.inside("deploy")) s.deploy = bind_deploy(*deploy);
}

to::Access bind_access(const Reader& own) {
  to::Access access;
  own.flag("hold", access.hold);
  own.duration("idle_timeout", access.idle_timeout);
  access.on_demand = own.node().text_of("activation") == "on-demand";
  access.healthy_only = own.node().text_of("resolve") == "healthy";
  access.nat = own.node().text_of("publish") == "nat";
  // Who comes is not seen by anybody then.
  if (const Node* publish = own.find("publish"); access.nat && access.on_demand)
    own.error(publish->place, "a service with activation: on-demand cannot have publish: nat");
  if (const Node* idle = own.find("idle_timeout"); idle != nullptr && !access.on_demand)
    own.error(idle->place, "idle_timeout is for services with activation: on-demand");
  return access;
}

void bind_network(const Reader& from, to::Service& s) {
  from.text("network_mode", s.network_mode);
  from.each("networks",
            [&](const std::string& name, const Reader& item) { s.networks[name] = bind_attachment(item); });
  from.each("ports", [&](const std::string&, const Reader& item) { s.ports.push_back(bind_port(item)); });
  from.texts("expose", s.expose);
  from.texts("dns", s.dns);
  from.texts("dns_search", s.dns_search);
  from.texts("dns_opt", s.dns_opt);
  from.texts("extra_hosts", s.extra_hosts);
  from.texts("links", s.links);
  from.texts("external_links", s.external_links);
  from.text("mac_address", s.mac_address);
  if (const auto own = from.inside("x-mdcompose")) s.access = bind_access(*own);
}

to::Service bind_service(const std::string& name, const Reader& from) {
  to::Service s{.name = name, .source = from.source()};
  from.text("image", s.image);
  if (const Node* build = from.find("build")) s.build = json_of(*build);
  from.text("pull_policy", s.pull_policy);
  from.text("platform", s.platform);
  from.text("container_name", s.container_name);
  from.number("scale", s.scale);
  from.texts("profiles", s.profiles);
  bind_process(from, s);
  bind_life(from, s);
  bind_storage(from, s);
  bind_security(from, s);
  bind_limits(from, s);
  bind_network(from, s);
  from.text_map("labels", s.labels);
  from.text_map("annotations", s.annotations);
  if (const auto logging = from.inside("logging"))
    s.logging = bind_logging(logging->node(), logging->path(), from.findings());
  from.flag("attach", s.attach);
  if (const Node* own = from.find("x-mdcompose")) s.extension = json_of(*own);
  warn_of_what_has_no_effect(from);
  return s;
}

/// The service's own word against the file's.
bool says_proxy(const Node* services, const std::string& name) {
  const Node* service = services == nullptr ? nullptr : services->find(name);
  const Node* own = service == nullptr ? nullptr : service->find("x-mdcompose");
  return own != nullptr && own->text_of("publish") == "proxy";
}

/// What the file says of the ports and of the way out of all its services.
void bind_access_of_all(const Node& own, const Node* services, to::Project& project) {
  if (const std::string_view address = own.text_of("publish_address"); !address.empty())
    to::publish_at(project, std::string(address));
  if (own.text_of("publish") == "nat")
    for (auto& [name, service] : project.services)
      service.access.nat = !service.access.on_demand && !says_proxy(services, name);
  if (const std::string_view outbound = own.text_of("outbound"); outbound != "auto")
    project.outbound = outbound;
}

}  // namespace

project::Project bind(const Model& model, Findings& findings) {
  const Reader from(model.tree, "", model.name, findings);
  to::Project project{.name = model.name, .directory = model.directory, .files = model.files};
  from.each("services", [&](const std::string& name, const Reader& item) {
    project.services.emplace(name, bind_service(name, item));
  });
  if (project.services.empty() && model.disabled.map.empty())
    findings.error(model.tree.place, "the stack file has no services");
  Findings ignored;  // nobody asked for these
  for (const Entry& entry : model.disabled.map)
    project.disabled.emplace(entry.key, bind_service(entry.key, Reader(entry.value, "services." + entry.key,
                                                                       model.name, ignored)));
  from.each("networks", [&](const std::string& key, const Reader& item) {
    project.networks[key] = bind_network(key, item);
  });
  from.each("volumes", [&](const std::string& key, const Reader& item) {
    project.volumes[key] = bind_volume(key, item);
  });
  for (const auto& [section, objects] :
       {std::pair{"secrets", &project.secrets}, {"configs", &project.configs}})
    from.each(section, [&, into = objects](const std::string& key, const Reader& item) {
      to::FileObject object = bind_object(key, item);
      if (!object.environment.empty()) object.content = model.environment.find(object.environment);
      (*into)[key] = std::move(object);
    });
  if (const auto own = from.inside("x-mdcompose")) {
    project.extension = json_of(own->node());
    if (const auto limits = own->inside("limits")) project.limits = bind_stack_limits(*limits);
    std::optional<bool> eager;
    std::optional<bool> strict;
    own->flag("eager_probes", eager);
    own->flag("strict_limits", strict);
    project.strict_limits = strict.value_or(false);
    for (auto& [name, service] : project.services) {
      if (!service.eager_probes) service.eager_probes = eager;
      if (!service.strict_limits) service.strict_limits = strict;
    }
    bind_access_of_all(own->node(), from.find("services"), project);
  }
  return project;
}

}  // namespace orchestrator::compose
