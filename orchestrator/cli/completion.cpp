#include "orchestrator/cli/completion.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "orchestrator/cli/command.hpp"
#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/state/instance.hpp"

namespace orchestrator::cli {
namespace {

constexpr std::string_view kBashScript =
    "_mdcompose() {\n"
    "  mapfile -t COMPREPLY < <(mdcompose __complete \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
    "}\n"
    "complete -o default -F _mdcompose mdcompose\n";

/// The command that the words name already, by skipping global options and their values.
const Command* command_in(std::span<const std::string> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const Command& command : commands())
      if (command.name == words[i] || (i + 1 < words.size() && command.name == words[i] + " " + words[i + 1]))
        return &command;
    const auto takes_value = [&](const Option& option) {
      const bool named =
          words[i] == "--" + std::string(option.name) || words[i] == std::string{'-', option.letter};
      return named && option.kind != Kind::flag;
    };
    const Table table = global_options();
    if (std::any_of(table.begin(), table.end(), takes_value)) ++i;
  }
  return nullptr;
}

void add_options(std::set<std::string>& found, Table table) {
  for (const Option& option : table) found.insert("--" + std::string(option.name));
}

/// Second words of the commands that begin with `first`.
std::set<std::string> second_words(const std::string& first) {
  std::set<std::string> found;
  for (const Command& row : commands())
    if (row.name.starts_with(first + " ")) found.emplace(row.name.substr(first.size() + 1));
  return found;
}

std::set<std::string> candidates(const Command* command, const std::string& before, bool option,
                                 const std::vector<std::string>& services) {
  std::set<std::string> found =
      command == nullptr && !option ? second_words(before) : std::set<std::string>{};
  if (!found.empty()) return found;
  if (option) {
    add_options(found, global_options());
    if (command != nullptr) add_options(found, command->options);
  } else if (command == nullptr) {
    for (const Command& row : commands()) found.emplace(row.name.substr(0, row.name.find(' ')));
  } else if (command->operands.find("SERVICE") != std::string_view::npos) {
    found.insert(services.begin(), services.end());
  }
  return found;
}

}  // namespace

std::vector<std::string> completions(std::span<const std::string> words,
                                     const std::vector<std::string>& services) {
  const std::string begun = words.empty() ? "" : words.back();
  const Command* command = command_in(words.first(words.empty() ? 0 : words.size() - 1));
  const std::string before = words.size() < 2 ? "" : words[words.size() - 2];
  std::vector<std::string> found;
  for (const std::string& candidate : candidates(command, before, begun.starts_with("-"), services))
    if (candidate.starts_with(begun)) found.push_back(candidate);
  return found;
}

namespace {

/// Those of the project that the words so far mean; none where they mean none: nobody wants a complaint for
/// pressing Tab.
std::vector<std::string> services_for(std::span<const std::string> words) {
  try {
    const std::array table{global_options()};
    const Target target = target_of(parse(words, table, Operands::at_end));
    std::vector<std::string> services = target.services;
    for (const state::Instance& instance : state::load_instances(target.paths))
      services.push_back(instance.service);
    return services;
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace

int print_completions(std::span<const std::string> words) {
  for (const std::string& candidate : completions(words, services_for(words))) std::puts(candidate.c_str());
  return 0;
}

int completion(const Options& options) {
  if (options.operands() != std::vector<std::string>{"bash"})
    throw UsageError("completion wants a shell: bash");
  std::fwrite(kBashScript.data(), 1, kBashScript.size(), stdout);
  return 0;
}

}  // namespace orchestrator::cli
