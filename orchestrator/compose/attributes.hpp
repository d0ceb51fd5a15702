// The Compose Specification as a table: one row per attribute says what it may be written as, how a short
// form expands, how a later file overrides it, what it is in the end. Every phase of the loader walks this
// table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// Kinds a value may have, as a set.
using Kinds = unsigned;
constexpr Kinds kNull = 1U << 0;
constexpr Kinds kBool = 1U << 1;
constexpr Kinds kInt = 1U << 2;
constexpr Kinds kNumber = 1U << 3;  ///< also takes integers
constexpr Kinds kString = 1U << 4;
constexpr Kinds kList = 1U << 5;
constexpr Kinds kMap = 1U << 6;
constexpr Kinds kAny = (1U << 7) - 1;

/// What a value is after loading, and so how it prints. Where nothing is said, the zero value is left out.
enum class As : std::uint8_t {
  Given,  ///< as written
  Text,   ///< a string; numbers and booleans in their text
  Bool,
  OptionalBool,  ///< false is printed
  Int,
  OptionalInt,  ///< 0 is printed
  Number,
  Size,              ///< bytes, printed as text
  Duration,          ///< printed as "1m30s"
  OptionalDuration,  ///< "0s" is printed
  Mode,              ///< permissions: a string is octal; printed as "0440"
  Count,             ///< an integer or "all", which is -1
  Words,             ///< a list of words; a string is split as a shell would; empty is printed
  Test,              ///< a health check's test; a string becomes CMD-SHELL
  Texts,             ///< a list of strings; a single one is a list of one
  TextMap,           ///< name to string; nothing is ""
  Variables,         ///< name to string or nothing
  Hosts,             ///< list of "name=address"
  Keys,              ///< list of "id=path"
  OptionLists,       ///< name to list of strings
  OptOut,            ///< a boolean that is true by default, and printed only where it is false
  Object,            ///< fixed members; empty is printed
  Group,             ///< fixed members; empty is left out
  Objects,           ///< a mapping or list of values of one kind
};

/// What may stand instead of the long form.
enum class Short : std::uint8_t {
  None,
  Build,
  Dependencies,
  EnvFiles,
  OneOrMore,
  Extends,
  Names,
  Ports,
  Mount,
  Device,
  FileReference,
  External,
  Gpus,
  Include,
  Rootfs
};

/// How a later file or an extending service overrides.
enum class Merge : std::uint8_t {
  Deep,
  Replace,
  KeyValues,
  OneOrMore,
  Hosts,
  Dependencies,
  Names,
  Build,
  Logging,
  Pools
};

/// What makes two members of a list the same, so that the later one wins.
enum class Same : std::uint8_t { Never, Text, Name, Mount, Device, Secret, Config, Port, EnvFile };

/// Which paths are seen from the project's directory.
enum class Path : std::uint8_t { None, Plain, Context, Contexts, Mount, LocalVolume, Keys, Watched };

/// Checks that a type cannot say.
enum class Check : std::uint8_t { None, ContainerName, PullPolicy };

struct Attribute;

/// A key that people look for where it has no meaning.
struct Elsewhere {
  std::string_view key{};
  std::string_view instead{};
};

/// What may be written.
struct Shape {
  Kinds kinds = kAny;
  std::span<const Attribute> members{};  ///< of a mapping with fixed keys
  bool closed = true;                    ///< no other key may stand in it, but for x-…
  bool extensible = true;                ///< keys x-… may stand in it
  std::span<const Elsewhere> elsewhere{};
  const Attribute* values = nullptr;  ///< of a mapping with free keys
  bool named = false;                 ///< free keys are made of a-z A-Z 0-9 . _ -
  const Attribute* items = nullptr;   ///< of a list
  bool distinct = false;              ///< no item stands twice
  std::span<const std::string_view> one_of{};
  std::span<const std::string_view> required{};
  std::optional<std::int64_t> least{};
  std::optional<std::int64_t> most{};
};

struct Rules {
  As as = As::Text;
  Short brief = Short::None;
  Merge merge = Merge::Deep;
  Same same = Same::Never;
  Path path = Path::None;
  Check check = Check::None;
  bool cast_early = true;  ///< a string becomes a boolean or number before the schema looks at it
};

struct Attribute {
  std::string_view name{};
  const Shape* shape = nullptr;
  Rules rules{};
};

/// The whole file.
const Attribute& stack_file();
/// `services.*`.
const Attribute& service_attribute();

/// The row of a member; of a free key the row of the values; nothing for x-… and unknown keys.
const Attribute* member(const Attribute* of, std::string_view key);
/// The row of a list's items.
const Attribute* item(const Attribute* of);
bool is_extension(std::string_view key);
/// Keys of this mapping are the user's own names: "x-" at their start means nothing.
bool has_free_keys(const Attribute* attribute);

}  // namespace orchestrator::compose
