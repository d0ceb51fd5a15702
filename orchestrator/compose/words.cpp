#include "orchestrator/compose/words.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

namespace orchestrator::compose {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The rules of go-shellwords, with which docker compose splits.
class Splitter {
 public:
  Words run(std::string_view line) {
    for (const char c : line)
      if (!take(c)) break;
    end_word();
    if (escaped_) throw std::invalid_argument("a backslash ends the line");
    if (quote_ != Quote::None) throw std::invalid_argument("a quote is not closed");
    return std::move(result_);
  }

 private:
  enum class Quote { None, Single, Double, Backtick, Dollar };

  /// False where reading ends.
  bool take(char c) {
    if (escaped_) {
      take_escaped(c);
    } else if (c == '\\' && quote_ != Quote::Single) {
      escaped_ = true;
    } else if (c == '\'' || c == '"' || c == '`') {
      take_quote(c);
    } else if (quote_ == Quote::None && is_blank(c)) {
      end_word();
    } else if (c == '(' || c == ')') {
      take_parenthesis(c);
    } else if (quote_ == Quote::None && std::string_view(";&|<>").find(c) != std::string_view::npos) {
      if (c == '>' && word_ && is_number(*word_)) word_.reset();  // "2>" is a redirection as a whole
      result_.cut_by = c;
      return false;
    } else {
      add(c);
    }
    return true;
  }

  void take_escaped(char c) {
    escaped_ = false;
    if (quote_ == Quote::Backtick || quote_ == Quote::Dollar) {
      add('\\');
      return add(c);
    }
    add(c == 't' ? '\t' : c == 'n' ? '\n' : c);
  }

  void take_quote(char c) {
    const Quote kind = c == '\'' ? Quote::Single : c == '"' ? Quote::Double : Quote::Backtick;
    if (quote_ != Quote::None && quote_ != kind) return add(c);
    quote_ = quote_ == kind ? Quote::None : kind;
    if (kind == Quote::Backtick) return add(c);  // `date` stays text: nothing is run
    if (!word_) word_.emplace();
  }

  void take_parenthesis(char c) {
    if (quote_ == Quote::Dollar && c == ')') {
      quote_ = Quote::None;
    } else if (quote_ == Quote::None && c == '(' && word_ && word_->ends_with('$')) {
      quote_ = Quote::Dollar;
    } else if (quote_ == Quote::None || quote_ == Quote::Dollar) {
      throw std::invalid_argument(std::string("an unquoted ") + c);
    }
    add(c);
  }

  void add(char c) {
    if (!word_) word_.emplace();
    *word_ += c;
  }
  void end_word() {
    if (word_) result_.words.push_back(*std::exchange(word_, std::nullopt));
  }

  Words result_{};
  std::optional<std::string> word_{};
  Quote quote_ = Quote::None;
  bool escaped_ = false;
};

}  // namespace

Words split_words(std::string_view line) { return Splitter().run(line); }

}  // namespace orchestrator::compose
