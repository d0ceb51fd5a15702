#include "orchestrator/cli/event_text.hpp"

#include <fmt/format.h>

#include "orchestrator/cli/describe.hpp"

namespace orchestrator::cli {

state::Change present_state(const state::Instance& instance, std::int64_t now_ns) {
  state::Change change{.at_ns = now_ns,
                       .action = "state",
                       .id = state::container_id(instance),
                       .name = instance.name,
                       .service = instance.service,
                       .attributes = {{"state", std::string(state::to_string(instance.phase))}}};
  if (instance.health != state::Health::none)
    change.attributes["health"] = std::string(state::to_string(instance.health));
  if (instance.restarts > 0) change.attributes["restarts"] = std::to_string(instance.restarts);
  if (instance.exit && !instance.exit->lost)
    change.attributes["exitCode"] = std::to_string(instance.exit->code);
  return change;
}

std::string event_text(const state::Change& change) {
  std::string attributes;
  for (const auto& [key, value] : change.attributes)
    attributes += fmt::format("{}{}={}", attributes.empty() ? "" : ", ", key, value);
  return fmt::format("{} {} {} {}{}\n", timestamp(change.at_ns), change.id.empty() ? "stack" : "container",
                     change.action, change.name, attributes.empty() ? "" : " (" + attributes + ")");
}

}  // namespace orchestrator::cli
