// Reading a JSON document: a value that knows the way to itself, so that every error names its place.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace runtime {

using nlohmann::json;

/// A value and the way to it, for error messages.
class Place {
 public:
  Place(const json& value, std::string path) : value_(value), path_(std::move(path)) {}

  [[noreturn]] void expected(const std::string& what) const {
    throw std::runtime_error((path_.empty() ? "" : path_ + ": ") + "expected " + what);
  }
  [[nodiscard]] std::optional<Place> find(const char* key) const {
    if (!value_.is_object()) expected("an object");
    const auto found = value_.find(key);
    if (found == value_.end() || found->is_null()) return std::nullopt;
    return Place(*found, path_.empty() ? key : path_ + "." + key);
  }
  [[nodiscard]] std::vector<Place> elements() const {
    if (!value_.is_array()) expected("a list");
    std::vector<Place> all;
    for (std::size_t i = 0; i < value_.size(); ++i)
      all.emplace_back(value_[i], path_ + "[" + std::to_string(i) + "]");
    return all;
  }
  template <class T>
  [[nodiscard]] T as() const {
    if constexpr (std::same_as<T, bool>) {
      if (!value_.is_boolean()) expected("true or false");
    } else if constexpr (std::integral<T>) {
      return whole_number<T>();
    } else if constexpr (std::same_as<T, std::string>) {
      if (!value_.is_string()) expected("a string");
    } else {
      return list_or_map<T>();
    }
    return value_.get<T>();
  }

  /// Throws for a property that is known and not supported; an empty value asks for nothing.
  void refuse(std::initializer_list<const char*> keys) const {
    for (const char* key : keys)
      if (const auto found = find(key); found && !asks_for_nothing(found->value_))
        throw std::runtime_error(found->path_ + " is not supported");
  }

 private:
  static bool asks_for_nothing(const json& value) {
    if (value.is_structured()) return std::all_of(value.begin(), value.end(), asks_for_nothing);
    return value.is_null() || value == 0 || value == "" || value == false;
  }

  /// What does not fit must not become another number: 4294967296 is not root.
  template <class T>
  [[nodiscard]] T whole_number() const {
    const bool fits = value_.is_number_unsigned()  ? std::in_range<T>(value_.get<std::uint64_t>())
                      : value_.is_number_integer() ? std::in_range<T>(value_.get<std::int64_t>())
                                                   : false;
    if (!fits)
      expected("a whole number from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
               std::to_string(std::numeric_limits<T>::max()));
    return value_.get<T>();
  }

  template <class T>
  [[nodiscard]] T list_or_map() const {
    T result;
    if constexpr (requires { typename T::mapped_type; }) {
      if (!value_.is_object()) expected("an object");
      for (const auto& [key, value] : value_.items())
        result.emplace(key, Place(value, path_ + "." + key).template as<typename T::mapped_type>());
    } else {
      for (const Place& element : elements()) result.push_back(element.as<typename T::value_type>());
    }
    return result;
  }

  const json& value_;
  std::string path_;
};

template <class T>
void take(const Place& from, const char* key, T& into) {
  if (const auto found = from.find(key)) into = found->as<T>();
}
template <class T>
void take(const Place& from, const char* key, std::optional<T>& into) {
  if (const auto found = from.find(key)) into = found->as<T>();
}
template <class T, class Read>
void take_list(const Place& from, const char* key, std::vector<T>& into, Read read) {
  const auto found = from.find(key);
  if (!found) return;
  for (const Place& element : found->elements()) into.push_back(read(element));
}
template <class T>
void put(json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

}  // namespace runtime
