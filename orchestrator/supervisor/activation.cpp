#include "orchestrator/supervisor/activation.hpp"

#include <algorithm>
#include <utility>

#include "orchestrator/plan/activation.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;

void Activation::take(const network::Activity& activity) {
  std::set<std::string> used = std::exchange(in_use_, {});
  for (const network::PortActivity& port : activity.ports)
    if (port.busy || port.waiting) in_use_.insert(port.service);
  used.insert(in_use_.begin(), in_use_.end());
  for (const std::string& service : used) last_used_[service] = Clock::now();
  stack_.changed.notify();
}

void Activation::use(const std::string& service) {
  last_used_[service] = Clock::now();
  stack_.changed.notify();
}

/// Whoever has ended by itself has done what it was woken for.
void Activation::note_ends() {
  std::set<std::string> alive;
  for (const auto& [id, member] : stack_.members) {
    if (member->is_alive()) alive.insert(id);
    if (alive_.contains(id) && !member->is_alive() && member->record.asleep)
      last_used_.erase(member->record.service);
  }
  alive_ = std::move(alive);
}

bool Activation::update() {
  const auto on_demand = [](const auto& entry) { return entry.second->definition->service.access.on_demand; };
  if (std::none_of(stack_.members.begin(), stack_.members.end(), on_demand)) return false;
  note_ends();
  std::map<std::string, plan::ActivationState> services;
  for (const auto& [id, member] : stack_.members) {
    const project::Service& service = member->definition->service;
    plan::ActivationState& state = services[service.name];
    state = {.on_demand = service.access.on_demand,
             .wanted = member->goal == Goal::running,
             .idle_timeout = service.access.idle_timeout,
             .in_use = in_use_.contains(service.name)};
    for (const project::Dependency& dependency : service.depends_on)
      state.depends_on.push_back(dependency.service);
    if (const auto used = last_used_.find(service.name); used != last_used_.end())
      state.last_used = used->second;
    // A supervisor that has come anew has not seen what has kept it awake.
    if (!state.last_used && member->is_alive()) state.last_used = last_used_[service.name] = Clock::now();
  }
  const plan::Activation wanted = plan::activation(services, Clock::now());
  next_ = wanted.next;
  bool changed = false;
  for (const auto& [id, member] : stack_.members) {
    if (!member->definition->service.access.on_demand) continue;
    const bool asleep = member->goal == Goal::running && !wanted.awake.contains(member->record.service);
    if (asleep == member->record.asleep) continue;
    member->record.asleep = asleep;
    stack_.changed_state(*member);
    changed = true;
  }
  return changed;
}

asio::awaitable<void> Activation::follow() {
  for (;;) {
    (void)update();
    const auto due = next_;
    co_await stack_.changed.until([&] { return update() || next_ != due; },
                                  due.value_or(Clock::time_point::max()));
  }
}

}  // namespace orchestrator::supervisor
