#include "orchestrator/compose/defaults.hpp"

#include "orchestrator/compose/walk.hpp"

namespace orchestrator::compose {
namespace {

void set_missing(Node& map, std::string_view key, Node value) {
  if (map.is_map() && map.find(key) == nullptr) map.set(key, std::move(value));
}

void set_secret_target(Node& secret) {
  if (!secret.is_map()) return;
  const std::string target = "/run/secrets/" + std::string(secret.text_of("source"));
  set_missing(secret, "target", make_text(target, secret.place));
}

void set_port(Node& port) {
  set_missing(port, "protocol", make_text("tcp", port.place));
  set_missing(port, "mode", make_text("ingress", port.place));
}

/// All of them, where neither how many nor which ones are named.
void set_count(Node& request) {
  if (request.find("device_ids") == nullptr) set_missing(request, "count", make_text("all", request.place));
}

void set_service_defaults(Node& service) {
  if (Node* build = service.find("build")) set_missing(*build, "context", make_text(".", build->place));
  each_item(service.find("secrets"), [](Node& secret, std::size_t) { set_secret_target(secret); });
  each_item(service.find("ports"), [](Node& port, std::size_t) { set_port(port); });
  each_item(find(&service, {"deploy", "resources", "reservations", "devices"}),
            [](Node& request, std::size_t) { set_count(request); });
  each_item(service.find("gpus"), [](Node& request, std::size_t) { set_count(request); });
  each_item(service.find("volumes"), [](Node& mount, std::size_t) {
    if (Node* bind = mount.find("bind")) set_missing(*bind, "create_host_path", make_bool(true, bind->place));
  });
}

}  // namespace

void set_defaults(Node& model) {
  for (const std::string_view section : {"networks", "volumes"})
    each_of(model, section, [](Entry& entry, const Trail&) {
      if (entry.value.is_null()) entry.value = make_map(entry.value.place);
    });
  each_of(model, "services", [](Entry& service, const Trail&) { set_service_defaults(service.value); });
}

}  // namespace orchestrator::compose
