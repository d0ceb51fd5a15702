// From the words of a command line to the command's function.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include "orchestrator/cli/command.hpp"
#include "orchestrator/cli/completion.hpp"
#include "orchestrator/cli/suggestion.hpp"
#include "orchestrator/cli/version.hpp"

namespace orchestrator::cli {
namespace {

constexpr std::array kGlobal{
    Option{"file", 'f', Kind::list, "FILE", "Stack file; further ones override it; \"-\" is standard input"},
    Option{"project-name", 'p', Kind::text, "NAME", "Name of the project"},
    Option{"project-directory", 0, Kind::text, "PATH",
           "Where relative paths begin (the first file's directory)"},
    Option{"env-file", 0, Kind::list, "FILE", "Environment for the stack file, instead of .env"},
    Option{"profile", 0, Kind::list, "NAME", "Profile to enable; \"*\" enables all"},
    Option{"all-resources", 0, Kind::flag, "", "Also networks, volumes and the like that no service uses"},
    Option{"strict", 0, Kind::flag, "", "Warnings about the stack file are errors"},
    Option{"compatibility", 0, Kind::flag, "", "As Docker Compose's: config leaves out what is implied"},
    Option{"ansi", 0, Kind::choice, "auto|never|always", "Colours"},
    Option{"progress", 0, Kind::choice, "auto|tty|plain|json|quiet", "How progress is shown"},
    Option{"dry-run", 0, Kind::flag, "", "Say what would be done, do nothing"},
    Option{"help", 'h', Kind::flag, "", "This help"},
    Option{"version", 'v', Kind::flag, "", "The version"},
};

/// Some commands have two words: "network ls".
std::size_t words_of(const Command& command) {
  return 1 + static_cast<std::size_t>(std::count(command.name.begin(), command.name.end(), ' '));
}

const Command& find(std::span<const std::string> words) {
  const auto all = commands();
  const std::string& name = words.front();
  const auto is_meant = [&](const Command& row) {
    const std::size_t count = words_of(row);
    return count <= words.size() && row.name == fmt::format("{}", fmt::join(words.first(count), " "));
  };
  const auto found = std::find_if(all.begin(), all.end(), is_meant);
  if (found != all.end()) return *found;
  std::string second;
  for (const Command& row : all)
    if (row.name.starts_with(name + " "))
      second += (second.empty() ? "" : ", ") + std::string(row.name.substr(name.size() + 1));
  if (!second.empty()) throw UsageError(fmt::format("{} wants one of {}", name, second));
  std::vector<std::string_view> names;
  for (const Command& row : all) names.push_back(row.name);
  throw UsageError(fmt::format("unknown command \"{}\"{}", name, suggestion(name, names)));
}

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return 0;
}

int run(const Command& command, std::span<const std::string> words, Options before,
        const std::function<void()>& seal) {
  const std::array after_command{command.options, global_options()};
  const Options options = parse(words, after_command, command.parsing, std::move(before));
  if (options.flag("help")) return print(help(command));
  if (options.flag("dry-run") && command.rehearsal == Rehearsal::impossible)
    throw UsageError(fmt::format("{} has no --dry-run", command.name));
  if (command.enters_containers) seal();
  return command.run(options);
}

}  // namespace

Table global_options() { return kGlobal; }

int run(std::span<const std::string> arguments, const std::function<void()>& seal) {
  if (!arguments.empty() && arguments.front() == "__complete") return print_completions(arguments.subspan(1));
  const std::array before_command{global_options()};
  Options options = parse(arguments, before_command, Operands::at_end);
  if (options.flag("version")) return print(version_text());
  const std::vector<std::string> words = options.operands();
  if (words.empty() || words.front() == "help")
    return print(words.size() < 2 ? help() : help(find(std::span(words).subspan(1))));
  const Command& command = find(words);
  try {
    return run(command, std::span(words).subspan(words_of(command)), std::move(options), seal);
  } catch (const UsageError& error) {
    if (command.two_means_changes) throw std::runtime_error(error.what());
    throw;
  }
}

}  // namespace orchestrator::cli
