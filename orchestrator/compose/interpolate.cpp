#include "orchestrator/compose/interpolate.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "orchestrator/compose/cast.hpp"

namespace orchestrator::compose {
namespace {

constexpr int kDeepest = 50;                  // a default in a default in …
constexpr std::size_t kMostBytes = 1U << 20;  // of a filled-in text

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

std::size_t name_length(std::string_view text) {
  if (text.empty() || !starts_name(text[0])) return 0;
  std::size_t length = 1;
  while (length < text.size() && continues_name(text[length])) ++length;
  return length;
}

[[noreturn]] void invalid(std::string_view text) {
  constexpr std::size_t kShown = 60;
  const std::string shown(text.substr(0, std::min(text.find('\n'), kShown)));
  throw std::invalid_argument("invalid interpolation format in " + quoted(shown) +
                              "; write $$ for a dollar sign");
}

/// "NAME", "NAME:-default" and the like, as they stand between braces.
struct Expression {
  std::string_view name{};
  char operation = '\0';      ///< '-', '+', '?', or '\0' for the name alone
  bool empty_counts = false;  ///< without the colon: an empty value is a value
  std::string_view operand{};
  std::size_t length = 0;  ///< up to and with the closing brace
};

/// `text` begins behind "${". The expression ends at the brace that closes it, on the same line.
Expression parse_expression(std::string_view text) {
  Expression result{.name = text.substr(0, name_length(text))};
  std::size_t at = result.name.size();
  if (at == 0) invalid(text);
  if (text.substr(at).starts_with('}')) {
    result.length = at + 1;
    return result;
  }
  result.empty_counts = !text.substr(at).starts_with(':');
  if (!result.empty_counts) ++at;
  if (at >= text.size() || (text[at] != '-' && text[at] != '+' && text[at] != '?')) invalid(text);
  result.operation = text[at++];
  const std::size_t begin = at;
  for (int depth = 1; at < text.size() && text[at] != '\n'; ++at) {
    if (text.substr(at).starts_with("${")) ++depth;
    if (text[at] == '}' && --depth == 0) {
      result.operand = text.substr(begin, at - begin);
      result.length = at + 1;
      return result;
    }
  }
  invalid(text);
}

class Substitution {
 public:
  explicit Substitution(const Lookup& lookup) : lookup_(lookup) {}

  Substituted run(std::string_view text) {
    Substituted result{.text = fill(text, 0)};
    result.uses = std::move(uses_);
    return result;
  }

 private:
  std::string fill(std::string_view text, int depth) {
    if (depth > kDeepest) throw std::invalid_argument("defaults are nested deeper than 50 levels");
    std::string out;
    for (;;) {
      const std::size_t dollar = text.find('$');
      out += text.substr(0, dollar);
      if (out.size() > kMostBytes) throw std::invalid_argument("the variables expand to more than 1 MiB");
      if (dollar == std::string_view::npos) return out;
      text.remove_prefix(dollar + 1);
      text.remove_prefix(variable(text, out, depth));
    }
  }

  /// What follows a dollar sign; returns how much of it was read.
  std::size_t variable(std::string_view text, std::string& out, int depth) {
    if (text.starts_with('{')) {
      const Expression expression = parse_expression(text.substr(1));
      out += value_of(expression, depth);
      return expression.length + 1;
    }
    const std::size_t length = name_length(text);
    if (length == 0) {
      out += '$';
      return text.starts_with('$') ? 1 : 0;
    }
    out += value_of({.name = text.substr(0, length)}, depth);
    return length;
  }

  std::string value_of(const Expression& expression, int depth) {
    const auto value = lookup_(expression.name);
    const bool set = value && (expression.empty_counts || !value->empty());
    switch (expression.operation) {
      case '-':
        note(expression.name, set ? Filled::Value : Filled::Default);
        return set ? *value : fill(expression.operand, depth + 1);
      case '+':
        note(expression.name, set ? Filled::Alternative : Filled::Nothing, false);
        return set ? fill(expression.operand, depth + 1) : "";
      case '?':
        note(expression.name, Filled::Value);
        if (set) return *value;
        throw std::invalid_argument(
            "required variable " + std::string(expression.name) + " is missing a value" +
            (expression.operand.empty() ? "" : ": " + fill(expression.operand, depth + 1)));
      default:
        note(expression.name, value ? Filled::Value : Filled::Nothing);
        return value.value_or("");
    }
  }

  void note(std::string_view name, Filled with, bool warns = true) {
    if (with == Filled::Nothing && !warns) return;
    if (noted_.emplace(name, with).second) uses_.push_back({.name = std::string(name), .with = with});
  }

  const Lookup& lookup_;
  std::set<std::pair<std::string, Filled>> noted_{};
  std::vector<Use> uses_{};
};

void collect(std::string_view text, std::vector<Wanted>& into, int depth) {
  if (depth > kDeepest) return;
  for (std::size_t dollar = text.find('$'); dollar != std::string_view::npos; dollar = text.find('$')) {
    text.remove_prefix(dollar + 1);
    if (text.starts_with('$')) {
      text.remove_prefix(1);
      continue;
    }
    if (!text.starts_with('{')) {
      if (const std::size_t length = name_length(text); length > 0)
        into.push_back({.name = std::string(text.substr(0, length))});
      continue;
    }
    const Expression found = parse_expression(text.substr(1));
    into.push_back({.name = std::string(found.name),
                    .fallback = found.operation == '-' ? std::string(found.operand) : "",
                    .alternative = found.operation == '+' ? std::string(found.operand) : "",
                    .required = found.operation == '?'});
    collect(found.operand, into, depth + 1);
    text.remove_prefix(found.length + 1);
  }
}

class Visitor {
 public:
  explicit Visitor(const Interpolation& with) : with_(with) {}

  void visit(Node& node, const Attribute* attribute, const Trail& trail) {
    if (node.tag == Tag::Reset) return;
    for (std::size_t i = 0; i < node.items.size(); ++i) visit(node.items[i], item(attribute), trail.at(i));
    for (Entry& entry : node.map) visit(entry.value, member(attribute, entry.key), trail.to(entry.key));
    if (!node.is_text()) return;
    if (node.text.find('$') != std::string::npos && !fill(node, trail)) return;
    if (attribute != nullptr) cast_early(node, *attribute, trail, with_.findings);
  }

 private:
  bool fill(Node& node, const Trail& trail) {
    try {
      Substituted result = substitute(node.text, with_.lookup);
      node.text = std::move(result.text);
      note(node, result.uses);
      return true;
    } catch (const std::invalid_argument& error) {
      with_.findings.error(node.place, trail.prefix() + error.what());
      node = make_null(node.place);
      node.tag = Tag::Broken;
      return false;
    }
  }

  void note(Node& node, const std::vector<Use>& uses) {
    auto history = std::make_shared<History>();
    for (const Use& use : uses) {
      if (use.with == Filled::Nothing && warned_.insert(use.name).second)
        with_.findings.warning(node.place,
                               "the variable " + quoted(use.name) + " is not set: an empty string is used");
      history->variables.push_back(told(use));
    }
    if (!uses.empty()) node.history = std::move(history);
  }

  [[nodiscard]] std::string told(const Use& use) const {
    switch (use.with) {
      case Filled::Value:
        return use.name + " from " + with_.origin(use.name);
      case Filled::Default:
        return use.name + " is not set: its default";
      case Filled::Alternative:
        return use.name + " from " + with_.origin(use.name) + ": its alternative";
      case Filled::Nothing:
        break;
    }
    return use.name + " is not set";
  }

  const Interpolation& with_;
  std::set<std::string> warned_{};
};

}  // namespace

Substituted substitute(std::string_view text, const Lookup& lookup) { return Substitution(lookup).run(text); }

std::vector<Wanted> wanted_variables(std::string_view text) {
  std::vector<Wanted> found;
  collect(text, found, 0);
  return found;
}

void interpolate(Node& root, const Attribute& attribute, const Interpolation& with) {
  Visitor(with).visit(root, &attribute, Trail{});
}

}  // namespace orchestrator::compose
