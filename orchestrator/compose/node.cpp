#include "orchestrator/compose/node.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>
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

struct Map::Body {
  using Index = std::unordered_map<std::string, std::size_t>;
  std::vector<Entry> entries{};
  std::unique_ptr<Index> index{};  ///< only for many entries

  std::optional<std::size_t> position(std::string_view key) {
    if (entries.size() < kIndexedFrom) {
      for (std::size_t i = 0; i < entries.size(); ++i)
        if (entries[i].key == key) return i;
      return std::nullopt;
    }
    if (index == nullptr) {
      index = std::make_unique<Index>();
      for (std::size_t i = 0; i < entries.size(); ++i) index->emplace(entries[i].key, i);
    }
    const auto found = index->find(std::string(key));
    return found == index->end() ? std::nullopt : std::optional(found->second);
  }
};

Map::Map() = default;
Map::Map(const Map& other) {
  if (other.body_ != nullptr) body().entries = other.body_->entries;
}
Map::Map(Map&& other) noexcept = default;
Map& Map::operator=(Map other) noexcept {
  body_ = std::move(other.body_);
  return *this;
}
Map::~Map() = default;

Map::Body& Map::body() {
  if (body_ == nullptr) body_ = std::make_unique<Body>();
  return *body_;
}

std::optional<std::size_t> Map::position(std::string_view key) const {
  return body_ == nullptr ? std::nullopt : body_->position(key);
}

Node* Map::find(std::string_view key) {
  const auto at = position(key);
  return at ? &body_->entries[*at].value : nullptr;
}
const Node* Map::find(std::string_view key) const {
  const auto at = position(key);
  return at ? &body_->entries[*at].value : nullptr;
}

Entry& Map::at(std::string_view key, const Place& place) {
  Body& own = body();
  if (const auto at = own.position(key)) return own.entries[*at];
  if (own.index != nullptr) own.index->emplace(key, own.entries.size());
  return own.entries.emplace_back(Entry{.key = std::string(key), .place = place});
}

bool Map::erase(std::string_view key) {
  const auto at = position(key);
  if (!at) return false;
  body_->entries.erase(body_->entries.begin() + static_cast<std::ptrdiff_t>(*at));
  body_->index.reset();
  return true;
}

void Map::sort() {
  body().index.reset();
  std::sort(begin(), end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
}

std::vector<Entry> Map::take() {
  if (body_ == nullptr) return {};
  body_->index.reset();
  return std::exchange(body_->entries, {});
}
void Map::assign(std::vector<Entry> entries) {
  body().index.reset();
  body_->entries = std::move(entries);
}

using Iterator = std::vector<Entry>::iterator;
using ConstIterator = std::vector<Entry>::const_iterator;
Iterator Map::begin() { return body_ == nullptr ? Iterator() : body_->entries.begin(); }
Iterator Map::end() { return body_ == nullptr ? Iterator() : body_->entries.end(); }
ConstIterator Map::begin() const { return body_ == nullptr ? ConstIterator() : body_->entries.cbegin(); }
ConstIterator Map::end() const { return body_ == nullptr ? ConstIterator() : body_->entries.cend(); }
std::size_t Map::size() const { return body_ == nullptr ? 0 : body_->entries.size(); }
bool Map::empty() const { return size() == 0; }

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
