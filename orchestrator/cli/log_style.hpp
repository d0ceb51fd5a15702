// How a line of a container's output looks: "web-1  | listening", the prefix in the container's own colour.
// Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "orchestrator/cli/screen.hpp"

namespace orchestrator::cli {

class LogStyle {
 public:
  LogStyle(Screen screen, bool prefix) : screen_(screen), prefix_(prefix) {}

  /// Names that are known ahead get the same width from the first line on.
  void add(const std::string& name);
  /// With the newline.
  std::string line(const std::string& name, std::string_view text);
  /// The name alone in its colour, for "web-1 exited with code 0".
  std::string painted_name(const std::string& name);

 private:
  Screen screen_;
  bool prefix_;
  std::size_t width_ = 0;
  std::map<std::string, std::string_view> colours_{};
};

/// What stands in front of a container's lines: its name without the project's, as docker compose shows it.
std::string log_name(const std::string& project, const std::string& container);

}  // namespace orchestrator::cli
