#include "runtime/mdrun/log.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <system_error>

#include "runtime/mdrun/documents.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::mdrun {

void Log::say(const char* level, const std::string& sentence) const {
  const bool warning = std::string_view(level) == "warning";
  fmt::print(stderr, "mdrun: {}{}\n", warning ? "warning: " : "", sentence);
  if (path_.empty()) return;
  const std::string line = json_ ? log_line_json(level, sentence, now())
                                 : fmt::format("time=\"{}\" level={} msg=\"{}\"\n", now(), level, sentence);
  try {
    const sys::unique_fd file = sys::open(path_, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY, 0644);
    sys::write_all(file.get(), line);
  } catch (const std::system_error& error) {
    fmt::print(stderr, "mdrun: {}\n", error.what());
  }
}

// gmtime_r(3) would read the time zone for a time that has none.
std::string now() {
  using namespace std::chrono;
  const auto time = system_clock::now();
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(duration_cast<nanoseconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

}  // namespace runtime::mdrun
