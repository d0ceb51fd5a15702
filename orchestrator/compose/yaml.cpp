#include "orchestrator/compose/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>
#include <unordered_map>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/number.hpp"
#include "orchestrator/compose/yaml_gate.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::size_t kMostValues = 200'000;
constexpr std::size_t kDeepest = 100;
constexpr std::string_view kStringTag = "tag:yaml.org,2002:str";

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

/// A mapping or list that is being read, or the document around them.
struct Open {
  Node node{};
  YAML::anchor_t anchor = 0;
  std::vector<Node> merged{};  ///< values of "<<"
  bool has_key = false;
  bool merge_key = false;
  std::string key{};
  Place key_place{};
};

class Builder : public YAML::EventHandler {
 public:
  explicit Builder(std::shared_ptr<const File> file) : file_(std::move(file)) {}

  Node take() { return std::move(document_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make_null(place(mark)), anchor, Scalar::Plain);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool plain = tag == "?" || tag.empty();
    const bool text = tag == "!" || tag == kStringTag;
    Node node = text ? make_text(value, place(mark)) : resolve_plain(value, place(mark));
    node.tag = tag_of(tag);
    if (node.tag == Tag::None && !plain && !text && tag.starts_with('!') && node.is_null())
      node = make_text(value, place(mark));
    add(std::move(node), anchor, plain ? Scalar::Plain : Scalar::Tagged);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make_list(place(mark)), tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make_map(place(mark)), tag, anchor);
  }
  void OnMapEnd() override {
    apply_merge_keys(open_.back());
    close();
  }
  void OnAnchor(const YAML::Mark&, const std::string&) override {}

 private:
  enum class Scalar { No, Plain, Tagged };

  Place place(const YAML::Mark& mark) const {
    return {.file = file_, .line = mark.line + 1, .column = mark.column + 1};
  }
  [[noreturn]] static void refuse(const Place& place, std::string message) {
    throw LoadError(Diagnostic{.place = place, .message = std::move(message)});
  }
  static Tag tag_of(const std::string& tag) {
    if (tag == "!reset") return Tag::Reset;
    return tag == "!override" ? Tag::Override : Tag::None;
  }
  void open(Node node, const std::string& tag, YAML::anchor_t anchor) {
    node.tag = tag_of(tag);
    if (!open_.empty() && awaits_key())
      refuse(node.place, "a key must be a string, not a " + std::string(kind_name(node.kind)));
    open_.push_back({.node = std::move(node), .anchor = anchor});
    if (anchor != 0) open_anchors_[anchor] = true;
  }
  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    open_anchors_.erase(done.anchor);
    add(std::move(done.node), done.anchor, Scalar::No);
  }
  bool awaits_key() const { return open_.back().node.is_map() && !open_.back().has_key; }
  void add(Node node, YAML::anchor_t anchor, Scalar scalar);
  void take_key(Node node, Scalar scalar);
  static void apply_merge_keys(Open& map);
  static void merge_map(Node& into, const Node& from);

  std::shared_ptr<const File> file_;
  std::vector<Open> open_;
  Node document_;
  std::unordered_map<YAML::anchor_t, Node> anchors_;
  std::unordered_map<YAML::anchor_t, bool> open_anchors_;
  std::size_t expanded_ = 0;
};

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (open_anchors_.contains(anchor))
    refuse(place(mark), "an alias must not stand inside the value it names");
  const Node& value = anchors_[anchor];
  const Measured size = measure(value);
  expanded_ += size.values;
  if (expanded_ > kMostValues) refuse(place(mark), "aliases expand to more than 200,000 values");
  if (open_.size() + size.depth > kDeepest) refuse(place(mark), "nested deeper than 100 levels");
  Node copy = value;
  add(std::move(copy), 0, value.is_text() ? Scalar::Tagged : Scalar::No);
}

void Builder::add(Node node, YAML::anchor_t anchor, Scalar scalar) {
  if (anchor != 0) anchors_[anchor] = node;
  if (open_.empty()) {
    document_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.is_list()) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.has_key) {
    take_key(std::move(node), scalar);
  } else {
    parent.has_key = false;
    if (parent.merge_key) {
      parent.merged.push_back(std::move(node));
    } else {
      parent.node.map.at(parent.key, parent.key_place).value = std::move(node);
    }
  }
}

void Builder::take_key(Node node, Scalar scalar) {
  Open& parent = open_.back();
  if (!node.is_text())
    refuse(node.place,
           "a key must be a string: write " + quoted(node.is_null() ? "null" : node.text) + " in quotes");
  parent.has_key = true;
  parent.merge_key = scalar == Scalar::Plain && node.text == "<<";
  if (!parent.merge_key && parent.node.map.find(node.text) != nullptr) {
    const Place& first = parent.node.map.at(node.text, {}).place;
    refuse(node.place,
           "key " + quoted(node.text) + " is already defined on line " + std::to_string(first.line));
  }
  parent.key = std::move(node.text);
  parent.key_place = node.place;
}

void Builder::merge_map(Node& into, const Node& from) {
  if (!from.is_map()) refuse(from.place, "<< takes a mapping or a list of mappings");
  for (const Entry& entry : from.map)
    if (into.map.find(entry.key) == nullptr) into.map.at(entry.key, entry.place).value = entry.value;
}

void Builder::apply_merge_keys(Open& map) {
  for (const Node& merged : map.merged) {
    if (!merged.is_list()) {
      merge_map(map.node, merged);
      continue;
    }
    for (const Node& item : merged.items) merge_map(map.node, item);
  }
}

/// Without the byte order mark, which would shift the first line's columns.
std::shared_ptr<const File> without_bom(const std::shared_ptr<const File>& file) {
  if (!file->text.starts_with("\xEF\xBB\xBF")) return file;
  return std::make_shared<const File>(File{.name = file->name, .text = file->text.substr(3)});
}

}  // namespace

std::vector<Node> parse_yaml(const std::shared_ptr<const File>& given) {
  const std::shared_ptr<const File> file = without_bom(given);
  require_well_formed(file);
  std::vector<Node> documents;
  std::istringstream in(file->text);
  try {
    YAML::Parser parser(in);
    for (;;) {
      Builder builder(file);
      if (!parser.HandleNextDocument(builder)) return documents;
      documents.push_back(builder.take());
    }
  } catch (const YAML::Exception& error) {
    const Place place{.file = file, .line = error.mark.line + 1, .column = error.mark.column + 1};
    throw LoadError(Diagnostic{.place = place, .message = error.msg});
  }
}

}  // namespace orchestrator::compose
