// A YAML value that knows its place: what every phase of the loader reads and changes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator::compose {

/// A file that was read: its name as messages show it, and its text, from which a message quotes the line.
struct File {
  std::string name{};
  std::string text{};
};

/// Where a value stands. Lines and columns (in bytes) count from 1; without a file the loader made the value
/// itself.
struct Place {
  std::shared_ptr<const File> file{};
  int line = 0;
  int column = 0;
};

/// What became of a value on its way: for `config --explain`.
struct History {
  std::vector<std::string> variables{};     ///< "TAG=1.2 from .env:3", in the order of use
  Place overridden{};                       ///< the value of an earlier file that this one replaced
  std::shared_ptr<const History> before{};  ///< what had become of the overridden one
};

enum class Kind : std::uint8_t { Null, Bool, Int, Float, String, List, Map };
/// Broken: a finding has been made of it, and nobody shall complain again.
enum class Tag : std::uint8_t { None, Reset, Override, Broken };

struct Node;
struct Entry;

/// Keys in the order of the file. Looking up takes constant time also among thousands of keys.
class Map {
 public:
  Map();
  Map(const Map& other);
  Map(Map&& other) noexcept;
  Map& operator=(Map other) noexcept;
  ~Map();

  Node* find(std::string_view key);
  const Node* find(std::string_view key) const;
  /// The entry of that name, or a new one at the end.
  Entry& at(std::string_view key, const Place& place);
  bool erase(std::string_view key);
  /// Removes the entries for which `goes(entry)` holds.
  template <class Predicate>
  void erase_if(Predicate goes);
  /// Sorts the entries by their keys.
  void sort();
  std::vector<Entry> take();
  void assign(std::vector<Entry> entries);

  std::vector<Entry>::iterator begin();
  std::vector<Entry>::iterator end();
  std::vector<Entry>::const_iterator begin() const;
  std::vector<Entry>::const_iterator end() const;
  std::size_t size() const;
  bool empty() const;

 private:
  std::optional<std::size_t> position(std::string_view key) const;

  struct Body;
  Body& body();
  std::unique_ptr<Body> body_;  ///< nothing: no entries; most nodes are no mappings
};

struct Node {
  Kind kind = Kind::Null;
  Tag tag = Tag::None;
  bool boolean = false;
  union {
    std::int64_t integer = 0;  ///< of an Int
    double real;               ///< of a Float
  };
  std::string text{};  ///< of a String: its value; of another scalar: as written
  std::vector<Node> items{};
  Map map{};
  Place place{};
  std::shared_ptr<const History> history{};

  bool is_null() const { return kind == Kind::Null; }
  bool is_text() const { return kind == Kind::String; }
  bool is_list() const { return kind == Kind::List; }
  bool is_map() const { return kind == Kind::Map; }
  bool is_scalar() const { return kind != Kind::List && kind != Kind::Map; }

  /// The value of a key, or nothing where this is no mapping or has no such key.
  const Node* find(std::string_view key) const { return is_map() ? map.find(key) : nullptr; }
  Node* find(std::string_view key) { return is_map() ? map.find(key) : nullptr; }
  /// Sets a key of a mapping.
  Node& set(std::string_view key, Node value);
  /// The text of a string under a key, or "".
  std::string_view text_of(std::string_view key) const;
  /// True where the key stands for true.
  bool is_true(std::string_view key) const;
};

struct Entry {
  std::string key{};
  Place place{};
  Node value{};
};

template <class Predicate>
void Map::erase_if(Predicate goes) {
  std::vector<Entry> kept = take();
  std::erase_if(kept, goes);
  assign(std::move(kept));
}

Node make_null(const Place& place);
Node make_bool(bool value, const Place& place);
Node make_int(std::int64_t value, const Place& place);
Node make_float(double value, const Place& place);
Node make_text(std::string value, const Place& place);
Node make_list(const Place& place);
Node make_map(const Place& place);
/// A list of this one value, which keeps its place and gives the list its tag.
Node list_of(Node item);
/// A mapping of this one key.
Node map_of(std::string_view key, Node value);

/// Equal in value, wherever the two stand.
bool same_value(const Node& a, const Node& b);
/// A scalar as text: 1.0 is "1", true is "true", nothing is "".
std::string scalar_text(const Node& scalar);
/// "string", "integer", "mapping", … as messages call it.
std::string_view kind_name(Kind kind);

}  // namespace orchestrator::compose
