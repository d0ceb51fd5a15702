// What is wrong or surprising in a stack file, told with file, line, column, the line itself and a caret.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

struct Diagnostic {
  Place place{};
  std::string message{};  ///< lower case, no full stop: "services.web.ports must be a list, not a mapping"
  std::string hint{};     ///< what to do: "did you mean \"ports\"?"
};

/// "compose.yaml:3:5: message", without the quoted line.
std::string one_line(const Diagnostic& diagnostic);
/// The same followed by the line, a caret under the column, and the hint.
std::string render(const Diagnostic& diagnostic);

/// The stack cannot be loaded. what() is the first finding's line and how many more there are.
class LoadError : public std::runtime_error {
 public:
  explicit LoadError(std::vector<Diagnostic> diagnostics);
  LoadError(const Place& place, std::string message, std::string hint = "");
  explicit LoadError(std::string message, std::string hint = "");
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

/// Collects what a phase finds, so that one run tells everything that is wrong.
class Findings {
 public:
  void error(const Place& place, std::string message, std::string hint = "");
  void warning(const Place& place, std::string message, std::string hint = "");
  bool failed() const { return !errors_.empty(); }
  /// There are so many errors that nobody will read another one.
  bool is_full() const;
  const std::vector<Diagnostic>& errors() const { return errors_; }
  /// Throws LoadError where there are errors: the next phase needs a sound model.
  void stop_on_errors() const;
  const std::vector<Diagnostic>& warnings() const { return warnings_; }

 private:
  std::vector<Diagnostic> errors_;
  std::size_t left_out_ = 0;
  std::vector<Diagnostic> warnings_;
};

/// The candidate that was probably meant: at most a third of its letters differ. "" where none is near.
std::string nearest(std::string_view word, std::span<const std::string_view> candidates);
std::string nearest(std::string_view word, const Map& candidates);
/// "did you mean \"word\"?", or "" for no word.
std::string did_you_mean(std::string_view word);

/// The way from the root to a value. Its text is made only where a message needs it.
struct Trail {
  const Trail* up = nullptr;
  std::string_view key{};                      ///< of a mapping
  std::size_t index = std::string_view::npos;  ///< of a list

  [[nodiscard]] Trail to(std::string_view member) const { return {.up = this, .key = member}; }
  [[nodiscard]] Trail at(std::size_t item) const { return {.up = this, .index = item}; }
  /// "services.web.ports[0]"; "the stack file" for the root.
  [[nodiscard]] std::string text() const;
  /// The same followed by ": ", or nothing for the root.
  [[nodiscard]] std::string prefix() const;
};

/// "\"text\"".
std::string quoted(std::string_view text);
/// "services.web", or "web" at the top.
std::string join_path(std::string_view path, std::string_view key);

}  // namespace orchestrator::compose
