// `port`: where a container's port can be reached.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/describe.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/stack.hpp"

namespace orchestrator::cli {
namespace {

using state::Instance;

std::uint16_t port_number(const std::string& text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw UsageError("a port is a number up to 65535, not \"" + text + "\"");
  return number;
}

Instance numbered(const std::vector<Instance>& instances, const std::string& service, int number) {
  const auto found = std::find_if(instances.begin(), instances.end(),
                                  [&](const Instance& it) { return it.number == number; });
  if (found == instances.end())
    throw std::runtime_error(fmt::format("service \"{}\" has no container {}", service, number));
  return *found;
}

std::vector<std::string> addresses_of(const Instance& instance, std::uint16_t port,
                                      const std::string& protocol) {
  std::vector<std::string> addresses;
  for (const state::PublishedPort& published : instance.ports)
    if (published.container_port == port && published.protocol == protocol)
      addresses.push_back(host_address(published));
  return addresses;
}

}  // namespace

int port(const Options& options) {
  const auto& words = options.operands();
  if (words.size() != 2) throw UsageError("port wants a service and a port of its container");
  const std::uint16_t wanted = port_number(words[1]);
  const std::string protocol = options.text("protocol").value_or("tcp");
  const Target target = target_of(options);
  const Instance instance = numbered(of_services(observe(target.paths), {words[0]}, target.services),
                                     words[0], options.number("index").value_or(1));
  const auto addresses = addresses_of(instance, wanted, protocol);
  if (addresses.empty())
    throw std::runtime_error(
        fmt::format("no port {}/{} of container {} is published", wanted, protocol, instance.name));
  fmt::print("{}\n", fmt::join(addresses, "\n"));
  return 0;
}

}  // namespace orchestrator::cli
