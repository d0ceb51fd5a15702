// The table of commands. A command is a row there and a function in the .cpp file named after it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "orchestrator/cli/options.hpp"

namespace orchestrator::cli {

/// What --dry-run does to a command.
enum class Rehearsal {
  pointless,   ///< it changes nothing anyway
  possible,    ///< it says what it would do
  impossible,  ///< it refuses
};

struct Command {
  std::string_view name{};
  std::string_view operands{};  ///< "[SERVICE...]", for the help
  std::string_view help{};      ///< one line
  Table options{};
  int (*run)(const Options& options) = nullptr;  ///< returns the exit status
  Operands parsing = Operands::anywhere;
  bool enters_containers = false;  ///< this very process goes inside
  Rehearsal rehearsal = Rehearsal::pointless;
  bool two_means_changes = false;  ///< then a command line that is not understood ends with 1
};

/// In the order of the help.
std::span<const Command> commands();
/// Options that every command takes, before or after its name.
Table global_options();

std::string help();
std::string help(const Command& command);

/// Runs one command line without the program's name; returns its exit status. Throws UsageError for one that
/// is not understood, compose's errors for the stack file, and std::exception for everything else that fails.
/// `seal` is called before a command that enters containers: it protects this program's file from them.
int run(std::span<const std::string> arguments, const std::function<void()>& seal);

}  // namespace orchestrator::cli
