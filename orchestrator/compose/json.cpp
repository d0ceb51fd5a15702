#include "orchestrator/compose/json.hpp"

#include <nlohmann/json.hpp>

namespace orchestrator::compose {
namespace {

nlohmann::ordered_json convert(const Node& node) {
  switch (node.kind) {
    case Kind::Null:
      return nullptr;
    case Kind::Bool:
      return node.boolean;
    case Kind::Int:
      return node.integer;
    case Kind::Float:
      return node.real;
    case Kind::String:
      return node.text;
    case Kind::List: {
      auto list = nlohmann::ordered_json::array();
      for (const Node& item : node.items) list.push_back(convert(item));
      return list;
    }
    case Kind::Map: {
      auto object = nlohmann::ordered_json::object();
      for (const Entry& entry : node.map) object[entry.key] = convert(entry.value);
      return object;
    }
  }
  return nullptr;
}

}  // namespace

std::string json_of(const Node& node, bool pretty) {
  return convert(node).dump(pretty ? 2 : -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace orchestrator::compose
