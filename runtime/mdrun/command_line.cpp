#include "runtime/mdrun/command_line.hpp"

#include <fmt/format.h>
#include <getopt.h>

#include <algorithm>
#include <charconv>

namespace runtime::mdrun {
namespace {

/// Long options without a letter get a number that no letter has.
constexpr int kFirstNumber = 256;

int key_of(const Option& option, std::size_t row) {
  return option.letter != 0 ? option.letter : kFirstNumber + static_cast<int>(row);
}

std::string short_options(std::span<const Option> table, bool operands_end_options) {
  std::string letters = operands_end_options ? "+:" : ":";
  for (const Option& option : table)
    if (option.letter != 0) letters += std::string(1, option.letter) + (option.value ? ":" : "");
  return letters;
}

std::vector<option> long_options(std::span<const Option> table) {
  std::vector<option> rows;
  for (std::size_t i = 0; i < table.size(); ++i)
    rows.push_back(
        {table[i].name, table[i].value ? required_argument : no_argument, nullptr, key_of(table[i], i)});
  rows.push_back({nullptr, 0, nullptr, 0});
  return rows;
}

const Option& row_of(std::span<const Option> table, int key) {
  std::size_t row = 0;
  while (key_of(table[row], row) != key) ++row;
  return table[row];
}

}  // namespace

const std::vector<std::string>& Arguments::list(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw std::out_of_range("no option is called " + std::string(name));
  return found->second;
}

std::optional<std::string> Arguments::text(std::string_view name) const {
  return has(name) ? std::optional(list(name).back()) : std::nullopt;
}

int Arguments::number(std::string_view name) const {
  const std::string word = text(name).value_or("0");
  int value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size() || value < 0)
    throw UsageError(fmt::format("--{} wants a number, not \"{}\"", name, word));
  return value;
}

Arguments parse(const std::vector<std::string>& words, std::span<const Option> table,
                bool operands_end_options) {
  Arguments result;
  for (const Option& option : table) result.values_[option.name];
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const auto count = static_cast<int>(words.size());
  const std::string letters = short_options(table, operands_end_options);
  const std::vector<option> rows = long_options(table);
  ::optind = 0;  // glibc: begin anew
  ::opterr = 0;
  for (;;) {
    const int key = ::getopt_long(count, argv.data(), letters.c_str(), rows.data(), nullptr);
    if (key == -1) break;
    const std::string_view word = argv[static_cast<std::size_t>(::optind - 1)];
    if (key == ':') throw UsageError(fmt::format("option {} needs a value", word));
    if (key == '?') throw UsageError(fmt::format("unknown option {}", word));
    const Option& option = row_of(table, key);
    result.values_[option.name].emplace_back(option.value ? ::optarg : "");
  }
  for (int i = ::optind; i < count; ++i) result.operands_.emplace_back(argv[static_cast<std::size_t>(i)]);
  return result;
}

std::string describe(std::span<const Option> table) {
  std::string text;
  for (const Option& option : table) {
    if (*option.help == '\0') continue;
    const std::string letter = option.letter != 0 ? fmt::format("-{}, ", option.letter) : "    ";
    const std::string name =
        fmt::format("--{}{}{}", option.name, option.value ? " " : "", option.value ? option.value : "");
    text += fmt::format("  {}{:<26} {}\n", letter, name, option.help);
  }
  return text;
}

}  // namespace runtime::mdrun
