// `logs`: what containers have printed, from the files the supervisor writes; works without one.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "orchestrator/cli/clock.hpp"
#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/log_output.hpp"
#include "orchestrator/cli/moment.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/records_watch.hpp"
#include "orchestrator/cli/stack.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::cli {
namespace {

using state::Instance;

/// "all" or a number of lines.
std::optional<std::size_t> tail(const Options& options) {
  const std::string text = options.text("tail").value_or("all");
  if (text == "all") return std::nullopt;
  std::size_t lines = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), lines);
  if (error != std::errc() || end != text.data() + text.size())
    throw UsageError("--tail wants a number of lines or \"all\", not \"" + text + "\"");
  return lines;
}

LogSelection selection(const Options& options) {
  LogSelection chosen{.tail = tail(options), .timestamps = options.flag("timestamps")};
  if (const auto since = options.text("since")) chosen.since_ns = moment(*since, now_ns(), "since");
  if (const auto until = options.text("until")) chosen.until_ns = moment(*until, now_ns(), "until");
  return chosen;
}

/// `run` has printed it on its own terminal, or was told not to. Steps of a service write into its log.
bool is_one_off(const Instance& instance) {
  return !instance.one_off_of.empty() && instance.speaks_for.empty();
}

/// What the operands name; a one-off container goes by its container's name as well.
std::vector<std::string> services_meant(const std::vector<Instance>& all, const Options& options) {
  std::vector<std::string> names = options.operands();
  for (std::string& name : names)
    for (const Instance& instance : all)
      if (is_one_off(instance) && instance.name == name) name = instance.service;
  return names;
}

/// The containers that are meant; one-off ones only by name. Services without any are no error: theirs may be
/// gone by now.
std::vector<Instance> meant(std::vector<Instance> all, const Options& options) {
  if (options.operands().empty()) std::erase_if(all, is_one_off);
  const std::vector<std::string> services = services_meant(all, options);
  std::vector<Instance> instances = of_services(std::move(all), services, services);
  const auto index = options.number("index");
  if (!index) return instances;
  std::erase_if(instances, [&](const Instance& instance) { return instance.number != *index; });
  // `--follow` shows it when it comes.
  if (instances.empty() && !options.flag("follow"))
    throw std::runtime_error(fmt::format("there is no container {}", *index));
  return instances;
}

/// Of the containers that run. Nobody writes down how they end where supervisor and keeper have been killed.
std::vector<runtime::sys::unique_fd> processes_of(const std::vector<Instance>& instances) {
  const std::string boot_id = runtime::sys::boot_id();
  std::vector<runtime::sys::unique_fd> processes;
  for (const Instance& instance : instances)
    if (auto process = process_of(instance, boot_id)) processes.push_back(std::move(*process));
  return processes;
}

/// Waits for output, records or the end of a process, or that time; true where it was not for output.
bool await_change(int output, int records, const std::vector<runtime::sys::unique_fd>& processes,
                  std::int64_t until_ns) {
  std::vector<pollfd> watched{{.fd = output, .events = POLLIN, .revents = 0},
                              {.fd = records, .events = POLLIN, .revents = 0}};
  for (const runtime::sys::unique_fd& process : processes)
    watched.push_back({.fd = process.get(), .events = POLLIN, .revents = 0});
  if (runtime::sys::retry(
          [&] { return ::poll(watched.data(), watched.size(), milliseconds_until(until_ns)); }) < 0)
    runtime::sys::throw_errno("poll");
  return std::any_of(watched.begin() + 1, watched.end(), [](const pollfd& one) { return one.revents != 0; });
}

/// A command, or what it depends on, has ended it to start it again; of one made anew nothing has run yet.
bool is_between_two_lives(const Instance& instance) {
  if (!instance.wanted || !instance.error.empty()) return false;
  if (instance.phase == state::Phase::created) return instance.generation > 0;
  return instance.phase == state::Phase::exited &&
         (instance.ended_by == state::EndCause::command || instance.ended_by == state::EndCause::update);
}

/// Goes on until none of the containers runs any more, or nothing newer is asked for; new ones join.
void follow(const state::ProjectPaths& paths, const Options& options, std::int64_t until_ns,
            LogFollower& output) {
  RecordsWatch records(paths);
  std::vector<runtime::sys::unique_fd> processes;
  bool running = false;
  for (bool changed = true;; changed = await_change(output.fd(), records.fd(), processes, until_ns)) {
    if (changed) {
      const std::vector<Instance> instances = meant(records.observe(), options);
      for (const Instance& instance : instances) output.add(instance);
      processes = processes_of(instances);
      running = std::any_of(instances.begin(), instances.end(), [](const Instance& instance) {
        return runs(instance) || is_between_two_lives(instance);
      });
    }
    while (output.has_news()) output.print();
    if (!running || now_ns() > until_ns) return;
  }
}

}  // namespace

LogFollower follower_for(const state::ProjectPaths& paths, const Options& options,
                         const LogSelection& selection, int err) {
  Screen screen = screen_for(options, STDOUT_FILENO);
  screen.colour = screen.colour && !options.flag("no-color");
  return {paths, LogStyle(screen, !options.flag("no-log-prefix")), selection, STDOUT_FILENO, err};
}

int logs(const Options& options) {
  const LogSelection chosen = selection(options);
  const Target target = target_of(options);
  const std::vector<Instance> instances = observe(target.paths);
  (void)of_services(instances, services_meant(instances, options), target.services);
  LogFollower output = follower_for(target.paths, options, chosen, STDOUT_FILENO);
  for (const Instance& instance : meant(instances, options)) output.add(instance);
  while (output.has_news()) output.print();
  if (options.flag("follow") && runtime::sys::exists(target.paths.instances()))
    follow(target.paths, options, chosen.until_ns, output);
  return 0;
}

}  // namespace orchestrator::cli
