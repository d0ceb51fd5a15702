#include "runtime/mdrun/log.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cstdio>
#include <ctime>
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

std::string now() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  std::tm utc{};
  ::gmtime_r(&time.tv_sec, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, time.tv_nsec);
}

}  // namespace runtime::mdrun
