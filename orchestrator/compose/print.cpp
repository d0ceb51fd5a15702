#include "orchestrator/compose/print.hpp"

#include <yaml.h>

#include <memory>
#include <new>
#include <stdexcept>

#include "orchestrator/compose/number.hpp"

namespace orchestrator::compose {
namespace {

/// YAML 1.1 takes these plain words for booleans; other readers than ours may be of that age.
bool is_old_boolean(std::string_view text) {
  for (const std::string_view word :
       {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF"})
    if (text == word) return true;
  return false;
}

/// 1:30 is ninety in YAML 1.1, 2001-01-01 a date.
bool looks_like_old_number(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9' &&
         text.find_first_not_of("0123456789:-_.tTzZ ") == std::string_view::npos &&
         text.find_first_of(":-") != std::string_view::npos;
}

/// Plain text that a reader would take for a number, a boolean or nothing is quoted.
bool needs_quotes(const std::string& text) {
  return resolve_plain(text, {}).kind != Kind::String || is_old_boolean(text) ||
         looks_like_old_number(text) || text == "<<" || text == "=";
}

class Emitter {
 public:
  Emitter() {
    if (yaml_emitter_initialize(&emitter_) == 0) throw std::bad_alloc();
    yaml_emitter_set_output(&emitter_, append, &text_);
    yaml_emitter_set_unicode(&emitter_, 1);
    yaml_emitter_set_width(&emitter_, -1);
  }
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;
  ~Emitter() { yaml_emitter_delete(&emitter_); }

  std::string document(const Node& root) {
    yaml_event_t event;
    yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
    emit(event);
    yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1);
    emit(event);
    value(root);
    yaml_document_end_event_initialize(&event, 1);
    emit(event);
    yaml_stream_end_event_initialize(&event);
    emit(event);
    return std::move(text_);
  }

 private:
  static int append(void* text, unsigned char* bytes, std::size_t size) {
    static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), size);
    return 1;
  }
  void emit(yaml_event_t& event) {
    if (yaml_emitter_emit(&emitter_, &event) == 0)
      throw std::runtime_error(std::string("write YAML: ") +
                               (emitter_.problem != nullptr ? emitter_.problem : "?"));
  }

  void value(const Node& node) {
    switch (node.kind) {
      case Kind::Null:
        return plain("null");
      case Kind::Bool:
      case Kind::Int:
      case Kind::Float:
        return plain(scalar_text(node));
      case Kind::String:
        return text(node.text);
      case Kind::List:
        return list(node);
      case Kind::Map:
        return map(node);
    }
  }

  void scalar(const std::string& text, yaml_scalar_style_t style) {
    yaml_event_t event;
    const auto* bytes = reinterpret_cast<const yaml_char_t*>(text.data());
    if (yaml_scalar_event_initialize(&event, nullptr, nullptr, bytes, static_cast<int>(text.size()), 1, 1,
                                     style) == 0)
      throw std::runtime_error("write YAML: text that is not UTF-8");
    emit(event);
  }
  void plain(const std::string& text) { scalar(text, YAML_PLAIN_SCALAR_STYLE); }
  void text(const std::string& text) {
    const bool lines = text.find('\n') != std::string::npos && text.find('\r') == std::string::npos;
    scalar(text, needs_quotes(text) ? YAML_DOUBLE_QUOTED_SCALAR_STYLE
                 : lines            ? YAML_LITERAL_SCALAR_STYLE
                                    : YAML_ANY_SCALAR_STYLE);
  }

  void list(const Node& node) {
    yaml_event_t event;
    const auto style = node.items.empty() ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE;
    yaml_sequence_start_event_initialize(&event, nullptr, nullptr, 1, style);
    emit(event);
    for (const Node& item : node.items) value(item);
    yaml_sequence_end_event_initialize(&event);
    emit(event);
  }

  void map(const Node& node) {
    yaml_event_t event;
    const auto style = node.map.empty() ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE;
    yaml_mapping_start_event_initialize(&event, nullptr, nullptr, 1, style);
    emit(event);
    for (const Entry& entry : node.map) {
      text(entry.key);
      value(entry.value);
    }
    yaml_mapping_end_event_initialize(&event);
    emit(event);
  }

  yaml_emitter_t emitter_{};
  std::string text_{};
};

}  // namespace

std::string yaml_of(const Node& node) { return Emitter().document(node); }

}  // namespace orchestrator::compose
