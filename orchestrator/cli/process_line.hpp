// One process as `top` prints it, from what proc(5) says about it. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "orchestrator/cli/layout.hpp"

namespace orchestrator::cli {

struct ProcessFacts {
  std::string stat{};     ///< /proc/PID/stat
  std::string cmdline{};  ///< /proc/PID/cmdline
  std::string user{};
};
struct MachineFacts {
  long ticks_per_second = 100;
  double uptime_seconds = 0;     ///< since boot, as /proc/PID/stat counts
  std::int64_t now_seconds = 0;  ///< wall clock
};

/// UID PID PPID C STIME TTY TIME CMD, as `ps -ef` prints them. Empty where `stat` is none.
Row process_line(const ProcessFacts& process, const MachineFacts& machine);

}  // namespace orchestrator::cli
