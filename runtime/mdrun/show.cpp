// state, list, ps, features: what can be asked.
#include <fmt/format.h>
#include <pwd.h>

#include <cstdio>
#include <stdexcept>

#include "runtime/mdrun/commands.hpp"
#include "runtime/mdrun/documents.hpp"
#include "runtime/mdrun/store.hpp"

namespace runtime::mdrun {
namespace {

using Row = std::vector<std::string>;

std::string table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += fmt::format("{:<{}}", row[i], i + 1 == row.size() ? 0 : widths[i] + 2);
    text += line + "\n";
  }
  return text;
}

std::string format_of(const Arguments& arguments) {
  const std::string format = arguments.text("format").value_or("table");
  if (format != "table" && format != "json")
    throw UsageError("--format is table or json, not \"" + format + "\"");
  return format;
}

void print(const std::string& text) { fmt::print("{}", text); }

}  // namespace

int state(const Arguments& arguments, const Settings& settings) {
  const Entry entry = Store(settings.root).get(arguments.operands().front());
  const Record record = entry.record();
  print(state_json(record, status_of(entry, record)));
  return 0;
}

int list(const Arguments& arguments, const Settings& settings) {
  const std::string format = format_of(arguments);
  std::vector<std::pair<Record, Status>> found;
  std::vector<Row> rows{{"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}};
  for (const Entry& entry : Store(settings.root).all()) {
    const Record record = entry.record();
    const Status status = status_of(entry, record);
    found.emplace_back(record, status);
    const int pid = status == Status::stopped ? 0 : record.process.pid;
    rows.push_back({record.id, std::to_string(pid), std::string(to_string(status)), record.bundle,
                    record.created, std::to_string(record.owner)});
  }
  if (arguments.has("quiet"))
    for (const auto& [record, status] : found) print(record.id + "\n");
  else
    print(format == "json" ? states_json(found) : table(rows));
  return 0;
}

int ps(const Arguments& arguments, const Settings& settings) {
  const std::string format = format_of(arguments);
  const Record record = Store(settings.root).get(arguments.operands().front()).record();
  if (record.cgroup == cgroup::Paths{})
    throw std::runtime_error("container " + record.id + " has no cgroup of its own");
  const std::vector<int> pids = cgroup::Cgroup::open(record.cgroup).processes();
  if (format == "json") {
    print(numbers_json(pids));
    return 0;
  }
  print("PID\n");
  for (const int pid : pids) print(std::to_string(pid) + "\n");
  return 0;
}

int features(const Arguments&, const Settings&) {
  print(features_json());
  return 0;
}

}  // namespace runtime::mdrun
