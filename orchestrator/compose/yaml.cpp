#include "orchestrator/compose/yaml.hpp"

#include <yaml.h>

#include <algorithm>
#include <new>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/number.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::size_t kMostExpanded = 100'000;  // values that aliases stand for
constexpr std::size_t kMostEvents = 250'000;
constexpr std::size_t kDeepest = 1000;  // libyaml needs quadratic time for flow nesting
constexpr std::string_view kStandardTags = "tag:yaml.org,2002:";

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }
  yaml_event_t* get() { return &event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

class Parser {
 public:
  explicit Parser(const File& file) : file_(file) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(file.text.data()),
                                 file.text.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() { yaml_parser_delete(&parser_); }

  bool next(Event& event) { return yaml_parser_parse(&parser_, event.get()) != 0; }
  [[nodiscard]] std::string problem() const;
  [[nodiscard]] yaml_mark_t problem_mark() const;

 private:
  const File& file_;
  yaml_parser_t parser_{};
};

std::string Parser::problem() const {
  std::string message = parser_.problem != nullptr ? parser_.problem : "not YAML";
  if (parser_.context == nullptr) return message;
  message = message + " (" + parser_.context;
  if (parser_.context_mark.line != parser_.problem_mark.line)
    message += ", line " + std::to_string(parser_.context_mark.line + 1);
  return message + ")";
}

yaml_mark_t Parser::problem_mark() const {
  yaml_mark_t mark = parser_.problem_mark;
  if (parser_.error != YAML_READER_ERROR) return mark;
  // The reader knows only how many bytes it has read.
  const std::string_view before = std::string_view(file_.text).substr(0, parser_.problem_offset);
  mark.line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  mark.column = before.size() - (before.rfind('\n') + 1);
  return mark;
}

std::string_view text_of(const unsigned char* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

Tag tag_of(std::string_view tag) {
  if (tag == "!reset") return Tag::Reset;
  return tag == "!override" ? Tag::Override : Tag::None;
}

struct Measured {
  std::size_t values = 1;
  std::size_t depth = 1;
};

Measured measure(const Node& node) {
  Measured total;
  const auto add = [&](const Node& child) {
    const Measured one = measure(child);
    total.values += one.values;
    total.depth = std::max(total.depth, one.depth + 1);
  };
  for (const Node& item : node.items) add(item);
  for (const Entry& entry : node.map) add(entry.value);
  return total;
}

/// A mapping or list that is being read.
struct Open {
  Node node{};
  std::string anchor{};
  std::vector<Node> merged{};  ///< the value of "<<"
  bool has_key = false;
  bool is_merge_key = false;
  std::string key{};
  Place key_place{};
};

class Builder {
 public:
  explicit Builder(std::shared_ptr<const File> file) : file_(std::move(file)) {}

  void take(const Event& event);
  std::vector<Node> documents() { return std::move(documents_); }
  [[noreturn]] void refuse(yaml_mark_t mark, std::string message) const {
    refuse(place(mark), std::move(message));
  }

 private:
  Place place(yaml_mark_t mark) const {
    return {
        .file = file_, .line = static_cast<int>(mark.line) + 1, .column = static_cast<int>(mark.column) + 1};
  }
  [[noreturn]] static void refuse(const Place& place, std::string message) {
    throw LoadError(Diagnostic{.place = place, .message = std::move(message)});
  }
  void begin_document();
  [[nodiscard]] std::string here() const;
  void open(Node node, std::string_view anchor, std::string_view tag);
  void close();
  Node scalar(const Event& event) const;
  void alias(const Event& event);
  void add(Node node, std::string_view anchor, bool may_merge);
  void take_key(Node node, bool may_merge);

  std::shared_ptr<const File> file_;
  std::vector<Node> documents_{};
  std::vector<Open> open_{};
  std::unordered_map<std::string, Node> anchors_{};
  std::unordered_set<std::string> open_anchors_{};
  std::size_t expanded_ = 0;
};

void Builder::take(const Event& event) {
  switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
      return begin_document();
    case YAML_MAPPING_START_EVENT:
      return open(make_map(place(event->start_mark)), text_of(event->data.mapping_start.anchor),
                  text_of(event->data.mapping_start.tag));
    case YAML_SEQUENCE_START_EVENT:
      return open(make_list(place(event->start_mark)), text_of(event->data.sequence_start.anchor),
                  text_of(event->data.sequence_start.tag));
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
      return close();
    case YAML_ALIAS_EVENT:
      return alias(event);
    case YAML_SCALAR_EVENT:
      return add(scalar(event), text_of(event->data.scalar.anchor), event->data.scalar.plain_implicit != 0);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
      return;
  }
}

void Builder::begin_document() {
  documents_.emplace_back();
  anchors_.clear();
  expanded_ = 0;
}

void Builder::open(Node node, std::string_view anchor, std::string_view tag) {
  node.tag = tag_of(tag);
  if (!open_.empty() && open_.back().node.is_map() && !open_.back().has_key)
    refuse(node.place, here() + "a key must be a string, not a " + std::string(kind_name(node.kind)));
  if (open_.size() >= kDeepest) refuse(node.place, "nested deeper than 1,000 levels");
  open_.push_back({.node = std::move(node), .anchor = std::string(anchor)});
  if (!anchor.empty()) open_anchors_.emplace(anchor);
}

void merge_into(Node& map, const Node& from) {
  if (!from.is_map())
    throw LoadError(
        Diagnostic{.place = from.place, .message = "\"<<\" takes a mapping or a list of mappings"});
  for (const Entry& entry : from.map) {
    Node* own = map.find(entry.key);
    if (own == nullptr)
      map.map.at(entry.key, entry.place).value = entry.value;
    else if (entry.value.tag == Tag::Reset && own->tag == Tag::None)
      own->tag = Tag::Override;  // what was there before goes, whoever says so
  }
}

void Builder::close() {
  Open done = std::move(open_.back());
  open_.pop_back();
  open_anchors_.erase(done.anchor);
  for (const Node& merged : done.merged) {
    if (!merged.is_list()) {
      merge_into(done.node, merged);
      continue;
    }
    for (const Node& item : merged.items) merge_into(done.node, item);
  }
  add(std::move(done.node), done.anchor, false);
}

/// Quoted and block scalars are strings; plain ones are what they look like, unless a tag says otherwise.
Node Builder::scalar(const Event& event) const {
  const auto& from = event->data.scalar;
  std::string text(reinterpret_cast<const char*>(from.value), from.length);
  const std::string_view tag = text_of(from.tag);
  const Place at = place(event->start_mark);
  if (tag.empty() && from.plain_implicit == 0) return make_text(std::move(text), at);
  if (tag.empty()) return resolve_plain(std::move(text), at);
  const Tag ours = tag_of(tag);
  const bool resolves =
      ours != Tag::None || (tag.starts_with(kStandardTags) && tag.substr(kStandardTags.size()) != "str");
  Node node = resolves && from.style == YAML_PLAIN_SCALAR_STYLE ? resolve_plain(std::move(text), at)
                                                                : make_text(std::move(text), at);
  node.tag = ours;
  return node;
}

void Builder::alias(const Event& event) {
  const std::string name(text_of(event->data.alias.anchor));
  const Place at = place(event->start_mark);
  if (open_anchors_.contains(name)) refuse(at, "an alias must not stand inside the value it names");
  const auto found = anchors_.find(name);
  if (found == anchors_.end()) refuse(at, "there is no anchor " + quoted("&" + name) + " before this alias");
  const Measured size = measure(found->second);
  expanded_ += size.values;
  if (expanded_ > kMostExpanded) refuse(at, "aliases expand to more than 100,000 values");
  if (open_.size() + size.depth > kDeepest) refuse(at, "nested deeper than 1,000 levels");
  add(found->second, {}, false);
}

void Builder::add(Node node, std::string_view anchor, bool may_merge) {
  if (!anchor.empty()) anchors_[std::string(anchor)] = node;
  if (open_.empty()) {
    documents_.back() = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.is_list()) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.has_key) {
    take_key(std::move(node), may_merge);
  } else if (std::exchange(parent.has_key, false); parent.is_merge_key) {
    parent.merged.push_back(std::move(node));
  } else {
    parent.node.map.at(parent.key, parent.key_place).value = std::move(node);
  }
}

/// "services.web.ports[1]: " for the mapping that is being read.
std::string Builder::here() const {
  std::string way;
  for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
    const Open& outer = open_[i];
    if (outer.node.is_list())
      way += "[" + std::to_string(outer.node.items.size()) + "]";
    else
      way += (way.empty() ? "" : ".") + outer.key;
  }
  return way.empty() ? "" : way + ": ";
}

void Builder::take_key(Node node, bool may_merge) {
  Open& parent = open_.back();
  if (!node.is_text())
    refuse(node.place, here() + "a key must be a string: write " +
                           quoted(node.is_null() ? "null" : node.text) + " in quotes");
  parent.has_key = true;
  parent.is_merge_key = may_merge && node.text == "<<";
  if (parent.is_merge_key && !parent.merged.empty())
    refuse(node.place, "\"<<\" stands twice in this mapping: give it a list, \"<<: [*a, *b]\"");
  if (!parent.is_merge_key && parent.node.map.find(node.text) != nullptr) {
    const int first = parent.node.map.at(node.text, {}).place.line;
    refuse(node.place,
           here() + "key " + quoted(node.text) + " is already defined on line " + std::to_string(first));
  }
  parent.key = std::move(node.text);
  parent.key_place = node.place;
}

/// Without the byte order mark, which would shift the first line's columns.
std::shared_ptr<const File> without_bom(const std::shared_ptr<const File>& file) {
  if (!file->text.starts_with("\xEF\xBB\xBF")) return file;
  return std::make_shared<const File>(File{.name = file->name, .text = file->text.substr(3)});
}

}  // namespace

std::vector<Node> parse_yaml(const std::shared_ptr<const File>& given) {
  const std::shared_ptr<const File> file = without_bom(given);
  Parser parser(*file);
  Builder builder(file);
  for (std::size_t events = 0;; ++events) {
    Event event;
    if (!parser.next(event)) builder.refuse(parser.problem_mark(), parser.problem());
    if (event->type == YAML_STREAM_END_EVENT) return builder.documents();
    if (events > kMostEvents) builder.refuse(event->start_mark, "more than 250,000 keys and values");
    builder.take(event);
  }
}

}  // namespace orchestrator::compose
