#include "orchestrator/compose/yaml_gate.hpp"

#include <yaml.h>

#include <algorithm>
#include <new>
#include <string>
#include <string_view>

#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose {
namespace {

constexpr int kDeepest = 400;  // libyaml needs quadratic time for flow nesting, yaml-cpp gives up at 500
constexpr int kMostEvents = 250'000;

class Parser {
 public:
  explicit Parser(const std::string& text) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() { yaml_parser_delete(&parser_); }

  yaml_parser_t* get() { return &parser_; }

 private:
  yaml_parser_t parser_{};
};

/// libyaml counts letters, a Place counts bytes.
std::size_t byte_column(const std::string& text, const yaml_mark_t& mark) {
  std::size_t at = 0;
  for (std::size_t line = 0; line < mark.line && at != std::string::npos; ++line)
    at = text.find('\n', at) + 1;
  const std::size_t begin = at;
  for (std::size_t letters = 0; at < text.size() && text[at] != '\n'; ++at)
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U && letters++ == mark.column) break;
  return at - begin;
}

[[noreturn]] void refuse(const std::shared_ptr<const File>& file, yaml_mark_t mark, std::string message) {
  const Place place{.file = file,
                    .line = static_cast<int>(mark.line) + 1,
                    .column = static_cast<int>(byte_column(file->text, mark)) + 1};
  throw LoadError(place, std::move(message));
}

[[noreturn]] void refuse(const std::shared_ptr<const File>& file, const yaml_parser_t& parser) {
  std::string message = parser.problem != nullptr ? parser.problem : "not YAML";
  if (parser.context != nullptr) {
    message = message + " (" + parser.context;
    if (parser.context_mark.line != parser.problem_mark.line)
      message += ", line " + std::to_string(parser.context_mark.line + 1);
    message += ")";
  }
  yaml_mark_t mark = parser.problem_mark;
  if (parser.error == YAML_READER_ERROR) {
    // The reader knows only how many bytes it has read.
    const std::string_view before = std::string_view(file->text).substr(0, parser.problem_offset);
    const std::size_t line_start = before.rfind('\n') + 1;
    mark.line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    mark.column = before.size() - line_start;
  }
  refuse(file, mark, message);
}

int depth_change(yaml_event_type_t type) {
  if (type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT) return 1;
  return type == YAML_MAPPING_END_EVENT || type == YAML_SEQUENCE_END_EVENT ? -1 : 0;
}

}  // namespace

void require_well_formed(const std::shared_ptr<const File>& file) {
  Parser parser(file->text);
  int depth = 0;
  for (int events = 0;; ++events) {
    yaml_event_t event;
    if (yaml_parser_parse(parser.get(), &event) == 0) refuse(file, *parser.get());
    const yaml_event_type_t type = event.type;
    const yaml_mark_t mark = event.start_mark;
    yaml_event_delete(&event);
    if (type == YAML_STREAM_END_EVENT) return;
    depth += depth_change(type);
    if (depth > kDeepest) refuse(file, mark, "nested deeper than 400 levels");
    if (events > kMostEvents) refuse(file, mark, "more than 250,000 keys and values");
  }
}

}  // namespace orchestrator::compose
