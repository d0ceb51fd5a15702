#include "orchestrator/compose/environment.hpp"

namespace orchestrator::compose {

Environment::Environment(const std::map<std::string, std::string>& callers) {
  for (const auto& [name, value] : callers) settings_[name] = {.value = value};
}

std::optional<std::string> Environment::find(std::string_view name) const {
  const auto found = settings_.find(name);
  return found == settings_.end() ? std::nullopt : std::optional(found->second.value);
}

std::string Environment::origin(std::string_view name) const {
  const auto found = settings_.find(name);
  if (found == settings_.end()) return "nowhere";
  const Place& place = found->second.place;
  return place.file == nullptr ? "the environment" : place.file->name + ":" + std::to_string(place.line);
}

void Environment::define(const std::string& name, const std::string& value) {
  settings_[name] = {.value = value};
}

bool Environment::add_files(const std::vector<std::shared_ptr<const File>>& files) {
  std::map<std::string, Setting, std::less<>> read;
  const Lookup lookup = [&](std::string_view name) {
    if (auto value = find(name)) return value;
    const auto found = read.find(name);
    return found == read.end() ? std::nullopt : std::optional(found->second.value);
  };
  for (const auto& file : files)
    for (const Variable& one : parse_dotenv(file, lookup))
      if (one.value) read[one.name] = {.value = *one.value, .place = one.place};
  const std::size_t before = settings_.size();
  settings_.merge(read);
  return settings_.size() != before;
}

}  // namespace orchestrator::compose
