#include "orchestrator/cli/ps_template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "orchestrator/cli/describe.hpp"
#include "orchestrator/cli/layout.hpp"
#include "orchestrator/cli/options.hpp"
#include "orchestrator/cli/suggestion.hpp"
#include "runtime/spec/split.hpp"

namespace orchestrator::cli {
namespace {

struct Subject {
  const std::string& project;
  const state::Instance& instance;
  std::int64_t now_ns = 0;
};

struct Field {
  std::string_view name{};
  std::string_view heading{};
  std::string (*value)(const Subject& it) = nullptr;
};

constexpr Field kFields[] = {
    {"ID", "CONTAINER ID", [](const Subject& it) { return state::container_id(it.instance); }},
    {"Name", "NAME", [](const Subject& it) { return it.instance.name; }},
    {"Names", "NAMES", [](const Subject& it) { return it.instance.name; }},
    {"Project", "PROJECT", [](const Subject& it) { return it.project; }},
    {"Service", "SERVICE", [](const Subject& it) { return service_of(it.instance); }},
    {"Image", "IMAGE", [](const Subject& it) { return it.instance.image; }},
    {"Command", "COMMAND", [](const Subject& it) { return it.instance.command; }},
    {"State", "STATE", [](const Subject& it) { return std::string(state::to_string(it.instance.phase)); }},
    {"Status", "STATUS", [](const Subject& it) { return status(it.instance, it.now_ns); }},
    {"Health", "HEALTH", [](const Subject& it) { return std::string(state::to_string(it.instance.health)); }},
    {"ExitCode", "EXIT CODE", [](const Subject& it) { return std::to_string(exit_code(it.instance)); }},
    {"CreatedAt", "CREATED AT", [](const Subject& it) { return date(it.instance.created_ns); }},
    {"RunningFor", "CREATED", [](const Subject& it) { return ago(it.now_ns, it.instance.created_ns); }},
    {"Networks", "NETWORKS", [](const Subject& it) { return networks(it.instance); }},
    {"Ports", "PORTS", [](const Subject& it) { return ports(it.instance); }},
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

const Field& field_of(std::string_view action) {
  const std::string_view words = trimmed(action);
  if (!words.starts_with('.'))
    throw UsageError(
        fmt::format("--format: \"{{{{{}}}}}\" is not a field such as \"{{{{.Name}}}}\"", action));
  const auto* found = std::find_if(std::begin(kFields), std::end(kFields),
                                   [&](const Field& it) { return it.name == words.substr(1); });
  if (found != std::end(kFields)) return *found;
  std::vector<std::string_view> names;
  for (const Field& field : kFields) names.push_back(field.name);
  throw UsageError(fmt::format("--format: containers have no field \"{}\"{}", words.substr(1),
                               suggestion(std::string(words.substr(1)), names)));
}

std::string filled_in(std::string_view text, const std::function<std::string(const Field&)>& value_of) {
  std::string result;
  while (!text.empty()) {
    const auto open = text.find("{{");
    result += text.substr(0, open);
    if (open == std::string_view::npos) return result;
    const auto close = text.find("}}", open);
    if (close == std::string_view::npos) throw UsageError("--format: \"{{\" without \"}}\"");
    result += value_of(field_of(text.substr(open + 2, close - open - 2)));
    text.remove_prefix(close + 2);
  }
  return result;
}

/// As they are typed in quotes of the shell.
std::string with_blanks(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool tab = text.substr(i, 2) == "\\t";
    const bool newline = text.substr(i, 2) == "\\n";
    result += tab ? '\t' : newline ? '\n' : text[i];
    i += tab || newline ? 1 : 0;
  }
  return result;
}

Row cells(const std::string& line) {
  Row row;
  for (const std::string_view cell : runtime::split(line, '\t')) row.emplace_back(cell);
  return row;
}

}  // namespace

std::string ps_by_template(const std::string& project, const std::vector<state::Instance>& instances,
                           std::int64_t now_ns, std::string_view format) {
  constexpr std::string_view kTable = "table ";
  const bool as_table = format.starts_with(kTable);
  const std::string text = with_blanks(as_table ? format.substr(kTable.size()) : format);
  if (text.find("{{") == std::string::npos)
    throw UsageError(fmt::format(
        "--format is \"table\", \"json\" or a template such as \"{{{{.Name}}}}\", not \"{}\"", format));
  std::vector<Row> rows{
      cells(filled_in(text, [](const Field& field) { return std::string(field.heading); }))};
  std::string lines;
  for (const state::Instance& instance : instances) {
    const Subject subject{project, instance, now_ns};
    const std::string line = filled_in(text, [&](const Field& field) { return field.value(subject); });
    rows.push_back(cells(line));
    lines += line + "\n";
  }
  return as_table ? columns(rows) : lines;
}

}  // namespace orchestrator::cli
