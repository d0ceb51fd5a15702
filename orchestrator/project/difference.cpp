#include "orchestrator/project/difference.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <set>
#include <string_view>
#include <type_traits>

#include "orchestrator/project/fields.hpp"

namespace orchestrator::project {
namespace {

struct Value {
  std::string text{};
  Source source{};
  std::string entry{};  ///< key of the list's entry or the named structure that it is a part of
};
/// Every value below a definition, by its key.
using Values = std::map<std::string, Value>;

template <class T>
concept Number = std::is_arithmetic_v<T>;
/// Printed as one value.
template <class T>
concept Plain = Number<T> || std::same_as<T, std::string> || std::same_as<T, Duration> ||
    std::same_as<T, Strings> || std::same_as<T, std::vector<int>>;

std::string text_of(const std::string& text) { return "\"" + text + "\""; }
std::string text_of(bool value) { return value ? "true" : "false"; }
template <Number T>
std::string text_of(T value) {
  std::string text = std::to_string(value);
  if constexpr (std::is_floating_point_v<T>) text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}
std::string text_of(Duration value) { return text_of(std::chrono::duration<double>(value).count()) + "s"; }
template <class T>
std::string text_of(const std::vector<T>& list) {
  std::string text;
  for (const T& word : list) text += (text.empty() ? "" : ", ") + text_of(word);
  return "[" + text + "]";
}

/// How an entry of a list is recognised when others come before it.
std::string name_of(const ServiceVolume& volume) { return volume.target; }
std::string name_of(const Port& port) { return std::to_string(port.target) + "/" + port.protocol; }
std::string name_of(const Dependency& dependency) { return dependency.service; }
std::string name_of(const BlkioDevice& device) { return device.path; }
std::string name_of(const DeviceMapping& device) { return device.target; }
std::string name_of(const FileReference& reference) { return reference.source; }
std::string name_of(const IpamPool& pool) { return pool.subnet; }

/// The JSON of a project has one name for a place, so a member called "source" has a longer one there.
std::string_view key_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kKeys{{{"volume_source", "source"},
                                                                                {"device_source", "source"},
                                                                                {"file_source", "source"},
                                                                                {"extension", "x-mdcompose"},
                                                                                {"contents", "content"}}};
  const auto* const found =
      std::find_if(kKeys.begin(), kKeys.end(), [&](const auto& row) { return row.first == name; });
  return found == kKeys.end() ? name : found->second;
}

class Flattening {
 public:
  Flattening(Values& values, std::string key, Source source, std::string entry)
      : values_(values), key_(std::move(key)), source_(std::move(source)), entry_(std::move(entry)) {}

  template <class T>
  void operator()(const char* name, const T& value) {
    if (value != T{}) add(key_ + "." + std::string(key_of(name)), value);
  }
  void operator()(const char*, const Source&) {}  // already taken by `structure`

  template <class T>
  void structure(const T& value) {
    if constexpr (requires { value.place; }) source_ = value.place;
    if constexpr (requires {
                    { value.source } -> std::same_as<const Source&>;
                  })
      source_ = value.source;
    fields(*this, const_cast<T&>(value));  // the list is one for reading and writing
  }

 private:
  void put(std::string key, std::string text) {
    while (values_.contains(key)) key += "'";
    values_[key] = {std::move(text), source_, entry_};
  }
  template <class T>
  void inside(const std::string& key, const T& value, const std::string& entry) {
    Flattening(values_, key, source_, entry_.empty() ? entry : entry_).structure(value);
  }

  template <Plain T>
  void add(const std::string& key, const T& value) {
    put(key, text_of(value));
  }
  template <class T>
  void add(const std::string& key, const std::optional<T>& value) {
    if (value) add(key, *value);
  }
  /// What comes one after the other has no name but its place.
  void add(const std::string& key, const std::vector<Hook>& hooks) {
    for (std::size_t i = 0; i < hooks.size(); ++i) {
      const std::string entry = key + "[" + std::to_string(i) + "]";
      inside(entry, hooks[i], entry);
    }
  }
  template <class T>
  requires(!Plain<std::vector<T>>) void add(const std::string& key, const std::vector<T>& list) {
    for (const T& value : list) {
      const std::string entry = key + "[" + name_of(value) + "]";
      inside(entry, value, entry);
    }
  }
  template <class T>
  void add(const std::string& key, const std::map<std::string, T>& map) {
    for (const auto& [name, value] : map) {
      const std::string entry = key + "." + name;
      if constexpr (std::same_as<T, Attachment>) put(entry, "there");  // `networks: {front: }`
      if constexpr (std::is_class_v<T> && !Plain<T> && !std::same_as<T, std::optional<std::string>>)
        inside(entry, value, entry);
      else
        add(entry, value);
    }
  }
  template <class T>
  requires(!Plain<T>) void add(const std::string& key, const T& value) { inside(key, value, ""); }

  Values& values_;
  std::string key_;
  Source source_;
  std::string entry_;
};

template <class T>
void flatten(const std::string& key, const T& value, Values& values) {
  Flattening(values, key, {}, "").structure(value);
}

Values values_of(const Service& service) {
  Values values;
  flatten("", service, values);
  std::erase_if(values, [](const auto& entry) { return is_about_the_service(entry.first.substr(1)); });
  return values;
}

std::set<std::string> entries_of(const Values& values) {
  std::set<std::string> entries;
  for (const auto& [key, value] : values) entries.insert(value.entry);
  return entries;
}

/// A list's entry that is only on one side becomes one value: {source: "data", type: "volume"}.
Values joined(const Values& values, const std::set<std::string>& other_entries) {
  Values result;
  for (const auto& [key, value] : values) {
    if (value.entry.empty() || other_entries.contains(value.entry)) {
      result[key] = value;
      continue;
    }
    Value& whole = result.try_emplace(value.entry, Value{"", value.source, ""}).first->second;
    if (key == value.entry) continue;
    whole.text += (whole.text.empty() ? "{" : ", ") + key.substr(value.entry.size() + 1) + ": " + value.text;
  }
  for (auto& [key, value] : result)
    if (value.text.empty())
      value.text = "{}";
    else if (value.text.starts_with('{') && !value.text.ends_with('}'))
      value.text += "}";
  return result;
}

class Comparison {
 public:
  explicit Comparison(const Source& otherwise) : otherwise_(otherwise) {}

  void compare(const Values& before, const Values& after) {
    const Values old_values = joined(before, entries_of(after));
    const Values new_values = joined(after, entries_of(before));
    for (const auto& [key, value] : new_values) {
      const auto old = old_values.find(key);
      const std::string text = old == old_values.end() ? "" : old->second.text;
      if (text != value.text) add(key, text, value.text, value.source);
    }
    for (const auto& [key, value] : old_values)
      if (!new_values.contains(key)) add(key, value.text, "", {});
  }

  template <class T>
  void compare(const std::string& key, const T& before, const T& after) {
    Values old_values;
    Values new_values;
    flatten(key, before, old_values);
    flatten(key, after, new_values);
    compare(old_values, new_values);
  }

  std::vector<Difference> result() && {
    std::sort(result_.begin(), result_.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    return std::move(result_);
  }

 private:
  void add(const std::string& key, const std::string& before, const std::string& after,
           const Source& source) {
    result_.push_back({.key = key.substr(1),
                       .before = before,
                       .after = after,
                       .source = source.file.empty() ? otherwise_ : source});
  }

  const Source& otherwise_;
  std::vector<Difference> result_{};
};

}  // namespace

bool is_about_the_service(const std::string& key) {
  constexpr std::array<std::string_view, 11> kKeys{
      "name",  "depends_on", "profiles",    "scale",          "deploy.replicas",       "deploy.update_config",
      "build", "attach",     "pull_policy", "container_name", "deploy.rollback_config"};
  return std::any_of(kKeys.begin(), kKeys.end(), [&](std::string_view one) {
    return key.starts_with(one) &&
           (key.size() == one.size() || key[one.size()] == '.' || key[one.size()] == '[');
  });
}

std::vector<Difference> differences(const Project& before, const Project& after, const std::string& name) {
  const Service& old_service = before.services.at(name);
  const Service& service = after.services.at(name);
  Comparison comparison(service.source);
  comparison.compare(values_of(old_service), values_of(service));
  for (const auto& [key, attachment] : service.networks)
    if (old_service.networks.contains(key) && before.networks.contains(key) && after.networks.contains(key))
      comparison.compare(".networks." + key, before.networks.at(key), after.networks.at(key));
  for (const ServiceVolume& volume : service.volumes) {
    const auto old = before.volumes.find(volume.source);
    const auto now = after.volumes.find(volume.source);
    if (old != before.volumes.end() && now != after.volumes.end())
      comparison.compare(".volumes." + volume.source, old->second, now->second);
  }
  return std::move(comparison).result();
}

std::vector<Difference> differences(const StackLimits& before, const StackLimits& after) {
  const Source unknown;
  Comparison comparison(unknown);
  comparison.compare(".x-mdcompose.limits", before, after);
  return std::move(comparison).result();
}

}  // namespace orchestrator::project
