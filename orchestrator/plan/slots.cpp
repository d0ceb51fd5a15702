#include "orchestrator/plan/slots.hpp"

#include <map>
#include <string_view>

namespace orchestrator::plan {
namespace {

using Words = std::map<std::string, std::string, std::less<>>;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

void fill_in(std::string& text, const Words& words) {
  for (std::size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{", at)) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string::npos) return;
    const auto word = words.find(trimmed(std::string_view(text).substr(at + 2, end - at - 2)));
    if (word == words.end()) {
      at += 2;
      continue;
    }
    text.replace(at, end + 2 - at, word->second);
    at += word->second.size();
  }
}

}  // namespace

project::Service in_slot(project::Service service, const Slot& slot) {
  const Words words{{".Task.Slot", std::to_string(slot.number)},
                    {".Task.Name", slot.name},
                    {".Service.Name", service.name},
                    {".Node.Hostname", slot.machine}};
  for (auto& [name, value] : service.environment)
    if (value) fill_in(*value, words);
  fill_in(service.hostname, words);
  for (project::ServiceVolume& volume : service.volumes)
    if (volume.type == "bind") fill_in(volume.source, words);
  return service;
}

}  // namespace orchestrator::plan
