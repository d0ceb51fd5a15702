#include "orchestrator/project/json.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <concepts>
#include <stdexcept>
#include <utility>

#include "orchestrator/project/fields.hpp"
#include "orchestrator/project/hash.hpp"

namespace orchestrator::project {
namespace {

using nlohmann::json;

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_map : std::false_type {};
template <class T>
struct is_map<std::map<std::string, T>> : std::true_type {};

template <class T>
json write(const T& value);

struct Writer {
  json object = json::object();
  template <class T>
  void operator()(const char* name, const T& value) {
    if (value != T{}) object[name] = write(value);
  }
};

template <class T>
json write(const T& value) {
  if constexpr (is_optional<T>::value) {
    return value ? write(*value) : json();
  } else if constexpr (std::same_as<T, Duration>) {
    return value.count();
  } else if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>) {
    return value;
  } else if constexpr (is_vector<T>::value) {
    json list = json::array();
    for (const auto& element : value) list.push_back(write(element));
    return list;
  } else if constexpr (is_map<T>::value) {
    json object = json::object();
    for (const auto& [key, element] : value) object[key] = write(element);
    return object;
  } else {
    Writer writer;
    fields(writer, const_cast<T&>(value));  // the list is one for reading and writing
    return std::move(writer.object);
  }
}

template <class T>
T read(const json& from);

/// Members whose default is not T{} (create_host_path) are written when they differ from T{}, so what is
/// absent is T{} and not the type's own default.
struct Reader {
  const json& object;
  template <class T>
  void operator()(const char* name, T& value) {
    const auto found = object.find(name);
    value = found == object.end() ? T{} : read<T>(*found);
  }
};

template <class T>
T read(const json& from) {
  if constexpr (is_optional<T>::value) {
    if (from.is_null()) return std::nullopt;
    return read<typename T::value_type>(from);
  } else if constexpr (std::same_as<T, Duration>) {
    return Duration(from.get<std::int64_t>());
  } else if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>) {
    return from.get<T>();
  } else if constexpr (is_vector<T>::value) {
    T list;
    for (const json& element : from) list.push_back(read<typename T::value_type>(element));
    return list;
  } else if constexpr (is_map<T>::value) {
    T map;
    for (const auto& [key, element] : from.items()) map.emplace(key, read<typename T::mapped_type>(element));
    return map;
  } else {
    T value;
    Reader reader{from};
    fields(reader, value);
    return value;
  }
}

std::string dump(const json& object) { return object.dump(-1, ' ', false, json::error_handler_t::replace); }

/// Places say nothing about what a container is.
void forget_places(json& value) {
  if (value.is_object()) value.erase("source");
  for (json& element : value)
    if (element.is_structured()) forget_places(element);
}

}  // namespace

std::string to_json(const Project& project) { return dump(write(project)); }

Project from_json(std::string_view text) {
  try {
    return read<Project>(json::parse(text));
  } catch (const json::exception& error) {
    throw std::runtime_error(std::string("not a project: ") + error.what());
  }
}

std::string service_hash(const Service& service) {
  json definition = write(service);
  for (const char* name :
       {"depends_on", "profiles", "scale", "attach", "container_name", "pull_policy", "build"})
    definition.erase(name);
  if (const auto deploy = definition.find("deploy"); deploy != definition.end()) {
    for (const char* name : {"replicas", "update_config", "rollback_config"}) deploy->erase(name);
    if (deploy->empty()) definition.erase(deploy);
  }
  forget_places(definition);
  std::uint64_t hash = hash_of(dump(definition));
  std::string digits(16, '0');
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, hash >>= 4)
    *digit = "0123456789abcdef"[hash & 15];
  return digits;
}

}  // namespace orchestrator::project
