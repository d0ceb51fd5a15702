#include "orchestrator/compose/dotenv.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/interpolate.hpp"

namespace orchestrator::compose {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r'; }

/// Letters beyond ASCII are letters, too.
bool belongs_to_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-' || c == '[' || c == ']' || static_cast<unsigned char>(c) >= 0x80;
}

std::string_view without_blank_end(std::string_view text) {
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

/// Quotes around the whole are no part of a raw value, either.
std::string_view without_quotes(std::string_view text) {
  const bool quoted_whole =
      text.size() > 1 && text.front() == text.back() && (text.front() == '"' || text.front() == '\'');
  return quoted_whole ? text.substr(1, text.size() - 2) : text;
}

/// What a backslash and this letter mean in double quotes; '\0' for nothing.
char escaped(char letter) {
  constexpr std::string_view kLetters = "abfnrtv\\\"";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"";
  const std::size_t at = kLetters.find(letter);
  return at == std::string_view::npos ? '\0' : kMeanings[at];
}

class Reader {
 public:
  Reader(const std::shared_ptr<const File>& file, const Lookup& lookup)
      : file_(file), text_(file->text), outer_(lookup) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  std::vector<Variable> run() {
    while (skip_to_name()) {
      Variable one = variable();
      if (one.value) known_[one.name] = *one.value;
      variables_.push_back(std::move(one));
    }
    return std::move(variables_);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const { throw LoadError(place(), message); }
  [[nodiscard]] Place place() const {
    const std::size_t line_start = text_.rfind('\n', at_ == 0 ? 0 : at_ - 1);
    const std::size_t before = line_start == std::string_view::npos || at_ == 0 ? 0 : line_start + 1;
    return {.file = file_, .line = line_, .column = static_cast<int>(at_ - before) + 1};
  }
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] char here() const { return done() ? '\n' : text_[at_]; }
  void advance() {
    if (!done() && text_[at_] == '\n') ++line_;
    ++at_;
  }
  void skip_blanks() {
    while (!done() && is_blank(here())) ++at_;
  }
  void skip_line() { at_ = std::min(text_.find('\n', at_), text_.size()); }

  bool skip_to_name() {
    for (;; advance()) {
      skip_blanks();
      if (!done() && here() == '#') skip_line();
      if (done()) return false;
      if (here() != '\n') return true;
    }
  }

  void skip_export() {
    constexpr std::string_view kExport = "export";
    const std::string_view rest = text_.substr(at_);
    if (!rest.starts_with(kExport) || rest.size() == kExport.size() || !is_blank(rest[kExport.size()]))
      return;
    at_ += kExport.size();
    skip_blanks();
  }

  std::string name() {
    const std::size_t begin = at_;
    while (!done() && (is_blank(here()) || belongs_to_name(here()))) ++at_;
    if (here() != '=' && here() != ':' && here() != '\n')
      fail("unexpected " + quoted(text_.substr(at_, 1)) + " in a variable's name");
    const std::string_view name = without_blank_end(text_.substr(begin, at_ - begin));
    if (name.empty()) fail("expected a variable's name, not " + quoted(text_.substr(at_, 1)));
    if (name.find(' ') != std::string_view::npos)
      fail("a variable's name must not have a blank in it: " + quoted(name));
    return std::string(name);
  }

  Variable variable() {
    skip_export();
    Variable result{.place = place()};
    result.name = name();
    if (here() == '\n') {
      result.value = outer_(result.name);
      return result;
    }
    ++at_;
    skip_blanks();
    result.value = here() == '\'' ? single_quoted() : here() == '"' ? double_quoted() : unquoted();
    return result;
  }

  std::string unquoted() {
    const std::size_t begin = at_;
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string_view raw = text_.substr(begin, end - begin);
    raw = without_blank_end(raw.substr(0, raw.find(" #")));
    std::string value = expand(raw);
    at_ = end;
    return value;
  }

  /// Up to the quote that ends it; `take` gets each letter that follows a backslash.
  template <class Take>
  std::string quoted_until(char quote, Take take) {
    const std::size_t begin = at_;
    const int line = line_;
    std::string out;
    for (advance(); !done(); advance()) {
      if (here() == quote) {
        advance();
        return out;
      }
      if (here() != '\\' || at_ + 1 >= text_.size()) {
        out += here();
        continue;
      }
      advance();
      take(out);
    }
    at_ = begin;
    line_ = line;
    fail("unterminated quoted value");
  }

  std::string single_quoted() {
    return quoted_until('\'', [this](std::string& out) {
      if (here() != '\'') out += '\\';
      out += here();
    });
  }

  std::string double_quoted() {
    const std::string raw = quoted_until('"', [this](std::string& out) {
      if (here() == '$')
        out += "$$";
      else if (const char meaning = escaped(here()); meaning != '\0')
        out += meaning;
      else if (here() == '0')
        take_octal(out);
      else
        (out += '\\') += here();
    });
    return expand(raw);
  }

  /// \0NNN
  void take_octal(std::string& out) {
    const std::string_view digits = text_.substr(std::min(at_ + 1, text_.size()), 3);
    unsigned value = 0;
    for (const char c : digits)
      value = c >= '0' && c <= '7' ? value * 8 + static_cast<unsigned>(c - '0') : 4096;
    if (digits.size() < 3 || value > 255) {
      out += "\\0";
      return;
    }
    out += static_cast<char>(value);
    at_ += 3;
  }

  std::string expand(std::string_view raw) {
    if (raw.find('$') == std::string_view::npos) return std::string(raw);
    try {
      return substitute(raw, [&](std::string_view wanted) { return value_of(wanted); }).text;
    } catch (const std::invalid_argument& error) {
      fail(error.what());
    }
  }
  [[nodiscard]] std::optional<std::string> value_of(std::string_view wanted) const {
    if (auto value = outer_(wanted)) return value;
    const auto found = known_.find(std::string(wanted));
    return found == known_.end() ? std::nullopt : std::optional(found->second);
  }

  std::shared_ptr<const File> file_;
  std::string_view text_;
  const Lookup& outer_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::vector<Variable> variables_{};
  std::unordered_map<std::string, std::string> known_{};
};

}  // namespace

std::vector<Variable> parse_dotenv(const std::shared_ptr<const File>& file, const Lookup& lookup) {
  return Reader(file, lookup).run();
}

std::vector<Variable> parse_raw_variables(const std::shared_ptr<const File>& file, const Lookup& lookup) {
  std::vector<Variable> variables;
  std::string_view rest = file->text;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  for (int line = 1; !rest.empty(); ++line) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view text = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty() || text.front() == '#') continue;
    const Place place{.file = file, .line = line, .column = 1};
    const std::size_t equals = text.find('=');
    const std::string name(text.substr(0, equals));
    if (name.empty() || name.find_first_of(" \t") != std::string::npos)
      throw LoadError(place, quoted(name) + " is no name of a variable: it is empty or has a blank");
    auto value = equals == std::string_view::npos
                     ? lookup(name)
                     : std::optional(std::string(without_quotes(text.substr(equals + 1))));
    variables.push_back({.name = name, .value = std::move(value), .place = place});
  }
  return variables;
}

}  // namespace orchestrator::compose
