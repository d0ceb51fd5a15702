#include "orchestrator/supervisor/missing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>

namespace orchestrator::supervisor {
namespace {

std::string what_keeps(const state::Instance& record) {
  if (!record.waits_for.empty()) return fmt::format("waits for {}", fmt::join(record.waits_for, " and "));
  if (record.health != state::Health::starting) return fmt::format("is {}", to_string(record.phase));
  if (record.probes.empty()) return "has not been probed yet";
  const state::Probe& last = record.probes.back();
  return fmt::format("is not healthy, its last probe failed with code {}{}{}", last.exit_code,
                     last.output.empty() ? "" : ": ", last.output);
}

}  // namespace

Outcome too_late(const std::vector<const Member*>& missing) {
  std::string text = "the stack was not up within the time allowed";
  std::string separator = ": ";
  for (const Member* member : missing)
    text += fmt::format("{}container {} {}", std::exchange(separator, "; "), member->record.name,
                        what_keeps(member->record));
  while (text.ends_with('\n')) text.pop_back();
  return {1, text};
}

}  // namespace orchestrator::supervisor
