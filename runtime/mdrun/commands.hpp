// The commands of mdrun, one function each, and the table that says how they are called.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/mdrun/command_line.hpp"
#include "runtime/mdrun/settings.hpp"

namespace runtime::mdrun {

struct Command {
  std::string_view name{};
  std::string_view operands{};  ///< as the help shows them
  std::string_view help{};
  std::span<const Option> options{};
  std::size_t least = 0;  ///< operands
  std::size_t most = 0;
  int (*run)(const Arguments&, const Settings&) = nullptr;  ///< exit status; throws
  bool runs_a_program = false;                              ///< its exit status is the program's; 125 is ours
  bool operands_end_options = false;
};
const std::vector<Command>& commands();

int create(const Arguments& arguments, const Settings& settings);
int delete_container(const Arguments& arguments, const Settings& settings);
int exec(const Arguments& arguments, const Settings& settings);
int features(const Arguments& arguments, const Settings& settings);
int kill(const Arguments& arguments, const Settings& settings);
int list(const Arguments& arguments, const Settings& settings);
int pause(const Arguments& arguments, const Settings& settings);
int ps(const Arguments& arguments, const Settings& settings);
int resume(const Arguments& arguments, const Settings& settings);
int run(const Arguments& arguments, const Settings& settings);
int spec(const Arguments& arguments, const Settings& settings);
int start(const Arguments& arguments, const Settings& settings);
int state(const Arguments& arguments, const Settings& settings);

}  // namespace runtime::mdrun
