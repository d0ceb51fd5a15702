#include "orchestrator/cli/process_line.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <sstream>

namespace orchestrator::cli {
namespace {

/// The fields of proc(5), /proc/PID/stat, that are printed. The name may hold blanks and parentheses, so the
/// rest begins behind the last one.
struct Stat {
  std::string pid{};
  std::string name{};
  std::string parent{};
  dev_t terminal = 0;
  unsigned long long busy_ticks = 0;
  unsigned long long start_ticks = 0;
};

Stat parse(const std::string& text) {
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos) return {};
  Stat stat{.pid = text.substr(0, open - 1), .name = text.substr(open + 1, close - open - 1)};
  std::istringstream rest(text.substr(close + 1));
  std::string skipped;
  unsigned long long user = 0;
  unsigned long long system = 0;
  rest >> skipped >> stat.parent >> skipped >> skipped >> stat.terminal;  // state ppid pgrp session tty_nr
  for (int field = 8; field < 14; ++field) rest >> skipped;               // tpgid … cmajflt
  rest >> user >> system;                                                 // utime stime
  for (int field = 16; field < 22; ++field) rest >> skipped;              // cutime … itrealvalue
  rest >> stat.start_ticks;
  stat.busy_ticks = user + system;
  return stat;
}

std::string command_line(std::string cmdline, const std::string& name) {
  while (!cmdline.empty() && cmdline.back() == '\0') cmdline.pop_back();
  std::replace(cmdline.begin(), cmdline.end(), '\0', ' ');
  return cmdline.empty() ? "[" + name + "]" : cmdline;
}

std::string terminal_name(dev_t device) {
  constexpr unsigned kPtsMajor = 136;  // 136 to 143, devices.txt
  const unsigned number = major(device);
  if (device == 0) return "?";
  if (number >= kPtsMajor && number < kPtsMajor + 8)
    return fmt::format("pts/{}", (number - kPtsMajor) * 256 + minor(device));
  return fmt::format("{}:{}", number, minor(device));
}

}  // namespace

Row process_line(const ProcessFacts& process, const MachineFacts& machine) {
  const Stat stat = parse(process.stat);
  if (stat.pid.empty()) return {};
  const auto ticks = static_cast<double>(machine.ticks_per_second);
  const auto busy = static_cast<std::int64_t>(static_cast<double>(stat.busy_ticks) / ticks);
  const double age = std::max(machine.uptime_seconds - static_cast<double>(stat.start_ticks) / ticks, 1.0);
  const std::int64_t began = machine.now_seconds - static_cast<std::int64_t>(age);
  constexpr std::int64_t kDay = 86400;
  const char* date = machine.now_seconds - began < kDay ? "{:%H:%M}" : "{:%b%d}";
  return {process.user,
          stat.pid,
          stat.parent,
          fmt::format("{}", static_cast<int>(100 * static_cast<double>(stat.busy_ticks) / ticks / age)),
          fmt::format(fmt::runtime(date), fmt::localtime(began)),
          terminal_name(stat.terminal),
          fmt::format("{:02}:{:02}:{:02}", busy / 3600, busy / 60 % 60, busy % 60),
          command_line(process.cmdline, stat.name)};
}

}  // namespace orchestrator::cli
