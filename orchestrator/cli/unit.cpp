#include "orchestrator/cli/unit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/options.hpp"

namespace orchestrator::cli {
namespace {

bool is_control(char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }

/// Of the character that begins with this byte; 0: none does.
std::size_t length_of_character(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

/// Unit files are.
bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = length_of_character(static_cast<unsigned char>(text.front()));
    if (length == 0 || length > text.size()) return false;
    for (const char c : text.substr(1, length - 1))
      if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool needs_quotes(std::string_view text) {
  constexpr std::string_view kPlain = "+,-./:=@_%$";
  return text.empty() || !std::all_of(text.begin(), text.end(), [&](char c) {
           const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           return letter || c < 0 || kPlain.find(c) != std::string_view::npos;
         });
}

std::string escaped(char c, In where) {
  if (c == '%') return "%%";
  if (c == '$' && where == In::command_line) return "$$";
  if (c == '"' || c == '\\') return std::string("\\") + c;
  if (is_control(c)) return fmt::format("\\x{:02x}", static_cast<unsigned>(c));
  return std::string(1, c);
}

/// A path that stands alone: there are no quotes and no escapes there but for specifiers.
std::string unit_path(const std::string& path) {
  if (!is_utf8(path) || std::any_of(path.begin(), path.end(), is_control) || path.ends_with('\\') ||
      path.ends_with(' '))
    throw UsageError("no systemd unit can name the directory \"" + path + "\"");
  std::string text;
  for (const char c : path) text += c == '%' ? "%%" : std::string(1, c);
  return text;
}

/// systemd takes the program's own path as it is, but for specifiers and quotes.
std::string command_line(const Unit& unit, const std::vector<std::string>& verb) {
  std::string line = unit_word(unit.program, In::environment);
  for (const auto* words : {&unit.stack, &verb, &unit.services})
    for (const std::string& word : *words) line += " " + unit_word(word, In::command_line);
  return line;
}

std::string head(const Unit& unit) {
  const std::string name = "mdcompose-" + unit.project + ".service";
  const std::string directory = unit.for_user ? "~/.config/systemd/user" : "/etc/systemd/system";
  const std::string option = unit.for_user ? " --user" : "";
  return fmt::format(
      "# Brings the stack {0} up at boot and down at shutdown. To use it:\n"
      "#   mdcompose systemd{1} --output {2}/{3}\n"
      "#   systemctl{1} daemon-reload && systemctl{1} enable --now {3}{4}\n",
      unit.project, option, directory, name, unit.for_user ? " && loginctl enable-linger" : "");
}

std::string order(const Unit& unit) {
  std::string text = "\n[Unit]\nDescription=Compose stack " + unit.project + "\n";
  // The manager of a user has no target for the network.
  if (!unit.for_user) text += "Wants=network-online.target\nAfter=network-online.target\n";
  return text;
}

std::string service(const Unit& unit) {
  std::string text = "\n[Service]\nType=oneshot\nRemainAfterExit=yes\n";
  text += "WorkingDirectory=" + unit_path(unit.directory) + "\n";
  for (const auto& [name, value] : unit.environment)
    text += "Environment=" + unit_word(name + "=" + value, In::environment) + "\n";
  const std::string up = command_line(unit, {"up", "--detach", "--wait"});
  text += "ExecStart=" + up + "\nExecReload=" + up + "\n";
  text += "ExecStop=" + command_line(unit, {"down"}) + "\n";
  text += fmt::format("TimeoutStopSec={}\n", unit.stop_timeout.count());
  text +=
      "# A stack of which a part does not come up goes on with the rest, and is tried again.\n"
      "Restart=on-failure\n"
      "RestartSec=10\n"
      "KillMode=process\n"
      "# The supervisor comes back by itself.\n"
      "OOMPolicy=continue\n";
  return text;
}

std::string installation(const Unit& unit) {
  return std::string("\n[Install]\nWantedBy=") + (unit.for_user ? "default" : "multi-user") + ".target\n";
}

}  // namespace

std::string unit_word(std::string_view text, In where) {
  if (!is_utf8(text)) throw UsageError(fmt::format("no systemd unit can name \"{}\": it is not UTF-8", text));
  std::string word;
  for (const char c : text) word += escaped(c, where);
  return needs_quotes(text) ? "\"" + word + "\"" : word;
}

std::string unit_text(const Unit& unit) {
  return head(unit) + order(unit) + service(unit) + installation(unit);
}

}  // namespace orchestrator::cli
