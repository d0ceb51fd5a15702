#include "orchestrator/compose/validate.hpp"

#include <arpa/inet.h>

#include <array>
#include <span>

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/walk.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::array<std::string_view, 2> kSecretSources{"file", "environment"};
constexpr std::array<std::string_view, 3> kConfigSources{"file", "environment", "content"};

bool is_address(std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  const std::string terminated(text);
  return inet_pton(AF_INET, terminated.c_str(), ignored.data()) == 1 ||
         inet_pton(AF_INET6, terminated.c_str(), ignored.data()) == 1;
}

std::string joined(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

/// What is made elsewhere cannot be described here.
void check_external_volume(const Entry& volume, const Trail& trail, Findings& findings) {
  if (!volume.value.is_true("external")) return;
  for (const Entry& entry : volume.value.map)
    if (entry.key != "external" && entry.key != "name" && !is_extension(entry.key))
      findings.error(entry.place, trail.prefix() + "\"external\" and " + quoted(entry.key) +
                                      " exclude each other: the volume is made elsewhere");
}

void check_source(const Entry& object, std::span<const std::string_view> sources, const Trail& trail,
                  Findings& findings) {
  if (!object.value.is_map()) return;
  int given = 0;
  for (const std::string_view source : sources) given += object.value.find(source) != nullptr ? 1 : 0;
  if (given > 1) {
    findings.error(object.place, trail.prefix() + joined(sources) + " exclude each other");
  } else if (given == 0 && object.value.find("driver") == nullptr &&
             object.value.find("external") == nullptr) {
    findings.error(object.place, trail.prefix() + "one of " + joined(sources) + " is missing");
  }
}

void check_device_request(const Node& request, const Trail& trail, Findings& findings) {
  if (request.find("count") != nullptr && request.find("device_ids") != nullptr)
    findings.error(request.place, trail.prefix() + "\"count\" and \"device_ids\" exclude each other");
}

void check_port(const Node& port, const Trail& trail, Findings& findings) {
  const Node* address = port.find("host_ip");
  if (address != nullptr && address->is_text() && !is_address(address->text))
    findings.error(address->place, trail.prefix() + quoted(address->text) + " is no IP address");
}

void check_service(const Entry& service, const Trail& trail, Findings& findings) {
  const Trail ports = trail.to("ports");
  each_item(service.value.find("ports"),
            [&](const Node& port, std::size_t i) { check_port(port, ports.at(i), findings); });
  const Trail develop = trail.to("develop");
  const Trail watches = develop.to("watch");
  each_item(find(&service.value, {"develop", "watch"}), [&](const Node& watch, std::size_t i) {
    const Node* path = watch.find("path");
    if (path != nullptr && path->is_text() && path->text.empty())
      findings.error(path->place, watches.at(i).prefix() + "\"path\" is empty");
  });
  const Trail deploy = trail.to("deploy.resources.reservations.devices");
  each_item(
      find(&service.value, {"deploy", "resources", "reservations", "devices"}),
      [&](const Node& request, std::size_t i) { check_device_request(request, deploy.at(i), findings); });
  const Trail gpus = trail.to("gpus");
  each_item(service.value.find("gpus"),
            [&](const Node& request, std::size_t i) { check_device_request(request, gpus.at(i), findings); });
  const Trail volumes = trail.to("volumes");
  each_item(service.value.find("volumes"), [&](const Node& mount, std::size_t i) {
    if (mount.text_of("type") == "bind" && mount.find("source") == nullptr)
      findings.error(mount.place, volumes.at(i).prefix() + "a bind mount needs a \"source\"");
  });
}

}  // namespace

void validate(const Node& model, Findings& findings) {
  each_of(model, "services",
          [&](const Entry& entry, const Trail& trail) { check_service(entry, trail, findings); });
  each_of(model, "volumes",
          [&](const Entry& entry, const Trail& trail) { check_external_volume(entry, trail, findings); });
  each_of(model, "secrets", [&](const Entry& entry, const Trail& trail) {
    check_source(entry, kSecretSources, trail, findings);
  });
  each_of(model, "configs", [&](const Entry& entry, const Trail& trail) {
    check_source(entry, kConfigSources, trail, findings);
  });
}

}  // namespace orchestrator::compose
