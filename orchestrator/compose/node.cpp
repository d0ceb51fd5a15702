#include "orchestrator/compose/node.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "orchestrator/compose/number.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::size_t kIndexedFrom = 24;  // below, comparing keys is faster than hashing them

Node made(Kind kind, const Place& place) {
  Node node;
  node.kind = kind;
  node.place = place;
  return node;
}

bool is_unsigned(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

bool same_map(const Map& a, const Map& b) {
  if (a.size() != b.size()) return false;
  for (const auto& entry : a) {
    const Node* other = b.find(entry.key);
    if (other == nullptr || !same_value(entry.value, *other)) return false;
  }
  return true;
}

}  // namespace

Map::Map() = default;
Map::Map(const Map& other) : entries_(other.entries_) {}
Map::Map(Map&& other) noexcept = default;
Map& Map::operator=(Map other) noexcept {
  entries_ = std::move(other.entries_);
  index_.reset();
  return *this;
}
Map::~Map() = default;

std::optional<std::size_t> Map::position(std::string_view key) const {
  if (entries_.size() < kIndexedFrom) {
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (entries_[i].key == key) return i;
    return std::nullopt;
  }
  if (index_ == nullptr) {
    index_ = std::make_unique<Index>();
    for (std::size_t i = 0; i < entries_.size(); ++i) index_->emplace(entries_[i].key, i);
  }
  const auto found = index_->find(std::string(key));
  return found == index_->end() ? std::nullopt : std::optional(found->second);
}

Node* Map::find(std::string_view key) {
  const auto at = position(key);
  return at ? &entries_[*at].value : nullptr;
}
const Node* Map::find(std::string_view key) const {
  const auto at = position(key);
  return at ? &entries_[*at].value : nullptr;
}

Entry& Map::at(std::string_view key, const Place& place) {
  if (const auto at = position(key)) return entries_[*at];
  if (index_ != nullptr) index_->emplace(key, entries_.size());
  return entries_.emplace_back(Entry{.key = std::string(key), .place = place});
}

bool Map::erase(std::string_view key) {
  const auto at = position(key);
  if (!at) return false;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(*at));
  index_.reset();
  return true;
}

void Map::sort() {
  index_.reset();
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
}

std::vector<Entry> Map::take() {
  index_.reset();
  return std::exchange(entries_, {});
}
void Map::assign(std::vector<Entry> entries) {
  index_.reset();
  entries_ = std::move(entries);
}

std::vector<Entry>::iterator Map::begin() { return entries_.begin(); }
std::vector<Entry>::iterator Map::end() { return entries_.end(); }
std::vector<Entry>::const_iterator Map::begin() const { return entries_.begin(); }
std::vector<Entry>::const_iterator Map::end() const { return entries_.end(); }
std::size_t Map::size() const { return entries_.size(); }
bool Map::empty() const { return entries_.empty(); }

Node& Node::set(std::string_view key, Node value) {
  Entry& entry = map.at(key, value.place);
  entry.value = std::move(value);
  return entry.value;
}

std::string_view Node::text_of(std::string_view key) const {
  const Node* value = find(key);
  return value != nullptr && value->is_text() ? std::string_view(value->text) : std::string_view();
}

bool Node::is_true(std::string_view key) const {
  const Node* value = find(key);
  return value != nullptr && value->kind == Kind::Bool && value->boolean;
}

Node make_null(const Place& place) { return made(Kind::Null, place); }
Node make_bool(bool value, const Place& place) {
  Node node = made(Kind::Bool, place);
  node.boolean = value;
  return node;
}
Node make_int(std::int64_t value, const Place& place) {
  Node node = made(Kind::Int, place);
  node.integer = value;
  return node;
}
Node make_float(double value, const Place& place) {
  Node node = made(Kind::Float, place);
  node.real = value;
  return node;
}
Node make_text(std::string value, const Place& place) {
  Node node = made(Kind::String, place);
  node.text = std::move(value);
  return node;
}
Node make_list(const Place& place) { return made(Kind::List, place); }
Node make_map(const Place& place) { return made(Kind::Map, place); }
Node list_of(Node item) {
  Node list = make_list(item.place);
  list.tag = std::exchange(item.tag, Tag::None);
  list.items.push_back(std::move(item));
  return list;
}
Node map_of(std::string_view key, Node value) {
  Node map = make_map(value.place);
  map.tag = std::exchange(value.tag, Tag::None);
  map.set(key, std::move(value));
  return map;
}

bool same_value(const Node& a, const Node& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::Null:
      return true;
    case Kind::Bool:
      return a.boolean == b.boolean;
    case Kind::Int:
      return a.integer == b.integer;
    case Kind::Float:
      return a.real == b.real;
    case Kind::String:
      return a.text == b.text;
    case Kind::List:
      break;
    case Kind::Map:
      return same_map(a.map, b.map);
  }
  if (a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i)
    if (!same_value(a.items[i], b.items[i])) return false;
  return true;
}

std::string scalar_text(const Node& scalar) {
  switch (scalar.kind) {
    case Kind::Bool:
      return scalar.boolean ? "true" : "false";
    case Kind::Int:
      return std::to_string(scalar.integer);
    case Kind::Float:
      // Between 2^63 and 2^64 every digit counts.
      return is_unsigned(scalar.text) ? scalar.text : number_text(scalar.real);
    case Kind::String:
      return scalar.text;
    case Kind::Null:
    case Kind::List:
    case Kind::Map:
      break;
  }
  return "";
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::Null:
      return "nothing";
    case Kind::Bool:
      return "boolean";
    case Kind::Int:
      return "integer";
    case Kind::Float:
      return "number";
    case Kind::String:
      return "string";
    case Kind::List:
      return "list";
    case Kind::Map:
      break;
  }
  return "mapping";
}

}  // namespace orchestrator::compose
