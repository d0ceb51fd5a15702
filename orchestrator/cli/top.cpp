// `top`: the processes inside the containers.
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "orchestrator/cli/clock.hpp"
#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/process_line.hpp"
#include "orchestrator/cli/stack.hpp"
#include "runtime/cgroup/cgroup.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::cli {
namespace {

MachineFacts machine_facts() {
  return {.ticks_per_second = ::sysconf(_SC_CLK_TCK),
          .uptime_seconds = std::strtod(runtime::sys::read_file("/proc/uptime").c_str(), nullptr),
          .now_seconds = now_ns() / 1'000'000'000};
}

/// From passwd(5) alone: getpwuid(3) loads libraries of the host, which a static program should not.
std::string name_of(uid_t uid) {
  const std::unique_ptr<FILE, int (*)(FILE*)> users(std::fopen("/etc/passwd", "re"), &std::fclose);
  while (const passwd* entry = users ? ::fgetpwent(users.get()) : nullptr)
    if (entry->pw_uid == uid) return entry->pw_name;
  return std::to_string(uid);
}

/// The host's name for whom the process runs as; the number where it has none.
std::string owner_of(const std::string& directory) {
  struct stat status {};
  return ::stat(directory.c_str(), &status) == 0 ? name_of(status.st_uid) : "";
}

ProcessFacts facts_of(int pid) {
  const std::string directory = "/proc/" + std::to_string(pid);
  // A process may end while we look; then there is nothing to print.
  return {.stat = runtime::sys::read_file_if_exists(directory + "/stat").value_or(""),
          .cmdline = runtime::sys::read_file_if_exists(directory + "/cmdline").value_or(""),
          .user = owner_of(directory)};
}

}  // namespace

int top(const Options& options) {
  const Target target = target_of(options);
  const MachineFacts machine = machine_facts();
  std::vector<Row> rows{{"SERVICE", "#", "UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"}};
  for (const state::Instance& instance :
       of_services(observe(target.paths), options.operands(), target.services)) {
    if (instance.phase != state::Phase::running && instance.phase != state::Phase::paused) continue;
    const auto cgroup = runtime::cgroup::Cgroup::open({instance.cgroup_unified, instance.cgroup_v1});
    for (const int pid : cgroup.processes()) {
      Row row{instance.service, std::to_string(instance.number)};
      const Row line = process_line(facts_of(pid), machine);
      row.insert(row.end(), line.begin(), line.end());
      if (!line.empty()) rows.push_back(row);
    }
  }
  const std::string text = columns(rows);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace orchestrator::cli
