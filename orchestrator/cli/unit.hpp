// The systemd unit of a stack: its text. Pure. See systemd.service(5), systemd.exec(5) and systemd.syntax(7).
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator::cli {

struct Unit {
  std::string project{};
  std::string directory{};              ///< of the project, absolute
  std::string program{};                ///< absolute
  std::vector<std::string> stack{};     ///< options that say which stack, paths absolute: --file, --profile
  std::vector<std::string> services{};  ///< only these; nothing: all
  std::map<std::string, std::string> environment{};
  std::chrono::seconds stop_timeout{};  ///< for the whole stack
  bool for_user = false;                ///< for `systemctl --user`
};

/// Throws UsageError for a path that no unit can name.
std::string unit_text(const Unit& unit);

/// One word of ExecStart= or Environment=, in quotes where it needs them. In a command line a dollar sign
/// begins a variable, so it is doubled there. Throws UsageError where it is not UTF-8.
enum class In { command_line, environment };
std::string unit_word(std::string_view text, In where);

}  // namespace orchestrator::cli
