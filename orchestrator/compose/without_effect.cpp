#include "orchestrator/compose/without_effect.hpp"

#include <string>
#include <string_view>

namespace orchestrator::compose {
namespace {

struct Idle {
  std::string_view key{};
  std::string_view why{};
  std::string_view harmless{};  ///< the word that asks for what happens anyway
};
constexpr Idle kIdle[] = {
    {"cgroup_parent", "control groups lie below mdcompose/PROJECT"},
    {"cpu_count", "it is for Windows"},
    {"cpu_percent", "it is for Windows"},
    {"credential_spec", "it is for Windows"},
    {"gpus", "name the device files under \"devices\""},
    {"isolation", "it is for Windows", "default"},
    {"models", "there is no model runner"},
    {"storage_opt", "the disk is not limited"},
    {"use_api_socket", "there is no engine with a socket"},
    {"userns_mode", "root of a container is root of the host, with fewer capabilities", "host"},
};

void warn_of_reserved_devices(const Reader& service) {
  const auto deploy = service.inside("deploy");
  const auto resources = deploy ? deploy->inside("resources") : std::nullopt;
  const auto reservations = resources ? resources->inside("reservations") : std::nullopt;
  if (!reservations) return;
  if (const Node* devices = reservations->find("devices"))
    reservations->findings().warning(
        devices->place,
        reservations->path() + ".devices has no effect: name the device files under \"devices\"");
}

}  // namespace

void warn_of_what_has_no_effect(const Reader& service) {
  warn_of_reserved_devices(service);
  for (const Idle& idle : kIdle) {
    const Node* found = service.find(idle.key);
    if (found == nullptr || (!idle.harmless.empty() && scalar_text(*found) == idle.harmless)) continue;
    service.findings().warning(found->place, service.path() + "." + std::string(idle.key) +
                                                 " has no effect: " + std::string(idle.why));
  }
}

}  // namespace orchestrator::compose
