#include "orchestrator/network/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include "orchestrator/network/ip.hpp"

namespace orchestrator::network {
namespace {

constexpr const char* kEndpointSysctls = "com.docker.network.endpoint.sysctls";
constexpr int kSmallestMtu = 68;  // RFC 791
constexpr int kLargestMtu = 65535;

/// As Go's strconv.ParseBool, which Docker reads these with.
std::optional<bool> parse_bool(const std::string& text) {
  for (const char* yes : {"1", "t", "T", "true", "TRUE", "True"})
    if (text == yes) return true;
  for (const char* no : {"0", "f", "F", "false", "FALSE", "False"})
    if (text == no) return false;
  return std::nullopt;
}

using Complaint = std::string;  ///< empty: none

Complaint read_mtu(const std::string& value, BridgeOptions& options) {
  int mtu = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), mtu);
  if (error != std::errc() || end != value.data() + value.size() || mtu < kSmallestMtu || mtu > kLargestMtu)
    return "must be a number from 68 to 65535, not \"" + value + "\"";
  options.mtu = mtu;
  return {};
}

Complaint read_bridge(const std::string& value, BridgeOptions& options) {
  if (!is_interface_name(value))
    return "\"" + value + "\" is no name for an interface: at most 15 characters";
  options.bridge = value;
  return {};
}

Complaint read_icc(const std::string& value, BridgeOptions& options) {
  const auto parsed = parse_bool(value);
  if (!parsed) return "must be true or false, not \"" + value + "\"";
  options.between_containers = *parsed;
  return {};
}

Complaint read_host_binding(const std::string& value, BridgeOptions& options) {
  const auto ip = Ip::parse(value);
  if (!ip || ip->family != AF_INET) return "\"" + value + "\" is not an IPv4 address";
  options.host_binding = value;
  return {};
}

Complaint read_prefix(const std::string& value, BridgeOptions& options) {
  if (!is_interface_name(value + "999")) return "\"" + value + "\" with a number is no name for an interface";
  options.interface_prefix = value;
  return {};
}

struct Known {
  const char* key;
  Complaint (*read)(const std::string&, BridgeOptions&);
};
constexpr std::array<Known, 6> kKnown{{
    {"com.docker.network.driver.mtu", read_mtu},
    {"mtu", read_mtu},
    {"com.docker.network.bridge.name", read_bridge},
    {"com.docker.network.bridge.enable_icc", read_icc},
    {"com.docker.network.bridge.host_binding_ipv4", read_host_binding},
    {"com.docker.network.container_iface_prefix", read_prefix},
}};

Complaint read(const std::string& key, const std::string& value, BridgeOptions& options, bool& known) {
  for (const Known& one : kKnown)
    if (key == one.key) {
      known = true;
      return one.read(value, options);
    }
  return {};
}

OptionProblem unknown(const std::string& key, const std::string& value) {
  if (key == "com.docker.network.bridge.enable_ip_masquerade") {
    const auto masquerade = parse_bool(value);
    if (!masquerade) return {key, "must be true or false, not \"" + value + "\""};
    if (*masquerade) return {};
    return {key, "has no effect: what containers send outside always comes from the host's address", true};
  }
  return {key, "has no meaning for mdcompose and is left out", true};
}

}  // namespace

bool is_interface_name(const std::string& name) {
  constexpr std::size_t kLongest = 15;
  return !name.empty() && name.size() <= kLongest && name != "." && name != ".." &&
         name.find_first_of("/: \t\n\v\f\r") == std::string::npos;
}

BridgeOptions options_of(const project::StringMap& driver_opts) {
  BridgeOptions options;
  bool known = false;
  for (const auto& [key, value] : driver_opts) (void)read(key, value, options, known);
  return options;
}

std::vector<OptionProblem> option_problems(const project::StringMap& driver_opts) {
  std::vector<OptionProblem> problems;
  BridgeOptions options;
  for (const auto& [key, value] : driver_opts) {
    bool known = false;
    const Complaint complaint = read(key, value, options, known);
    if (!complaint.empty()) problems.push_back({key, complaint});
    if (known) continue;
    if (OptionProblem problem = unknown(key, value); !problem.message.empty())
      problems.push_back(std::move(problem));
  }
  return problems;
}

std::optional<project::StringMap> interface_sysctls(const project::StringMap& driver_opts,
                                                    const std::string& interface) {
  project::StringMap sysctls;
  const auto given = driver_opts.find(kEndpointSysctls);
  if (given == driver_opts.end()) return sysctls;
  std::istringstream entries(given->second);
  for (std::string entry; std::getline(entries, entry, ',');) {
    const auto equals = entry.find('=');
    std::string name = entry.substr(0, equals);
    if (equals == std::string::npos || !name.starts_with("net.") || name.find("IFNAME") == std::string::npos)
      return std::nullopt;
    name.replace(name.find("IFNAME"), 6, interface);
    sysctls[name] = entry.substr(equals + 1);
  }
  return sysctls;
}

}  // namespace orchestrator::network
