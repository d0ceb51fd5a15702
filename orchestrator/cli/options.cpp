#include "orchestrator/cli/options.hpp"

#include <algorithm>
#include <charconv>

#include "orchestrator/cli/suggestion.hpp"

namespace orchestrator::cli {
namespace {

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_one_of(std::string_view word, std::string_view choices) {
  const std::string all = "|" + std::string(choices) + "|";
  return all.find("|" + std::string(word) + "|") != std::string::npos;
}

std::string spelled(const Option& option) { return "--" + std::string(option.name); }

void check(const Option& option, const std::string& value) {
  switch (option.kind) {
    case Kind::flag:
      if (value != "true" && value != "false")
        throw UsageError(spelled(option) + " is true or false, not \"" + value + "\"");
      return;
    case Kind::choice:
      if (!is_one_of(value, option.value))
        throw UsageError(spelled(option) + " is one of " + std::string(option.value) + ", not \"" + value +
                         "\"");
      return;
    case Kind::number:
    case Kind::seconds:
      if (!whole_number(value))
        throw UsageError(spelled(option) + " must be a whole number, not \"" + value + "\"");
      return;
    case Kind::text:
    case Kind::list:
      return;
  }
}

}  // namespace

const std::vector<std::string>& Options::values(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw std::logic_error("no option is called " + std::string(name));
  return found->second;
}

bool Options::given(std::string_view name) const { return !values(name).empty(); }

bool Options::has(std::string_view name) const {
  const auto found = values_.find(name);
  return found != values_.end() && !found->second.empty() && found->second.back() != "false";
}

bool Options::flag(std::string_view name) const { return given(name) && values(name).back() == "true"; }

std::optional<std::string> Options::text(std::string_view name) const {
  return given(name) ? std::optional(values(name).back()) : std::nullopt;
}

std::optional<int> Options::number(std::string_view name) const {
  return given(name) ? whole_number(values(name).back()) : std::nullopt;
}

std::optional<std::chrono::seconds> Options::seconds(std::string_view name) const {
  const auto count = number(name);
  return count ? std::optional(std::chrono::seconds(*count)) : std::nullopt;
}

std::vector<std::string> Options::list(std::string_view name) const { return values(name); }

/// One pass over the arguments.
class Parser {
 public:
  Parser(std::span<const std::string> arguments, std::span<const Table> tables, Options before)
      : arguments_(arguments), tables_(tables), result_(std::move(before)) {
    result_.operands_.clear();
    for (const Table& table : tables_)
      for (const Option& option : table) result_.values_.try_emplace(option.name);
  }

  Options run(Operands operands) {
    while (next_ < arguments_.size()) {
      const std::string& argument = arguments_[next_++];
      if (argument == "--") break;
      if (argument.starts_with("--")) {
        long_option(argument.substr(2));
      } else if (argument.size() > 1 && argument.front() == '-') {
        short_options(argument);
      } else {
        result_.operands_.push_back(argument);
        if (operands == Operands::at_end) break;
      }
    }
    const auto rest = arguments_.subspan(next_);
    result_.operands_.insert(result_.operands_.end(), rest.begin(), rest.end());
    return std::move(result_);
  }

 private:
  template <class Predicate>
  const Option* find(Predicate matches) const {
    for (const Table& table : tables_) {
      const auto found = std::find_if(table.begin(), table.end(), matches);
      if (found != table.end()) return &*found;
    }
    return nullptr;
  }

  void long_option(const std::string& argument) {
    const auto equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const Option* option = find([&](const Option& row) { return row.name == name; });
    if (option == nullptr) throw UsageError("unknown option --" + name + suggestion(name, names(), "--"));
    if (equals != std::string::npos) return take(*option, argument.substr(equals + 1));
    take(*option, option->kind == Kind::flag ? "true" : following(*option));
  }

  /// "-aq", "-fcompose.yaml", "-f=compose.yaml", "-f compose.yaml".
  void short_options(const std::string& argument) {
    for (std::size_t i = 1; i < argument.size(); ++i) {
      const char letter = argument[i];
      const Option* option = find([&](const Option& row) { return row.letter == letter; });
      if (option == nullptr)
        throw UsageError("unknown option -" + std::string(1, letter) + " in \"" + argument + "\"");
      if (option->kind == Kind::flag) {
        take(*option, "true");
        continue;
      }
      const std::string rest = argument.substr(i + 1);
      if (rest.empty()) return take(*option, following(*option));
      return take(*option, rest.front() == '=' ? rest.substr(1) : rest);
    }
  }

  std::string following(const Option& option) {
    if (next_ == arguments_.size())
      throw UsageError(spelled(option) + " needs a value: " + std::string(option.value));
    return arguments_[next_++];
  }

  void take(const Option& option, const std::string& value) {
    check(option, value);
    result_.values_.at(option.name).push_back(value);
  }

  [[nodiscard]] std::vector<std::string_view> names() const {
    std::vector<std::string_view> names;
    for (const Table& table : tables_)
      for (const Option& option : table) names.push_back(option.name);
    return names;
  }

  std::span<const std::string> arguments_;
  std::span<const Table> tables_;
  std::size_t next_ = 0;
  Options result_;
};

Options parse(std::span<const std::string> arguments, std::span<const Table> tables, Operands operands,
              Options before) {
  return Parser(arguments, tables, std::move(before)).run(operands);
}

}  // namespace orchestrator::cli
