#include "orchestrator/supervisor/activation.hpp"

#include <algorithm>

namespace orchestrator::supervisor {

namespace asio = boost::asio;

void Activation::take(const network::Activity& activity) {
  note_use();
  connected_.clear();
  waited_for_.clear();
  for (const network::PortActivity& port : activity.ports) {
    if (port.busy) connected_.insert(port.service);
    if (port.waiting) waited_for_.insert(port.service);
  }
  note_use();
  stack_.changed.notify();
}

void Activation::note_use() {
  for (const auto& [name, service] : states())
    if (plan::is_in_use(service)) last_used_[name] = Clock::now();
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

std::map<std::string, plan::ActivationState> Activation::states() const {
  std::map<std::string, plan::ActivationState> services;
  for (const auto& [id, member] : stack_.members) {
    const project::Service& service = member->definition->service;
    plan::ActivationState& state = services[service.name];
    state = {.on_demand = service.access.on_demand,
             .wanted = member->goal == Goal::running,
             .idle_timeout = service.access.idle_timeout,
             .lives = state.lives || member->is_alive() || !member->record.asleep,
             .connected = connected_.contains(service.name),
             .waited_for = waited_for_.contains(service.name)};
    for (const project::Dependency& dependency : service.depends_on)
      state.depends_on.push_back(dependency.service);
    if (const auto used = last_used_.find(service.name); used != last_used_.end())
      state.last_used = used->second;
  }
  return services;
}

bool Activation::update() {
  const auto on_demand = [](const auto& entry) { return entry.second->definition->service.access.on_demand; };
  if (std::none_of(stack_.members.begin(), stack_.members.end(), on_demand)) return false;
  note_ends();
  // A supervisor that has come anew has not seen what has kept them awake.
  for (const auto& [id, member] : stack_.members)
    if (member->is_alive()) last_used_.try_emplace(member->record.service, Clock::now());
  const plan::Activation wanted = plan::activation(states(), Clock::now());
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
