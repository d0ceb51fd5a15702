#include "orchestrator/network/gateway/target_use.hpp"

#include <algorithm>
#include <iterator>

namespace orchestrator::network::gateway {

std::vector<std::string> TargetUses::leaving() const {
  std::vector<std::string> used;
  std::copy_if(asked_.begin(), asked_.end(), std::back_inserter(used), [&](const std::string& text) {
    const auto target = Endpoint::parse(text);
    return target && open_.contains(*target);
  });
  return used;
}

std::shared_ptr<void> TargetUses::begin(const Endpoint& target) {
  ++open_[target];
  return {this, [self = shared_from_this(), target](TargetUses*) { self->end(target); }};
}

void TargetUses::end(const Endpoint& target) {
  const auto found = open_.find(target);
  if (--found->second > 0) return;
  open_.erase(found);
  if (!asked_.empty()) changed_();
}

}  // namespace orchestrator::network::gateway
