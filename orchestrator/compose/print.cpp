#include "orchestrator/compose/print.hpp"

#include <yaml-cpp/yaml.h>

#include "orchestrator/compose/number.hpp"

namespace orchestrator::compose {
namespace {

/// Plain text that a YAML reader would take for a number, a boolean or nothing is quoted.
bool needs_quotes(const std::string& text) { return resolve_plain(text, {}).kind != Kind::String; }

void emit(YAML::Emitter& out, const Node& node) {
  switch (node.kind) {
    case Kind::Null:
      out << YAML::Null;
      return;
    case Kind::Bool:
      out << (node.boolean ? "true" : "false");
      return;
    case Kind::Int:
      out << node.integer;
      return;
    case Kind::Float:
      out << number_text(node.real);
      return;
    case Kind::String:
      if (node.text.empty() || needs_quotes(node.text)) out << YAML::DoubleQuoted;
      out << node.text;
      return;
    case Kind::List:
      if (node.items.empty()) out << YAML::Flow;
      out << YAML::BeginSeq;
      for (const Node& item : node.items) emit(out, item);
      out << YAML::EndSeq;
      return;
    case Kind::Map:
      if (node.map.empty()) out << YAML::Flow;
      out << YAML::BeginMap;
      for (const Entry& entry : node.map) {
        out << YAML::Key << entry.key << YAML::Value;
        emit(out, entry.value);
      }
      out << YAML::EndMap;
      return;
  }
}

}  // namespace

std::string yaml_of(const Node& node) {
  YAML::Emitter out;
  emit(out, node);
  return std::string(out.c_str()) + "\n";
}

}  // namespace orchestrator::compose
