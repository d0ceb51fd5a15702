#include "orchestrator/cli/observe.hpp"

#include <algorithm>
#include <stdexcept>

#include "orchestrator/cli/suggestion.hpp"
#include "runtime/keeper/keeper.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::cli {
namespace {

using state::Instance;
using state::Phase;

bool claims_a_process(const Instance& instance) {
  return instance.phase == Phase::running || instance.phase == Phase::paused ||
         instance.phase == Phase::stopping;
}

/// It has ended, and nobody knows how and when.
void lose(Instance& instance) {
  instance.phase = Phase::exited;
  instance.health = state::Health::none;
  instance.exit = state::Exit{.lost = true};
  instance.addresses.clear();
  instance.ports.clear();
}

/// Since the machine was started again nobody starts it, nor waits for its dependencies, clients or time.
void end_with_its_boot(Instance& instance) {
  if (instance.phase == Phase::restarting || instance.phase == Phase::creating)
    instance.phase = instance.has_run ? Phase::exited : Phase::created;
  instance.health = state::Health::none;
  instance.history = {};
  instance.waits_for.clear();
  instance.asleep = false;
  instance.next_run_ns = 0;
  instance.addresses.clear();
  instance.ports.clear();
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void refuse_unknown(const std::vector<Instance>& instances, const std::vector<std::string>& services,
                    std::vector<std::string> known) {
  for (const Instance& instance : instances) known.push_back(instance.service);
  for (const std::string& service : services) {
    if (contains(known, service)) continue;
    const std::vector<std::string_view> names(known.begin(), known.end());
    throw std::runtime_error("no such service: " + service + suggestion(service, names));
  }
}

}  // namespace

std::optional<runtime::sys::unique_fd> process_of(const Instance& instance, const std::string& boot_id) {
  if (instance.pid == 0 || instance.boot_id != boot_id) return std::nullopt;
  auto process = runtime::sys::pidfd_open_if_exists(instance.pid);
  if (!process || runtime::sys::pidfd_inode(process->get()) != instance.pidfd_inode ||
      runtime::sys::has_ended(process->get()))
    return std::nullopt;
  return process;
}

bool is_alive(const Instance& instance, const std::string& boot_id) {
  return process_of(instance, boot_id).has_value();
}

bool runs(const Instance& instance) {
  if (instance.asleep || instance.next_run_ns != 0) return true;
  return instance.phase != Phase::created && instance.phase != Phase::exited && instance.phase != Phase::dead;
}

std::vector<Instance> observe(const state::ProjectPaths& paths) {
  std::vector<Instance> instances = state::load_instances(paths);
  const std::string boot_id = runtime::sys::boot_id();
  for (Instance& instance : instances) {
    const bool is_history = instance.boot_id != boot_id;
    const bool is_gone = claims_a_process(instance) && !is_alive(instance, boot_id);
    if (!is_history && !is_gone) continue;
    // What has become of it is written down in a moment.
    if (runtime::keeper::has_keeper(paths.runtime)) continue;
    if (is_gone) lose(instance);
    if (is_history) end_with_its_boot(instance);
  }
  return instances;
}

std::vector<Instance> of_services(std::vector<Instance> instances, const std::vector<std::string>& services,
                                  const std::vector<std::string>& known) {
  if (services.empty()) return instances;
  refuse_unknown(instances, services, known);
  std::erase_if(instances, [&](const Instance& instance) { return !contains(services, instance.service); });
  return instances;
}

}  // namespace orchestrator::cli
