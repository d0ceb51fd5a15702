#include "orchestrator/cli/log_style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orchestrator::cli {
namespace {

/// Cyan, yellow, green, magenta, blue, then their bright sisters; red is left to errors.
constexpr std::array<std::string_view, 10> kColours{"36", "33", "32", "35", "34",
                                                    "96", "93", "92", "95", "94"};

}  // namespace

void LogStyle::add(const std::string& name) {
  width_ = std::max(width_, name.size());
  colours_.try_emplace(name, kColours.at(colours_.size() % kColours.size()));
}

std::string LogStyle::line(const std::string& name, std::string_view text) {
  if (!prefix_) return fmt::format("{}\n", text);
  add(name);
  return fmt::format("{}{}\n", painted(fmt::format("{:<{}}  | ", name, width_), colours_.at(name), screen_),
                     text);
}

std::string LogStyle::painted_name(const std::string& name) {
  add(name);
  return painted(name, colours_.at(name), screen_);
}

std::string log_name(const std::string& project, const std::string& container) {
  const std::string prefix = project + "-";
  return container.starts_with(prefix) ? container.substr(prefix.size()) : container;
}

}  // namespace orchestrator::cli
