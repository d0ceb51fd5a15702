#include "orchestrator/compose/bind_resources.hpp"

#include "orchestrator/compose/local_driver.hpp"
#include "orchestrator/project/names.hpp"

namespace orchestrator::compose {
namespace {

std::string full_name(const Reader& from, const std::string& key, bool external) {
  std::string name = external ? key : from.project() + "_" + key;
  from.text("name", name);
  // With a slash or dots it would be a path out of the directory where we keep what it names.
  if (!project::is_object_name(name)) {
    const Node* said = from.find("name");
    const bool implied = said == nullptr || said->place.file == nullptr;
    from.error(implied ? from.node().place : said->place,
               "invalid name " + quoted(name) + ": " + std::string(project::kObjectNameRule));
  }
  return name;
}

bool bind_external(const Reader& from) {
  bool external = false;
  from.flag("external", external);
  return external;
}

}  // namespace

project::Network bind_network(const std::string& key, const Reader& from) {
  project::Network network{.key = key, .source = from.source()};
  network.external = bind_external(from);
  network.name = full_name(from, key, network.external);
  from.text("driver", network.driver);
  from.text_map("driver_opts", network.driver_opts);
  from.flag("internal", network.internal);
  from.flag("attachable", network.attachable);
  from.flag("enable_ipv4", network.enable_ipv4);
  from.flag("enable_ipv6", network.enable_ipv6);
  from.text_map("labels", network.labels);
  if (const auto ipam = from.inside("ipam"))
    ipam->each("config", [&](const std::string&, const Reader& item) {
      project::IpamPool pool;
      item.text("subnet", pool.subnet);
      item.text("ip_range", pool.ip_range);
      item.text("gateway", pool.gateway);
      item.text_map("aux_addresses", pool.aux_addresses);
      network.ipam.push_back(pool);
    });
  return network;
}

project::Volume bind_volume(const std::string& key, const Reader& from) {
  project::Volume volume{.key = key, .source = from.source()};
  volume.external = bind_external(from);
  volume.name = full_name(from, key, volume.external);
  from.text("driver", volume.driver);
  from.text_map("driver_opts", volume.driver_opts);
  bind_local_driver(from, volume);
  from.text_map("labels", volume.labels);
  return volume;
}

project::FileObject bind_object(const std::string& key, const Reader& from) {
  project::FileObject object{.key = key, .source = from.source()};
  object.external = bind_external(from);
  object.name = full_name(from, key, object.external);
  from.text("file", object.file);
  from.text("environment", object.environment);
  if (const Node* content = from.find("content")) object.content = scalar_text(*content);
  from.text_map("labels", object.labels);
  return object;
}

}  // namespace orchestrator::compose
