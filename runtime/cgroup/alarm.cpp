#include "runtime/cgroup/alarm.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <string_view>
#include <system_error>

#include "runtime/cgroup/control_files.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::cgroup {
namespace {

/// 15 % of two seconds, the shortest window without CAP_SYS_RESOURCE. The kernel takes the last character for
/// the end.
constexpr std::string_view kTrigger = "some 300000 2000000\n";

MemoryAlarm v1_alarm(const std::string& directory) {
  const std::string file = directory + "/memory.oom_control";
  sys::unique_fd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) sys::throw_errno("eventfd");
  const sys::unique_fd control = sys::open(file, O_RDONLY);
  sys::write_control(directory + "/cgroup.event_control",
                     std::to_string(event.get()) + " " + std::to_string(control.get()));
  return {.fd = std::move(event), .file = file, .is_urgent = false};
}

}  // namespace

bool MemoryAlarm::is_there() const { return sys::exists(file); }

void MemoryAlarm::expect_next() const {
  std::uint64_t ignored[16];
  if (is_urgent)
    (void)!::pread(fd.get(), ignored, sizeof ignored, 0);
  else
    (void)!::read(fd.get(), ignored, sizeof ignored[0]);
}

MemoryAlarm memory_alarm(const Paths& group) {
  try {
    const std::string file = group.unified + "/memory.events";
    if (!group.unified.empty() && sys::exists(file)) {
      MemoryAlarm alarm{.fd = sys::open(file, O_RDONLY), .file = file};
      alarm.expect_next();
      return alarm;
    }
    if (const std::string directory = v1_directory(group, "memory"); !directory.empty())
      return v1_alarm(directory);
  } catch (const std::system_error&) {
    // A kernel without notifications, or the group is gone: its end is looked at in any case.
  }
  return {};
}

bool PressureAlarm::is_there() const { return sys::exists(file); }

std::string PressureAlarm::share() const {
  const std::string text = sys::read_file_if_exists(file).value_or("");
  const std::string key = "avg10=";
  const auto at = text.find(key);
  if (at == std::string::npos) return "";
  return text.substr(at + key.size(), text.find(' ', at) - at - key.size());
}

PressureAlarm pressure_alarm(const Hierarchy& hierarchy, const std::string& name,
                             const std::string& resource) {
  if (hierarchy.unified.empty()) return {};
  try {
    PressureAlarm alarm{.file = hierarchy.unified + "/" + name + "/" + resource + ".pressure"};
    alarm.fd = sys::open(alarm.file, O_RDWR | O_NONBLOCK);
    sys::write_all(alarm.fd.get(), kTrigger);
    return alarm;
  } catch (const std::system_error&) {
    return {};
  }
}

bool reports_pressure(const Hierarchy& hierarchy) {
  return !hierarchy.unified.empty() && sys::exists(hierarchy.unified + "/cpu.pressure");
}

}  // namespace runtime::cgroup
