#include "orchestrator/plan/hooks.hpp"

#include <utility>

#include "orchestrator/state/definition.hpp"
#include "runtime/spec/environment.hpp"

namespace orchestrator::plan {

using project::Hook;
using project::Service;

namespace {

/// What the service's own containers are for and a step is not.
void leave_out(Service& service) {
  service.depends_on.clear();
  service.healthcheck.reset();
  service.probe.reset();
  service.on_unhealthy.clear();
  service.on_dependency.clear();
  service.success_exit_codes.clear();
  service.schedule.reset();
  service.oneshot.clear();
  service.pre_start.clear();
  service.post_start.clear();
  service.pre_stop.clear();
  service.ports.clear();
  service.access = {};
  service.tty = false;
  service.stdin_open = false;
}

void apply(const Hook& hook, Service& service) {
  service.command = hook.command;
  service.entrypoint.reset();
  if (!hook.image.empty() && hook.image != service.image) {
    service.image = hook.image;
    service.rootfs.reset();
    service.build = {};
  }
  if (!hook.user.empty()) service.user = hook.user;
  if (hook.privileged) service.privileged = true;
  if (!hook.working_dir.empty()) service.working_dir = hook.working_dir;
  for (const auto& [name, value] : hook.environment) service.environment[name] = value;
}

}  // namespace

project::Project alone(const project::Project& project, const std::string& service, const std::string& id) {
  project::Project definition = state::cut_down(project, service);
  Service it = definition.services.at(service);
  it.name = id;
  it.restart = "no";
  it.scale.reset();
  it.profiles.clear();
  if (it.deploy) {
    it.deploy->replicas.reset();
    it.deploy->restart_policy.reset();
  }
  for (auto& [network, attachment] : it.networks) {
    attachment.ipv4_address.clear();
    attachment.ipv6_address.clear();
    attachment.aliases.clear();
  }
  definition.services = {{id, std::move(it)}};
  return definition;
}

std::string step_id(const std::string& instance, std::size_t step) {
  return instance + "-pre_start-" + std::to_string(step);
}

project::Project step_of(const project::Project& project, const std::string& service, std::size_t step,
                         const std::string& id, const std::string& container) {
  project::Project definition = alone(project, service, id);
  Service& it = definition.services.at(id);
  const Hook hook = it.pre_start.at(step);
  leave_out(it);
  apply(hook, it);
  it.container_name = project.name + "-" + id;
  std::erase_if(it.volumes, [](const project::ServiceVolume& volume) { return volume.type != "tmpfs"; });
  it.volumes_from.insert(it.volumes_from.begin(), "container:" + container);
  return definition;
}

bool prepares_alike(const Service& before, const Service& now) {
  const auto root = [](const Service& service) {
    project::Rootfs rootfs = service.rootfs.value_or(project::Rootfs{});
    rootfs.source = {};
    return rootfs;
  };
  return before.pre_start == now.pre_start && before.image == now.image && root(before) == root(now);
}

runtime::Process hook_process(runtime::Process process, const Hook& hook) {
  process.args = hook.command.value_or(project::Strings{});
  process.terminal = false;
  if (!hook.user.empty()) process.user = {.name = hook.user};
  if (!hook.working_dir.empty()) process.cwd = hook.working_dir;
  if (hook.privileged) process.capabilities.reset();
  for (const auto& [name, value] : hook.environment)
    if (value) runtime::set_variable(process.env, name + "=" + *value);
  return process;
}

}  // namespace orchestrator::plan
