// Snapshots and answers as JSON: one list of members for both directions.
#include <nlohmann/json.hpp>

#include <stdexcept>

#include "orchestrator/network/gateway.hpp"

namespace orchestrator::network {

NLOHMANN_JSON_SERIALIZE_ENUM(Protocol, {{Protocol::tcp, "tcp"}, {Protocol::udp, "udp"}})
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PublishedPort, key, service, host_ip, host_port, host_port_last, protocol,
                                   targets, hold_seconds, watched)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NetworkNames, name, internal, subnets, gateways, names, pointers)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(DnsView, key, networks, links, servers, forward)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Snapshot, generation, ports, networks, views, leaving, resolvers,
                                   host_loopback, ipv6_routed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PortResult, key, host_port, error)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Applied, generation, ports, leaving, missing, error)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PortActivity, key, service, busy, waiting)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Activity, ports, leaving)

namespace {

using nlohmann::json;

template <class Value>
std::string text_of(const Value& value) {
  return json(value).dump(-1, ' ', false, json::error_handler_t::replace);
}

template <class Value>
Value understood(std::string_view text) {
  try {
    return json::parse(text).get<Value>();
  } catch (const json::exception& error) {
    throw std::runtime_error(std::string("message not understood: ") + error.what());
  }
}

}  // namespace

std::string to_json(const Snapshot& snapshot) { return text_of(snapshot); }
std::string to_json(const Applied& applied) { return text_of(applied); }
std::string to_json(const Activity& activity) { return text_of(activity); }
Snapshot snapshot_from_json(std::string_view text) { return understood<Snapshot>(text); }
Applied applied_from_json(std::string_view text) { return understood<Applied>(text); }
Activity activity_from_json(std::string_view text) { return understood<Activity>(text); }

}  // namespace orchestrator::network
