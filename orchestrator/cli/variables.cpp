#include "orchestrator/cli/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>
#include <vector>

#include "orchestrator/compose/interpolate.hpp"
#include "orchestrator/compose/json.hpp"

namespace orchestrator::cli {
namespace {

using compose::Node;
using compose::Wanted;
using Variables = std::map<std::string, Wanted>;

void collect(const Node& node, Variables& variables) {
  for (const Node& item : node.items) collect(item, variables);
  for (const compose::Entry& entry : node.map) collect(entry.value, variables);
  if (!node.is_text()) return;
  try {
    for (Wanted& wanted : compose::wanted_variables(node.text)) {
      Wanted& known = variables[wanted.name];
      known.name = wanted.name;
      known.required = known.required || wanted.required;
      if (known.fallback.empty()) known.fallback = std::move(wanted.fallback);
      if (known.alternative.empty()) known.alternative = std::move(wanted.alternative);
    }
  } catch (const std::invalid_argument&) {
    // Loading with variables says what is wrong with it.
  }
}

std::string as_json(const Variables& variables) {
  Node all = compose::make_map({});
  for (const auto& [name, wanted] : variables) {
    Node one = compose::map_of("name", compose::make_text(name, {}));
    one.set("required", compose::make_bool(wanted.required, {}));
    one.set("default_value", compose::make_text(wanted.fallback, {}));
    one.set("alternate_value", compose::make_text(wanted.alternative, {}));
    all.set(name, std::move(one));
  }
  return compose::json_of(all, true) + "\n";
}

}  // namespace

std::string compose_variables(const compose::Model& model, bool json) {
  Variables variables;
  collect(model.tree, variables);
  if (json) return as_json(variables);
  std::vector<std::array<std::string, 4>> rows{{"NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE"}};
  for (const auto& [name, wanted] : variables)
    rows.push_back({name, wanted.required ? "true" : "false", wanted.fallback, wanted.alternative});
  std::array<std::size_t, 3> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    line += row[3];
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace orchestrator::cli
