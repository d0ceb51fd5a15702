// The members of every project type, each with its JSON name, once: reading, writing and hashing visit this
// list.
#pragma once

#include "orchestrator/project/project.hpp"

namespace orchestrator::project {

template <class Visit>
void fields(Visit& v, Source& s) {
  v("file", s.file), v("line", s.line), v("column", s.column);
}
template <class Visit>
void fields(Visit& v, RootfsBuild& b) {
  v("distribution", b.distribution), v("mirror", b.mirror), v("packages", b.packages), v("steps", b.steps);
}
template <class Visit>
void fields(Visit& v, Rootfs& r) {
  v("path", r.path), v("build", r.build), v("mode", r.mode), v("source", r.source);
}
template <class Visit>
void fields(Visit& v, HealthCheck& h) {
  v("test", h.test), v("disable", h.disable), v("interval", h.interval), v("timeout", h.timeout);
  v("start_period", h.start_period), v("start_interval", h.start_interval), v("retries", h.retries);
}
template <class Visit>
void fields(Visit& v, HttpProbe& p) {
  v("address", p.address), v("path", p.path), v("headers", p.headers), v("status", p.status);
}
template <class Visit>
void fields(Visit& v, NativeProbe& p) {
  v("tcp", p.tcp), v("http", p.http), v("unix", p.unix_socket), v("file", p.file), v("log", p.log);
  v("notify", p.notify);
}
template <class Visit>
void fields(Visit& v, Schedule& s) {
  v("cron", s.cron), v("every", s.every), v("makes_up", s.makes_up);
}
template <class Visit>
void fields(Visit& v, Hook& h) {
  v("command", h.command), v("image", h.image), v("user", h.user), v("privileged", h.privileged);
  v("working_dir", h.working_dir), v("environment", h.environment), v("per_replica", h.per_replica);
}
template <class Visit>
void fields(Visit& v, Dependency& d) {
  v("service", d.service), v("condition", d.condition), v("log", d.log), v("restart", d.restart),
      v("required", d.required);
  v("source", d.source);
}
template <class Visit>
void fields(Visit& v, ServiceVolume& m) {
  v("type", m.type), v("volume_source", m.source), v("target", m.target), v("read_only", m.read_only);
  v("consistency", m.consistency), v("propagation", m.propagation), v("selinux", m.selinux);
  v("create_host_path", m.create_host_path), v("recursive", m.recursive), v("nocopy", m.nocopy);
  v("subpath", m.subpath), v("tmpfs_size", m.tmpfs_size), v("tmpfs_mode", m.tmpfs_mode);
  v("tmpfs_options", m.tmpfs_options), v("source", m.place);
}
template <class Visit>
void fields(Visit& v, Port& p) {
  v("target", p.target), v("published", p.published), v("host_ip", p.host_ip), v("protocol", p.protocol);
  v("mode", p.mode), v("name", p.name), v("app_protocol", p.app_protocol), v("source", p.source);
}
template <class Visit>
void fields(Visit& v, Attachment& a) {
  v("aliases", a.aliases), v("ipv4_address", a.ipv4_address), v("ipv6_address", a.ipv6_address);
  v("link_local_ips", a.link_local_ips), v("mac_address", a.mac_address),
      v("interface_name", a.interface_name);
  v("priority", a.priority), v("gw_priority", a.gw_priority), v("driver_opts", a.driver_opts);
}
template <class Visit>
void fields(Visit& v, Ulimit& u) {
  v("soft", u.soft), v("hard", u.hard);
}
template <class Visit>
void fields(Visit& v, BlkioDevice& d) {
  v("path", d.path), v("value", d.value);
}
template <class Visit>
void fields(Visit& v, BlkioConfig& b) {
  v("weight", b.weight), v("weight_device", b.weight_device), v("device_read_bps", b.device_read_bps);
  v("device_write_bps", b.device_write_bps), v("device_read_iops", b.device_read_iops);
  v("device_write_iops", b.device_write_iops);
}
template <class Visit>
void fields(Visit& v, DeviceMapping& d) {
  v("device_source", d.source), v("target", d.target), v("permissions", d.permissions);
}
template <class Visit>
void fields(Visit& v, Logging& l) {
  v("driver", l.driver), v("options", l.options), v("max_size", l.max_size), v("max_file", l.max_file);
  v("waits", l.waits), v("max_buffer_size", l.max_buffer_size), v("tag", l.tag), v("labels", l.labels);
  v("env", l.env);
}
template <class Visit>
void fields(Visit& v, FileReference& f) {
  v("file_source", f.source), v("target", f.target), v("uid", f.uid), v("gid", f.gid), v("mode", f.mode);
}
template <class Visit>
void fields(Visit& v, DeployRestart& r) {
  v("condition", r.condition), v("delay", r.delay), v("max_attempts", r.max_attempts), v("window", r.window);
}
template <class Visit>
void fields(Visit& v, UpdateConfig& u) {
  v("parallelism", u.parallelism), v("delay", u.delay), v("failure_action", u.failure_action);
  v("monitor", u.monitor), v("max_failure_ratio", u.max_failure_ratio), v("order", u.order);
}
template <class Visit>
void fields(Visit& v, StackLimits& l) {
  v("cpus", l.cpus), v("memory", l.memory), v("pids", l.pids);
}
template <class Visit>
void fields(Visit& v, Deploy& d) {
  v("replicas", d.replicas), v("cpus_limit", d.cpus_limit), v("memory_limit", d.memory_limit);
  v("pids_limit", d.pids_limit), v("cpus_reservation", d.cpus_reservation);
  v("memory_reservation", d.memory_reservation), v("restart_policy", d.restart_policy);
  v("update_config", d.update_config), v("rollback_config", d.rollback_config), v("labels", d.labels);
}
template <class Visit>
void fields(Visit& v, Access& a) {
  v("hold", a.hold), v("on_demand", a.on_demand), v("idle_timeout", a.idle_timeout),
      v("healthy_only", a.healthy_only), v("nat", a.nat);
}
template <class Visit>
void fields(Visit& v, Service& s) {
  v("name", s.name), v("source", s.source), v("rootfs", s.rootfs), v("image", s.image), v("build", s.build);
  v("pull_policy", s.pull_policy), v("platform", s.platform), v("container_name", s.container_name);
  v("scale", s.scale), v("profiles", s.profiles), v("command", s.command), v("entrypoint", s.entrypoint);
  v("environment", s.environment), v("working_dir", s.working_dir), v("user", s.user),
      v("group_add", s.group_add);
  v("hostname", s.hostname), v("domainname", s.domainname), v("init", s.init), v("tty", s.tty);
  v("stdin_open", s.stdin_open), v("read_only", s.read_only), v("depends_on", s.depends_on);
  v("healthcheck", s.healthcheck), v("probe", s.probe), v("on_unhealthy", s.on_unhealthy);
  v("strict_limits", s.strict_limits), v("eager_probes", s.eager_probes), v("restart", s.restart),
      v("success_exit_codes", s.success_exit_codes), v("schedule", s.schedule), v("oneshot", s.oneshot),
      v("pre_start", s.pre_start), v("post_start", s.post_start), v("pre_stop", s.pre_stop),
      v("on_dependency", s.on_dependency), v("stop_signal", s.stop_signal);
  v("stop_grace_period", s.stop_grace_period), v("volumes", s.volumes), v("tmpfs", s.tmpfs);
  v("shm_size", s.shm_size), v("volumes_from", s.volumes_from), v("secrets", s.secrets),
      v("configs", s.configs);
  v("devices", s.devices), v("device_cgroup_rules", s.device_cgroup_rules), v("cap_add", s.cap_add);
  v("cap_drop", s.cap_drop), v("privileged", s.privileged), v("security_opt", s.security_opt);
  v("ulimits", s.ulimits), v("sysctls", s.sysctls), v("userns_mode", s.userns_mode), v("pid", s.pid);
  v("ipc", s.ipc), v("uts", s.uts), v("cgroup", s.cgroup), v("cgroup_parent", s.cgroup_parent);
  v("isolation", s.isolation), v("runtime", s.runtime), v("storage_opt", s.storage_opt), v("cpus", s.cpus);
  v("cpu_shares", s.cpu_shares), v("cpu_quota", s.cpu_quota), v("cpu_period", s.cpu_period);
  v("cpu_rt_runtime", s.cpu_rt_runtime), v("cpu_rt_period", s.cpu_rt_period), v("cpuset", s.cpuset);
  v("mem_limit", s.mem_limit), v("memswap_limit", s.memswap_limit), v("mem_reservation", s.mem_reservation);
  v("mem_swappiness", s.mem_swappiness), v("pids_limit", s.pids_limit),
      v("oom_kill_disable", s.oom_kill_disable);
  v("oom_score_adj", s.oom_score_adj), v("blkio_config", s.blkio_config), v("deploy", s.deploy);
  v("network_mode", s.network_mode), v("networks", s.networks), v("ports", s.ports), v("expose", s.expose);
  v("dns", s.dns), v("dns_search", s.dns_search), v("dns_opt", s.dns_opt), v("extra_hosts", s.extra_hosts);
  v("links", s.links), v("external_links", s.external_links), v("mac_address", s.mac_address);
  v("access", s.access);
  v("labels", s.labels), v("annotations", s.annotations), v("logging", s.logging), v("attach", s.attach);
  v("extension", s.extension), v("contents", s.contents);
}
template <class Visit>
void fields(Visit& v, IpamPool& p) {
  v("subnet", p.subnet), v("ip_range", p.ip_range), v("gateway", p.gateway),
      v("aux_addresses", p.aux_addresses);
}
template <class Visit>
void fields(Visit& v, Network& n) {
  v("key", n.key), v("name", n.name), v("driver", n.driver), v("driver_opts", n.driver_opts),
      v("ipam", n.ipam);
  v("external", n.external), v("internal", n.internal), v("attachable", n.attachable);
  v("enable_ipv4", n.enable_ipv4), v("enable_ipv6", n.enable_ipv6), v("labels", n.labels),
      v("source", n.source);
}
template <class Visit>
void fields(Visit& v, Volume& n) {
  v("key", n.key), v("name", n.name), v("driver", n.driver), v("driver_opts", n.driver_opts);
  v("device", n.device), v("uid", n.uid), v("gid", n.gid), v("mode", n.mode);
  v("external", n.external), v("labels", n.labels), v("source", n.source);
}
template <class Visit>
void fields(Visit& v, FileObject& f) {
  v("key", f.key), v("name", f.name), v("file", f.file), v("environment", f.environment),
      v("content", f.content);
  v("external", f.external), v("labels", f.labels), v("source", f.source);
}
template <class Visit>
void fields(Visit& v, Project& p) {
  v("name", p.name), v("directory", p.directory), v("files", p.files), v("services", p.services);
  v("disabled", p.disabled), v("networks", p.networks), v("volumes", p.volumes), v("secrets", p.secrets);
  v("configs", p.configs), v("limits", p.limits), v("strict_limits", p.strict_limits),
      v("extension", p.extension), v("outbound", p.outbound);
}

}  // namespace orchestrator::project
