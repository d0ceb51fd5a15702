// Reads the members of a settled mapping into values of the runtime.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/number.hpp"
#include "orchestrator/project/project.hpp"

namespace orchestrator::compose {

inline project::Source source_of(const Place& place) {
  return {.file = place.file ? place.file->name : "", .line = place.line, .column = place.column};
}

/// Reads members of one mapping; what does not fit is a finding with the way to it.
class Reader {
 public:
  Reader(const Node& node, std::string path, const std::string& project, Findings& findings)
      : node_(node), path_(std::move(path)), project_(project), findings_(findings) {}

  [[nodiscard]] const Node& node() const { return node_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] project::Source source() const { return source_of(node_.place); }

  const Node* find(std::string_view key) const {
    const Node* found = node_.find(key);
    return found == nullptr || found->is_null() ? nullptr : found;
  }
  /// A mapping under a key; nothing where it is missing or empty.
  std::optional<Reader> inside(std::string_view key) const {
    const Node* found = find(key);
    if (found == nullptr || !found->is_map()) return std::nullopt;
    return Reader(*found, join_path(path_, key), project_, findings_);
  }
  template <class Take>
  void each(std::string_view key, Take take) const {
    const Node* found = node_.find(key);
    if (found == nullptr) return;
    for (const Entry& entry : found->map)
      take(entry.key, Reader(entry.value, join_path(join_path(path_, key), entry.key), project_, findings_));
    for (std::size_t i = 0; i < found->items.size(); ++i)
      take(std::string(), Reader(found->items[i], join_path(path_, key) + "[" + std::to_string(i) + "]",
                                 project_, findings_));
  }

  void text(std::string_view key, std::string& into) const {
    if (const Node* found = find(key)) into = scalar_text(*found);
  }
  void flag(std::string_view key, bool& into) const {
    if (const Node* found = find(key))
      if (const auto value = boolean(*found, key)) into = *value;
  }
  void flag(std::string_view key, std::optional<bool>& into) const {
    if (const Node* found = find(key)) into = boolean(*found, key);
  }
  template <std::integral Number>
  void number(std::string_view key, std::optional<Number>& into) const {
    const Node* found = find(key);
    if (found == nullptr) return;
    const auto value = parse_integer(scalar_text(*found));
    if (!value) return wrong(*found, key, "a whole number");
    into = static_cast<Number>(*value);
  }
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) void number(std::string_view key, Number& into) const {
    std::optional<Number> value;
    number(key, value);
    if (value) into = *value;
  }
  void real(std::string_view key, std::optional<double>& into) const {
    const Node* found = find(key);
    if (found == nullptr) return;
    into = parse_number(scalar_text(*found));
    if (!into) wrong(*found, key, "a number");
  }
  void size(std::string_view key, std::optional<std::int64_t>& into) const {
    const Node* found = find(key);
    if (found == nullptr) return;
    into = parse_size(scalar_text(*found));
    if (!into) wrong(*found, key, "a size such as 512m or 2g");
  }
  void duration(std::string_view key, std::optional<project::Duration>& into) const {
    const Node* found = find(key);
    if (found == nullptr) return;
    into = parse_duration(scalar_text(*found));
    if (!into) return wrong(*found, key, "a duration such as 1m30s");
    if (*into < project::Duration(0)) out_of_range(*found, key, "must not be negative");
  }
  /// A number as it is, a text in octal.
  void mode(std::string_view key, std::optional<std::uint32_t>& into) const {
    const Node* found = find(key);
    if (found == nullptr) return;
    into = found->kind == Kind::Int ? static_cast<std::uint32_t>(found->integer)
                                    : static_cast<std::uint32_t>(std::stoul(found->text, nullptr, 8));
  }
  void texts(std::string_view key, project::Strings& into) const {
    const Node* found = find(key);
    if (found == nullptr) return;
    into.clear();
    for (const Node& item : found->items) into.push_back(scalar_text(item));
  }
  void text_map(std::string_view key, project::StringMap& into) const {
    const Node* found = find(key);
    if (found == nullptr || !found->is_map()) return;
    for (const Entry& entry : found->map) into[entry.key] = scalar_text(entry.value);
  }
  /// A variable without a value is one that is not set.
  void variables(std::string_view key, std::map<std::string, std::optional<std::string>>& into) const {
    const Node* found = find(key);
    if (found == nullptr || !found->is_map()) return;
    for (const Entry& entry : found->map)
      into[entry.key] = entry.value.is_null() ? std::nullopt : std::optional(scalar_text(entry.value));
  }
  void words(std::string_view key, std::optional<project::Strings>& into) const {
    if (find(key) != nullptr) texts(key, into.emplace());
  }

  /// The value under the key is of the right kind, but: "must not be negative".
  void out_of_range(const Node& value, std::string_view key, const std::string& rule) const {
    findings_.error(value.place,
                    join_path(path_, key) + ": " + rule + ", and is " + quoted(scalar_text(value)));
  }

  void error(const Place& place, const std::string& message, const std::string& hint = "") const {
    findings_.error(place, path_ + ": " + message, hint);
  }
  Findings& findings() const { return findings_; }
  const std::string& project() const { return project_; }

 private:
  void wrong(const Node& value, std::string_view key, const std::string& expected) const {
    findings_.error(value.place,
                    join_path(path_, key) + ": " + quoted(scalar_text(value)) + " is not " + expected);
  }
  std::optional<bool> boolean(const Node& value, std::string_view key) const {
    if (value.kind == Kind::Bool) return value.boolean;
    wrong(value, key, "true or false");
    return std::nullopt;
  }

  const Node& node_;
  std::string path_;
  const std::string& project_;
  Findings& findings_;
};

}  // namespace orchestrator::compose
