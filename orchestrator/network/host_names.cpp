#include "orchestrator/network/host_names.hpp"

#include <sstream>

namespace orchestrator::network {
namespace {

constexpr std::string_view kMark = "  # mdcompose ";

/// The project whose line it is, or "".
std::string owner_of(const std::string& line) {
  const auto mark = line.rfind(kMark);
  return mark == std::string::npos ? "" : line.substr(mark + kMark.size());
}

}  // namespace

std::string with_host_names(const std::string& hosts, const std::string& project, const std::string& address,
                            const std::vector<std::string>& names,
                            const std::function<bool(const std::string&)>& known) {
  std::string text;
  std::istringstream lines(hosts);
  for (std::string line; std::getline(lines, line);) {
    const std::string owner = owner_of(line);
    if (!owner.empty() && (owner == project || !known(owner))) continue;
    text += line + "\n";
  }
  if (names.empty()) return text;
  text += address;
  for (const std::string& name : names) text += " " + name;
  return text + std::string(kMark) + project + "\n";
}

}  // namespace orchestrator::network
