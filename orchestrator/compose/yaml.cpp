#include "orchestrator/compose/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/number.hpp"
#include "orchestrator/compose/yaml_gate.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::size_t kMostExpanded = 100'000;  // values that aliases stand for
constexpr std::size_t kDeepest = 400;           // with what aliases stand for
constexpr std::string_view kStandardTags = "tag:yaml.org,2002:";

constexpr std::string_view kPlain = "?";  // yaml-cpp's tag of what has none and is not quoted

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
  YAML::anchor_t anchor = 0;
  std::vector<Node> merged{};  ///< the value of "<<"
  bool has_key = false;
  bool is_merge_key = false;
  std::string key{};
  Place key_place{};
};

class Builder : public YAML::EventHandler {
 public:
  explicit Builder(std::shared_ptr<const File> file) : file_(std::move(file)) {}

  Node document() { return std::move(document_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark&, const std::string&) override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make_null(place(mark)), anchor, false);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add(scalar(mark, tag, value), anchor, tag == kPlain);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make_list(place(mark)), tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make_map(place(mark)), tag, anchor);
  }
  void OnMapEnd() override { close(); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;

 private:
  Place place(const YAML::Mark& mark) const {
    return {.file = file_, .line = mark.line + 1, .column = mark.column + 1};
  }
  [[noreturn]] static void refuse(const Place& place, std::string message) {
    throw LoadError(place, std::move(message));
  }
  [[nodiscard]] std::string here() const;
  Node scalar(const YAML::Mark& mark, std::string_view tag, const std::string& text) const;
  void open(Node node, std::string_view tag, YAML::anchor_t anchor);
  void close();
  void add(Node node, YAML::anchor_t anchor, bool may_merge);
  void take_key(Node node, bool may_merge);

  std::shared_ptr<const File> file_;
  Node document_{};
  std::vector<Open> open_{};
  std::unordered_map<YAML::anchor_t, Node> anchors_{};
  std::unordered_set<YAML::anchor_t> open_anchors_{};
  std::size_t expanded_ = 0;
};

void Builder::open(Node node, std::string_view tag, YAML::anchor_t anchor) {
  node.tag = tag_of(tag);
  if (!open_.empty() && open_.back().node.is_map() && !open_.back().has_key)
    refuse(node.place, here() + "a key must be a string, not a " + std::string(kind_name(node.kind)));
  open_.push_back({.node = std::move(node), .anchor = anchor});
  if (anchor != 0) open_anchors_.insert(anchor);
}

void merge_into(Node& map, const Node& from) {
  if (!from.is_map()) throw LoadError(from.place, "\"<<\" takes a mapping or a list of mappings");
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
Node Builder::scalar(const YAML::Mark& mark, std::string_view tag, const std::string& text) const {
  const Tag ours = tag_of(tag);
  const bool is_typed = tag.starts_with(kStandardTags) && tag.substr(kStandardTags.size()) != "str";
  const bool resolves = tag == kPlain || tag.empty() || ours != Tag::None || is_typed;
  Node node = resolves ? resolve_plain(text, place(mark)) : make_text(text, place(mark));
  node.tag = ours;
  return node;
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const Place at = place(mark);
  if (open_anchors_.contains(anchor)) refuse(at, "an alias must not stand inside the value it names");
  const Node& value = anchors_[anchor];
  const Measured size = measure(value);
  expanded_ += size.values;
  if (expanded_ > kMostExpanded) refuse(at, "aliases expand to more than 100,000 values");
  if (open_.size() + size.depth > kDeepest) refuse(at, "nested deeper than 400 levels");
  add(Node(value), 0, false);
}

void Builder::add(Node node, YAML::anchor_t anchor, bool may_merge) {
  if (anchor != 0) anchors_[anchor] = node;
  if (open_.empty()) {
    document_ = std::move(node);
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

/// Reads a text in place.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(const std::string& text) {
    char* begin = const_cast<char*>(text.data());  // setg wants it so; nothing is put back
    setg(begin, begin, begin + text.size());
  }
};

/// Without the byte order mark, which would shift the first line's columns.
std::shared_ptr<const File> without_bom(const std::shared_ptr<const File>& file) {
  if (!file->text.starts_with("\xEF\xBB\xBF")) return file;
  return std::make_shared<const File>(File{.name = file->name, .text = file->text.substr(3)});
}

}  // namespace

std::vector<Node> parse_yaml(const std::shared_ptr<const File>& given) {
  const std::shared_ptr<const File> file = without_bom(given);
  require_well_formed(file);
  TextBuffer buffer(file->text);
  std::istream in(&buffer);
  std::vector<Node> documents;
  try {
    YAML::Parser parser(in);
    for (;;) {
      Builder builder(file);
      if (!parser.HandleNextDocument(builder)) return documents;
      documents.push_back(builder.document());
    }
  } catch (const YAML::Exception& error) {
    const Place place{.file = file, .line = error.mark.line + 1, .column = error.mark.column + 1};
    throw LoadError(place, error.msg);
  }
}

}  // namespace orchestrator::compose
