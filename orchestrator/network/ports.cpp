#include "orchestrator/network/ports.hpp"

#include <charconv>

namespace orchestrator::network {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace

std::optional<PortRange> parse_published(const std::string& text) {
  if (text.empty()) return PortRange{};
  const std::string_view all = text;
  const auto dash = all.find('-');
  const auto first = parse_port(all.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_port(all.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  if (*first == 0 && *last != 0) return std::nullopt;
  return PortRange{.first = *first, .last = *last};
}

bool is_shared_port(const project::Port& port) {
  const auto range = parse_published(port.published);
  return port.mode != "host" && range && range->first != 0 && range->first == range->last;
}

std::string place_of(const project::Port& port) {
  return port.host_ip + ":" + port.published + "/" + port.protocol;
}

}  // namespace orchestrator::network
