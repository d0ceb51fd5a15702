#include "stacks.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "orchestrator/state/definition.hpp"
#include "tests/unit/compose/stack.hpp"

namespace orchestrator::plan::test {

project::Project stack(const std::string& lines) {
  std::string text = "name: app\nservices:\n";
  bool top = false;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    if (line == "---")
      top = true;
    else
      text += (top ? "" : "  ") + line + "\n";
    if (!top && !line.empty() && line.front() != ' ') text += "    rootfs: /\n";
  }
  return compose::test::Stack(text).project();
}

Observed running(const project::Project& project, const Choices& choices) {
  Observed observed{.limits = project.limits};
  for (const auto& [name, service] : project.services)
    for (const Wanted& wanted : wanted_of(project, service, choices)) {
      const std::string id = name + "-" + std::to_string(wanted.number);
      state::Instance record{.id = id,
                             .name = wanted.name,
                             .service = name,
                             .number = wanted.number,
                             .phase = state::Phase::running,
                             .wanted = true};
      for (const auto& [key, attachment] : service.networks)
        record.addresses.push_back({.network = project.networks.at(key).name});
      observed.instances.push_back(
          {record, std::make_shared<project::Project>(state::cut_down(project, name))});
    }
  for (const auto& [key, volume] : project.volumes) observed.volumes.insert(volume.name);
  return observed;
}

state::Instance& record(Observed& observed, const std::string& id) {
  for (ObservedInstance& one : observed.instances)
    if (one.record.id == id) return one.record;
  throw std::logic_error("no instance " + id);
}

std::string change(const std::string& before, const std::string& after, const Choices& choices) {
  return to_text(reconcile(stack(after), running(stack(before)), choices));
}

}  // namespace orchestrator::plan::test
