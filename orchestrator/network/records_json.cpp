// What is written down about networks: address plans, {"app_default": [{"subnet": "10.89.0.0/16", …}]}, and
// the members of shared networks.
#include <nlohmann/json.hpp>

#include "orchestrator/network/address_plan.hpp"
#include "orchestrator/network/shared_member.hpp"

namespace orchestrator::network {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SharedMember, project, container, link, ipv4, ipv6, mac, names, claimed_ns)

namespace {

using nlohmann::json;

json json_of(const Pool& pool) {
  const Subnet& subnet = pool.subnet();
  json result{{"subnet", subnet.prefix.text()}, {"gateway", subnet.gateway.text()}};
  if (subnet.range) result["range"] = subnet.range->text();
  for (const Ip& ip : subnet.reserved) result["reserved"].push_back(ip.text());
  for (const auto& [name, address] : pool.homes()) result["homes"][name] = address.text();
  return result;
}

/// Throws what json and std::optional throw.
Pool pool_from(const json& text) {
  const auto ip = [](const std::string& word) { return Ip::parse(word).value(); };
  Subnet subnet{.prefix = Prefix::parse(text.at("subnet").get<std::string>()).value(),
                .gateway = ip(text.at("gateway"))};
  if (text.contains("range")) subnet.range = Prefix::parse(text["range"].get<std::string>()).value();
  const json reserved_addresses = text.value("reserved", json::array());
  for (const json& reserved : reserved_addresses) subnet.reserved.push_back(ip(reserved));
  Pool pool(std::move(subnet));
  const json homes = text.value("homes", json::object());
  for (const auto& [name, address] : homes.items()) pool.give_home(name, ip(address));
  return pool;
}

}  // namespace

std::string to_json(const AddressPlan& plan) {
  json result = json::object();
  for (const auto& [name, addresses] : plan.networks()) {
    json& pools = result[name] = json::array();
    for (const Pool& pool : addresses.pools()) pools.push_back(json_of(pool));
  }
  return result.dump(2) + "\n";
}

AddressPlan address_plan_from_json(std::string_view text) {
  try {
    AddressPlan plan;
    const json networks = json::parse(text);
    for (const auto& [name, pools] : networks.items())
      for (const json& pool : pools) plan.networks()[name].pools().push_back(pool_from(pool));
    return plan;
  } catch (const std::exception&) {
    return {};
  }
}

std::string to_json(const std::vector<SharedMember>& members) { return json(members).dump(2) + "\n"; }

std::vector<SharedMember> shared_members_from_json(std::string_view text) {
  try {
    return json::parse(text).get<std::vector<SharedMember>>();
  } catch (const json::exception&) {
    return {};
  }
}

}  // namespace orchestrator::network
