// The help is the tables, printed.
#include <fmt/format.h>

#include "orchestrator/cli/command.hpp"
#include "orchestrator/cli/layout.hpp"

namespace orchestrator::cli {
namespace {

std::string spelled(const Option& option) {
  const std::string letter = option.letter == 0 ? "    " : fmt::format("-{}, ", option.letter);
  const std::string value = option.value.empty() ? "" : fmt::format(" {}", option.value);
  return fmt::format("  {}--{}{}", letter, option.name, value);
}

std::string lines(Table table) {
  std::vector<Row> rows;
  for (const Option& option : table) rows.push_back({spelled(option), std::string(option.help)});
  return columns(rows);
}

std::string usage(std::string_view rest) { return fmt::format("Usage: mdcompose {}\n", rest); }

}  // namespace

std::string help() {
  std::vector<Row> rows;
  for (const Command& command : commands())
    rows.push_back({fmt::format("  {}", command.name), std::string(command.help)});
  return usage("[OPTIONS] COMMAND") + "\nRuns Compose stacks without a daemon.\n\nCommands:\n" +
         columns(rows) + "\nOptions:\n" + lines(global_options()) +
         "\nmdcompose COMMAND --help says more about one command.\n";
}

std::string help(const Command& command) {
  const std::string operands = command.operands.empty() ? "" : fmt::format(" {}", command.operands);
  const std::string options = command.options.empty() ? "" : "\nOptions:\n" + lines(command.options);
  return usage(fmt::format("{} [OPTIONS]{}", command.name, operands)) + fmt::format("\n{}\n", command.help) +
         options;
}

}  // namespace orchestrator::cli
