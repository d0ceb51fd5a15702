// The short form of a port.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include "orchestrator/compose/number.hpp"
#include "orchestrator/compose/short_forms.hpp"

namespace orchestrator::compose {
namespace {

constexpr int kHighestPort = 65535;
constexpr int kMostPorts = 20'000;

struct Range {
  int first = 0;
  int last = 0;
  [[nodiscard]] int length() const { return last - first; }
};

std::optional<int> parse_port(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const auto number = parse_integer(text);
  return number && *number <= kHighestPort ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

std::optional<Range> parse_range(const std::string& text) {
  const std::vector<std::string> parts = split(text, '-');
  const auto first = parse_port(parts[0]);
  const auto last = parts.size() > 1 ? parse_port(parts[1]) : first;
  if (!first || !last || *last < *first) return std::nullopt;
  return Range{*first, *last};
}

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  return inet_pton(AF_INET, text.c_str(), ignored.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), ignored.data()) == 1;
}

struct Written {
  std::string host_ip{};
  std::string published{};
  std::string target{};
  std::string protocol = "tcp";
};

/// The last two parts between colons are ports; an IPv6 address may have colons itself.
Written take_apart(const std::string& text) {
  std::vector<std::string> parts = split(text, ':');
  Written port{.target = parts.back()};
  parts.pop_back();
  if (!parts.empty()) {
    port.published = parts.back();
    parts.pop_back();
  }
  for (const std::string& part : parts) port.host_ip += (&part == parts.data() ? "" : ":") + part;
  const std::vector<std::string> halves = split(port.target, '/');
  port.target = halves[0];
  if (halves.size() > 1 && !halves[1].empty()) port.protocol = halves[1];
  std::transform(port.protocol.begin(), port.protocol.end(), port.protocol.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return port;
}

void check_host_ip(std::string& address) {
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  if (!address.empty() && !is_address(address))
    throw std::invalid_argument(quoted(address) + " is no IP address");
}

Node port_node(const Place& place, const Written& port, int target, const std::string& published) {
  Node node = map_of("mode", make_text("ingress", place));
  if (!port.host_ip.empty()) node.set("host_ip", make_text(port.host_ip, place));
  node.set("target", make_int(target, place));
  if (!published.empty()) node.set("published", make_text(published, place));
  node.set("protocol", make_text(port.protocol, place));
  return node;
}

}  // namespace

std::vector<Node> expand_port(const Node& written) {
  Written port = take_apart(scalar_text(written));
  if (port.protocol != "tcp" && port.protocol != "udp" && port.protocol != "sctp")
    throw std::invalid_argument("unknown protocol " + quoted(port.protocol));
  check_host_ip(port.host_ip);
  const auto target = parse_range(port.target);
  if (!target) throw std::invalid_argument("the container's port is no number from 1 to 65535");
  const bool publishes = !port.published.empty();
  const auto published = publishes ? parse_range(port.published) : Range{};
  if (!published) throw std::invalid_argument("the published port is no number up to 65535");
  const bool choice = target->length() == 0 && published->length() != 0;
  if (target->length() >= kMostPorts) throw std::invalid_argument("more than 20,000 ports");
  if (publishes && !choice && published->length() != target->length())
    throw std::invalid_argument("both ranges must have the same length");
  std::vector<Node> ports;
  for (int i = 0; i <= target->length(); ++i) {
    std::string number = publishes ? std::to_string(published->first + i) : "";
    if (choice) number += "-" + std::to_string(published->last);
    ports.push_back(port_node(written.place, port, target->first + i, number));
  }
  // Docker Compose has them in the order of their texts: 10 before 9.
  std::stable_sort(ports.begin(), ports.end(), [](const Node& a, const Node& b) {
    return scalar_text(*a.find("target")) + "/" < scalar_text(*b.find("target")) + "/";
  });
  return ports;
}

}  // namespace orchestrator::compose
