// A regular expression of the stack file: POSIX extended, as grep -E takes it; regex(7). glibc matches it in
// bounded stack whatever the line is, which std::regex does not.
#pragma once

#include <regex.h>

#include <memory>
#include <string>

namespace orchestrator::project {

class Pattern {
 public:
  /// Throws std::invalid_argument with what is wrong with it.
  explicit Pattern(const std::string& text);

  /// True where some part of the line matches.
  [[nodiscard]] bool is_in(const std::string& line) const;

 private:
  struct Free {
    void operator()(regex_t* compiled) const;
  };
  std::unique_ptr<regex_t, Free> compiled_;
};

}  // namespace orchestrator::project
