#include "orchestrator/cli/one_off.hpp"

#include <span>
#include <utility>

#include "orchestrator/plan/hooks.hpp"

namespace orchestrator::cli {
namespace {

/// A double-quoted scalar of YAML that no variable is replaced in.
std::string quoted(const std::string& text) {
  constexpr const char* kHex = "0123456789abcdef";
  std::string result = "\"";
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\')
      result += std::string("\\") + letter;
    else if (letter == '$')
      result += "$$";
    else if (byte < 0x20 || byte == 0x7f)
      result += std::string("\\x") + kHex[byte >> 4] + kHex[byte & 15];
    else
      result += letter;
  }
  return result + "\"";
}

std::string list_of(std::span<const std::string> words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + quoted(word);
  return "[" + text + "]";
}

/// The lines of one service.
class Lines {
 public:
  explicit Lines(const Options& options) : options_(options) {}

  void add(const std::string& key, const std::string& value) { text_ += "    " + key + ": " + value + "\n"; }
  void add_text(const std::string& key, const char* option) {
    if (const auto value = options_.text(option)) add(key, quoted(*value));
  }
  void add_list(const std::string& key, const char* option) {
    if (options_.given(option)) add(key, list_of(options_.list(option)));
  }
  std::string text() && { return std::move(text_); }

 private:
  const Options& options_;
  std::string text_{};
};

void add_command(Lines& lines, const Options& options) {
  const auto& words = options.operands();
  if (words.size() > 1) lines.add("command", list_of(std::span(words).subspan(1)));
  const auto entrypoint = options.text("entrypoint");
  if (!entrypoint) return;
  lines.add("entrypoint", entrypoint->empty() ? "[]" : quoted(*entrypoint));
  // The service's own arguments are for its own program.
  if (words.size() == 1) lines.add("command", "[]");
}

}  // namespace

std::string one_off_file(const Options& options, const OneOff& one_off) {
  Lines lines(options);
  add_command(lines, options);
  lines.add("container_name", quoted(one_off.name));
  // A service of several containers, however it says so, has one of this.
  lines.add("scale", "1");
  lines.add("deploy", "{replicas: 1}");
  lines.add("tty", one_off.terminal ? "true" : "false");
  lines.add_text("user", "user");
  lines.add_text("working_dir", "workdir");
  if (!one_off.environment.empty()) lines.add("environment", list_of(one_off.environment));
  lines.add_list("labels", "label");
  lines.add_list("volumes", "volume");
  lines.add_list("cap_add", "cap-add");
  lines.add_list("cap_drop", "cap-drop");
  const std::string ports = list_of(options.list("publish"));
  lines.add("ports", options.flag("service-ports") ? ports : "!override " + ports);
  return "services:\n  " + quoted(options.operands().front()) + ":\n" + std::move(lines).text();
}

project::Project one_off_definition(const project::Project& project, const std::string& service,
                                    const OneOff& one_off, bool use_aliases) {
  project::Project definition = plan::alone(project, service, one_off.id);
  project::Service& it = definition.services.at(one_off.id);
  it.pre_start.clear();
  it.schedule.reset();
  if (!use_aliases) return definition;
  for (auto& [network, attachment] : it.networks) {
    attachment.aliases = project.services.at(service).networks.at(network).aliases;
    attachment.aliases.push_back(service);
  }
  return definition;
}

}  // namespace orchestrator::cli
