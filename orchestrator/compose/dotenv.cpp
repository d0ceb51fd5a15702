#include "orchestrator/compose/dotenv.hpp"

#include <algorithm>
#include <stdexcept>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/interpolate.hpp"

namespace orchestrator::compose {
namespace {

class Reader {
 public:
  Reader(const std::shared_ptr<const File>& file, const Lookup& lookup)
      : file_(file), text_(file->text), outer_(lookup) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  std::vector<Variable> run() {
    while (skip_to_name()) variables_.push_back(variable());
    return std::move(variables_);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    const auto begin = text_.begin();
    const int line = 1 + static_cast<int>(std::count(begin, begin + static_cast<std::ptrdiff_t>(at_), '\n'));
    throw LoadError(Diagnostic{.place = {.file = file_, .line = line, .column = 1}, .message = message});
  }
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] char here() const { return done() ? '\n' : text_[at_]; }
  void skip_blanks() {
    while (!done() && (here() == ' ' || here() == '\t' || here() == '\r')) ++at_;
  }
  void skip_line() {
    while (!done() && here() != '\n') ++at_;
  }

  bool skip_to_name() {
    for (;;) {
      skip_blanks();
      if (done()) return false;
      if (here() == '#') skip_line();
      if (done() || here() != '\n') return !done();
      ++at_;
    }
  }

  std::string name() {
    const std::size_t begin = at_;
    const auto belongs = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             c == '.' || c == '-' || c == '[' || c == ']';
    };
    while (!done() && belongs(here())) ++at_;
    if (at_ == begin) fail("expected a variable's name, not " + quoted(text_.substr(at_, 1)));
    return std::string(text_.substr(begin, at_ - begin));
  }

  Variable variable() {
    Variable result{.name = name()};
    skip_blanks();
    if (result.name == "export" && here() != '=' && here() != ':' && here() != '\n') {
      result.name = name();
      skip_blanks();
    }
    if (here() == '\n' || here() == '#') {
      skip_line();
      result.value = outer_(result.name);
      return result;
    }
    if (here() != '=' && here() != ':') fail("expected \"=\" after " + quoted(result.name));
    ++at_;
    skip_blanks();
    result.value = value();
    return result;
  }

  std::string value() {
    if (here() == '\'') return single_quoted();
    if (here() == '"') return double_quoted();
    const std::size_t begin = at_;
    while (!done() && here() != '\n' &&
           !(here() == '#' && at_ > begin && (text_[at_ - 1] == ' ' || text_[at_ - 1] == '\t')))
      ++at_;
    std::string_view raw = text_.substr(begin, at_ - begin);
    raw = raw.substr(0, raw.find_last_not_of(" \t\r") + 1);
    skip_line();
    return expand(raw);
  }

  std::string single_quoted() {
    const std::size_t end = text_.find('\'', at_ + 1);
    if (end == std::string_view::npos) fail("unterminated quoted value");
    const std::string result(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    skip_line();
    return result;
  }

  std::string double_quoted() {
    std::string raw;
    for (++at_;; ++at_) {
      if (done()) fail("unterminated quoted value");
      if (here() == '"') break;
      if (here() != '\\' || at_ + 1 >= text_.size()) {
        raw += here();
        continue;
      }
      ++at_;
      switch (here()) {
        case 'n':
          raw += '\n';
          break;
        case 'r':
          raw += '\r';
          break;
        case 't':
          raw += '\t';
          break;
        case '$':
          raw += "$$";
          break;
        case '"':
        case '\\':
          raw += here();
          break;
        default:
          raw += '\\';
          raw += here();
      }
    }
    ++at_;
    skip_line();
    return expand(raw);
  }

  std::string expand(std::string_view raw) {
    try {
      return substitute(raw,
                        [&](std::string_view wanted) -> std::optional<std::string> {
                          if (auto value = outer_(wanted)) return value;
                          const auto found =
                              std::find_if(variables_.rbegin(), variables_.rend(),
                                           [&](const Variable& one) { return one.name == wanted; });
                          return found == variables_.rend() ? std::nullopt : found->value;
                        })
          .text;
    } catch (const std::invalid_argument& error) {
      fail(error.what());
    }
  }

  std::shared_ptr<const File> file_;
  std::string_view text_;
  const Lookup& outer_;
  std::size_t at_ = 0;
  std::vector<Variable> variables_{};
};

}  // namespace

std::vector<Variable> parse_dotenv(const std::shared_ptr<const File>& file, const Lookup& lookup) {
  return Reader(file, lookup).run();
}

}  // namespace orchestrator::compose
