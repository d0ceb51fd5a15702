// `stats`: what the containers use, once a second.
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <map>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/json_output.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/cli/usage.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::cli {
namespace {

using Clock = std::chrono::steady_clock;
using state::Instance;

struct Look {
  Clock::time_point at{};
  std::map<std::string, Sample> samples{};  ///< by name
};

Sample sample_of(const Instance& instance) {
  Sample sample{.name = instance.name};
  if (instance.phase != state::Phase::running && instance.phase != state::Phase::paused) return sample;
  sample.statistics =
      runtime::cgroup::Cgroup::open({instance.cgroup_unified, instance.cgroup_v1}).statistics();
  const auto traffic =
      runtime::sys::read_file_if_exists("/proc/" + std::to_string(instance.pid) + "/net/dev");
  read_traffic(traffic.value_or(""), sample);
  return sample;
}

Look look(const Target& target, const Options& options) {
  Look result{.at = Clock::now()};
  for (const Instance& instance : of_services(observe(target.paths), options.operands(), target.services))
    if (options.flag("all") || instance.phase == state::Phase::running ||
        instance.phase == state::Phase::paused)
      result.samples.emplace(instance.name, sample_of(instance));
  return result;
}

std::vector<Usage> between(const Look& before, const Look& now) {
  static const auto kHostMemory = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                                  static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::vector<Usage> lines;
  for (const auto& [name, sample] : now.samples) {
    const auto earlier = before.samples.find(name);
    const Sample& first = earlier == before.samples.end() ? sample : earlier->second;
    lines.push_back(usage(first, sample, now.at - before.at, kHostMemory));
  }
  return lines;
}

std::string rendered(const std::vector<Usage>& lines, const Options& options) {
  if (options.text("format") != "json") return usage_table(lines);
  std::string text;
  for (const Usage& line : lines) text += json_line(line);
  return text;
}

/// The measuring interval; usage is a difference of counters.
void wait_a_second() { ::poll(nullptr, 0, 1000); }

}  // namespace

int stats(const Options& options) {
  const Target target = target_of(options);
  const bool redraw = screen_for(options, STDOUT_FILENO).terminal && options.text("format") != "json";
  Look before = look(target, options);
  do {
    wait_a_second();
    Look now = look(target, options);
    const std::string text = rendered(between(before, now), options);
    // Home, the table, then nothing below it.
    const bool clear = redraw && !options.flag("no-stream");
    runtime::sys::write_all(STDOUT_FILENO, clear ? "\x1b[H\x1b[2J" + text : text);
    before = std::move(now);
  } while (!options.flag("no-stream"));
  return 0;
}

}  // namespace orchestrator::cli
