// Command-line options as tables, spelled as runc and crun spell theirs: getopt_long(3).
#pragma once

#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace runtime::mdrun {

/// The command line is not understood; what() is one sentence. The exit status is 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A row of a table of options; also its line in the help.
struct Option {
  const char* name = "";
  char letter = 0;
  const char* value = nullptr;  ///< what stands for the value in the help; none: a flag
  const char* help = "";
};

/// What was given. Asking for a name that is in no table is a mistake of the program and throws
/// std::out_of_range.
class Arguments {
 public:
  [[nodiscard]] bool has(std::string_view name) const { return !list(name).empty(); }
  /// The last one given.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& list(std::string_view name) const;
  /// A whole number that is not negative; 0 where it is not given. Throws UsageError.
  [[nodiscard]] int number(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }

 private:
  friend Arguments parse(const std::vector<std::string>&, std::span<const Option>, bool);
  std::map<std::string_view, std::vector<std::string>> values_{};
  std::vector<std::string> operands_{};
};

/// `words` begin with the name of the program or command. With `operands_end_options` everything from the
/// first operand on is taken as it is: `exec ID ls -l`. Throws UsageError.
Arguments parse(const std::vector<std::string>& words, std::span<const Option> table,
                bool operands_end_options);

/// The lines of a help text; an option without one is known only to be refused.
std::string describe(std::span<const Option> table);

}  // namespace runtime::mdrun
