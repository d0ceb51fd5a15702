// `network`: networks that several projects share, and a look at all of them.
#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/json_output.hpp"
#include "orchestrator/cli/layout.hpp"
#include "orchestrator/cli/networks.hpp"
#include "orchestrator/network/check.hpp"

namespace orchestrator::cli {
namespace {

/// "KEY=VALUE" of an option.
std::map<std::string, std::string> pairs(const Options& options, const char* name) {
  std::map<std::string, std::string> result;
  for (const std::string& text : options.list(name)) {
    const auto equals = text.find('=');
    if (equals == std::string::npos && std::string_view(name) != "label")
      throw UsageError(fmt::format("--{} wants NAME=VALUE, not \"{}\"", name, text));
    result[text.substr(0, equals)] = equals == std::string::npos ? "" : text.substr(equals + 1);
  }
  return result;
}

/// The pool of the same subnet gets the n-th gateway and range, as other engines read them.
std::vector<project::IpamPool> pools(const Options& options) {
  std::vector<project::IpamPool> result;
  for (const std::string& subnet : options.list("subnet")) result.push_back({.subnet = subnet});
  const auto fill = [&](const char* name, std::string project::IpamPool::*member) {
    const auto values = options.list(name);
    if (values.size() > result.size()) throw UsageError(fmt::format("--{} needs a --subnet", name));
    for (std::size_t i = 0; i < values.size(); ++i) result[i].*member = values[i];
  };
  fill("gateway", &project::IpamPool::gateway);
  fill("ip-range", &project::IpamPool::ip_range);
  return result;
}

project::Network wanted_network(const Options& options) {
  project::Network network{.key = options.operands()[0],
                           .name = options.operands()[0],
                           .driver_opts = pairs(options, "opt"),
                           .ipam = pools(options),
                           .internal = options.flag("internal"),
                           .labels = pairs(options, "label")};
  if (options.flag("ipv6")) network.enable_ipv6 = true;
  if (options.given("ipv4")) network.enable_ipv4 = options.flag("ipv4");
  return network;
}

/// Throws UsageError with everything that is wrong.
void check_network(const project::Network& network) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (network.name.find_first_not_of(kLetters) != std::string::npos || network.name.starts_with('.'))
    throw UsageError("a network's name is made of letters, digits, \".\", \"_\" and \"-\"");
  std::string text;
  for (const network::Problem& problem : network::check({.networks = {{network.key, network}}}, {})) {
    const std::string line = problem.message + (problem.hint.empty() ? "" : "; " + problem.hint);
    if (problem.harmless)
      fmt::print(stderr, "warning: {}: {}\n", problem.path.back(), line);
    else
      text += (text.empty() ? "" : "\n") + line;
  }
  if (!text.empty()) throw UsageError(text);
}

std::string subnet_texts(const NetworkInfo& info) {
  std::string text;
  for (const network::Subnet& subnet : info.subnets)
    text += (text.empty() ? "" : ", ") + subnet.prefix.text();
  return text;
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace

int network_create(const Options& options) {
  if (options.operands().size() != 1) throw UsageError("network create wants one name");
  const project::Network network = wanted_network(options);
  check_network(network);
  network::create_shared_network(state::default_roots(), {.network = network});
  print(network.name + "\n");
  return 0;
}

int network_ls(const Options& options) {
  const auto networks = networks_of_host(state::default_roots());
  if (options.flag("quiet")) {
    for (const auto& [name, info] : networks) print(name + "\n");
    return 0;
  }
  if (options.text("format") == "json") {
    for (const auto& [name, info] : networks) print(json_line(info));
    return 0;
  }
  std::vector<Row> rows{{"NAME", "PROJECT", "SHARED", "SUBNETS", "CONTAINERS"}};
  for (const auto& [name, info] : networks)
    rows.push_back({name, info.owner, info.shared ? "yes" : "no", subnet_texts(info),
                    std::to_string(info.containers.size())});
  print(columns(rows));
  return 0;
}

int network_inspect(const Options& options) {
  if (options.operands().empty()) throw UsageError("network inspect wants a name");
  const auto networks = networks_of_host(state::default_roots());
  std::vector<NetworkInfo> wanted;
  for (const std::string& name : options.operands()) {
    const auto found = networks.find(name);
    if (found == networks.end()) throw std::runtime_error("there is no network \"" + name + "\"");
    wanted.push_back(found->second);
  }
  print(json_array(wanted));
  return 0;
}

int network_rm(const Options& options) {
  if (options.operands().empty()) throw UsageError("network rm wants a name");
  const state::Roots roots = state::default_roots();
  for (const std::string& name : options.operands()) {
    const auto found = network::find_shared_network(roots, name);
    if (!found && networks_of_host(roots).contains(name))
      throw std::runtime_error("network \"" + name + "\" belongs to a project, whose \"down\" removes it");
    network::remove_shared_network(roots, name);
    print(name + "\n");
  }
  return 0;
}

}  // namespace orchestrator::cli
