#include "orchestrator/compose/interpolate.hpp"

#include <set>
#include <stdexcept>

namespace orchestrator::compose {
namespace {

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

[[noreturn]] void invalid(std::string_view text) {
  throw std::invalid_argument("invalid interpolation format in " + quoted(text) +
                              "; write $$ for a dollar sign");
}

class Substitution {
 public:
  Substitution(std::string_view text, const Lookup& lookup, Substituted& result)
      : text_(text), lookup_(lookup), result_(result) {}

  std::string run() {
    std::string out;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c != '$') {
        out += c;
      } else if (at_ < text_.size() && text_[at_] == '$') {
        out += '$';
        ++at_;
      } else if (at_ < text_.size() && text_[at_] == '{') {
        ++at_;
        out += braced();
      } else {
        out += plain();
      }
    }
    return out;
  }

 private:
  std::string name() {
    const std::size_t begin = at_;
    if (at_ < text_.size() && starts_name(text_[at_]))
      while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
    if (at_ == begin) invalid(text_);
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string value_or_nothing(const std::string& variable) {
    result_.used.push_back(variable);
    const auto value = lookup_(variable);
    if (!value) result_.unset.push_back(variable);
    return value.value_or("");
  }

  std::string plain() { return value_or_nothing(name()); }

  /// The text up to the brace that closes this one.
  std::string_view rest() {
    const std::size_t begin = at_;
    for (int depth = 1; at_ < text_.size(); ++at_) {
      if (text_[at_] == '$' && at_ + 1 < text_.size() && text_[at_ + 1] == '{') ++depth;
      if (text_[at_] == '}' && --depth == 0) return text_.substr(begin, at_++ - begin);
    }
    invalid(text_);
  }

  std::string inner(std::string_view text) { return Substitution(text, lookup_, result_).run(); }

  std::string braced() {
    const std::string variable = name();
    if (at_ < text_.size() && text_[at_] == '}') {
      ++at_;
      return value_or_nothing(variable);
    }
    bool empty_counts = true;
    if (at_ < text_.size() && text_[at_] == ':') {
      empty_counts = false;
      ++at_;
    }
    const char operation = at_ < text_.size() ? text_[at_++] : '\0';
    const std::string_view operand = rest();
    result_.used.push_back(variable);
    const auto value = lookup_(variable);
    const bool set = value && (empty_counts || !value->empty());
    switch (operation) {
      case '-':
        return set ? *value : inner(operand);
      case '+':
        return set ? inner(operand) : "";
      case '?':
        if (set) return *value;
        throw std::invalid_argument("required variable " + variable + " is missing a value" +
                                    (operand.empty() ? "" : ": " + inner(operand)));
      default:
        invalid(text_);
    }
  }

  std::string_view text_;
  const Lookup& lookup_;
  Substituted& result_;
  std::size_t at_ = 0;
};

void visit(Node& node, const Lookup& lookup, Findings& findings, std::set<std::string>& warned) {
  for (Node& item : node.items) visit(item, lookup, findings, warned);
  if (node.is_map())
    for (Entry& entry : node.map) visit(entry.value, lookup, findings, warned);
  if (!node.is_text() || node.text.find('$') == std::string::npos) return;
  try {
    Substituted result = substitute(node.text, lookup);
    node.text = std::move(result.text);
    for (const std::string& name : result.unset)
      if (warned.insert(name).second)
        findings.warning(node.place, "the variable " + quoted(name) + " is not set: an empty string is used");
  } catch (const std::invalid_argument& error) {
    findings.error(node.place, error.what());
  }
}

}  // namespace

Substituted substitute(std::string_view text, const Lookup& lookup) {
  Substituted result;
  result.text = Substitution(text, lookup, result).run();
  return result;
}

void interpolate(Node& root, const Lookup& lookup, Findings& findings) {
  std::set<std::string> warned;
  visit(root, lookup, findings, warned);
}

}  // namespace orchestrator::compose
