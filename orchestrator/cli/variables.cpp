#include "orchestrator/cli/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

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
  std::size_t names = 4;
  std::size_t fallbacks = 13;
  for (const auto& [name, wanted] : variables) {
    names = std::max(names, name.size());
    fallbacks = std::max(fallbacks, wanted.fallback.size());
  }
  std::string text =
      fmt::format("{:<{}}  REQUIRED  {:<{}}  ALTERNATE VALUE\n", "NAME", names, "DEFAULT VALUE", fallbacks);
  for (const auto& [name, wanted] : variables)
    text += fmt::format("{:<{}}  {:<8}  {:<{}}  {}\n", name, names, wanted.required, wanted.fallback,
                        fallbacks, wanted.alternative);
  return text;
}

}  // namespace orchestrator::cli
