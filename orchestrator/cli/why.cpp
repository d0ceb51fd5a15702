// `why`: what has become of a service's containers and for what reason, from the records and logs alone.
#include <cstdio>

#include "orchestrator/cli/clock.hpp"
#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/explain_state.hpp"
#include "orchestrator/cli/json_output.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/logs/reader.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::cli {
namespace {

constexpr std::size_t kLines = 10;

std::vector<std::string> last_lines(const state::ProjectPaths& paths, const std::string& id) {
  logs::Reader reader({.directory = paths.log_directory(id), .tail = kLines, .follow = false});
  std::vector<std::string> lines;
  while (auto record = reader.next()) lines.push_back(std::move(record->text));
  return lines;
}

}  // namespace

int why(const Options& options) {
  if (options.operands().empty()) throw UsageError("why wants a service");
  const Target target = target_of(options);
  std::string text;
  for (const state::Instance& instance :
       of_services(observe(target.paths), options.operands(), target.services)) {
    const Case it{.instance = instance,
                  .last_lines = last_lines(target.paths, instance.id),
                  .now_ns = now_ns(),
                  .now_boottime_ns = runtime::sys::boottime_ns()};
    text += options.text("format") == "json" ? json_line(it) : why_text(it);
  }
  if (text.empty()) throw std::runtime_error("there is no container of it: nothing was started");
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace orchestrator::cli
