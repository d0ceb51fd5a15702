// Command-line options as tables: what may be given, and what was.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator::cli {

/// The command line is not understood; what() is one sentence. The exit status is 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class Kind {
  flag,     ///< --detach, --detach=false
  text,     ///< --project-name NAME; the last one wins
  choice,   ///< as text, one of the words in `value`: "auto|never|always"
  number,   ///< as text, a whole number
  seconds,  ///< as text, whole seconds
  list,     ///< --file FILE, any number of times
};

/// A row of a table of options; also its line in the help.
struct Option {
  std::string_view name{};
  char letter = 0;
  Kind kind = Kind::flag;
  std::string_view value{};  ///< what stands for the value in the help
  std::string_view help{};
};

/// What was given on a command line. Asking for a name that is in no table is a mistake of the program and
/// throws std::logic_error.
class Options {
 public:
  [[nodiscard]] bool given(std::string_view name) const;
  /// It is in one of the command's tables.
  [[nodiscard]] bool knows(std::string_view name) const { return values_.contains(name); }
  /// As `given`, but for an option that this command may not know; --detach=false does not count.
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] std::optional<int> number(std::string_view name) const;
  [[nodiscard]] std::optional<std::chrono::seconds> seconds(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
  /// What is left: services, a command line.
  [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }

 private:
  friend class Parser;
  [[nodiscard]] const std::vector<std::string>& values(std::string_view name) const;

  std::map<std::string_view, std::vector<std::string>> values_{};
  std::vector<std::string> operands_{};
};

enum class Operands {
  anywhere,  ///< options may follow them
  at_end,    ///< everything from the first one on is taken as it is: `exec web ls -l`
};

using Table = std::span<const Option>;

/// Reads `arguments` by the tables; where two have the same letter, the first one wins. `before` is what an
/// earlier part of the command line gave. Throws UsageError.
Options parse(std::span<const std::string> arguments, std::span<const Table> tables, Operands operands,
              Options before = {});

}  // namespace orchestrator::cli
