#include <string>

#include "runtime/container/container.hpp"

namespace runtime {

const std::vector<std::string>& default_capabilities() {
  static const std::vector<std::string> names{
      "CAP_CHOWN",   "CAP_DAC_OVERRIDE", "CAP_FSETID",           "CAP_FOWNER",
      "CAP_MKNOD",   "CAP_NET_RAW",      "CAP_SETGID",           "CAP_SETUID",
      "CAP_SETFCAP", "CAP_SETPCAP",      "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT",
      "CAP_KILL",    "CAP_AUDIT_WRITE"};
  return names;
}

const std::vector<std::string>& default_masked_paths() {
  static const std::vector<std::string> paths{"/proc/acpi",
                                              "/proc/asound",
                                              "/proc/interrupts",
                                              "/proc/kcore",
                                              "/proc/keys",
                                              "/proc/latency_stats",
                                              "/proc/sched_debug",
                                              "/proc/scsi",
                                              "/proc/timer_list",
                                              "/proc/timer_stats",
                                              "/sys/firmware",
                                              "/sys/devices/virtual/powercap",
                                              "/sys/devices/system/cpu/cpu*/thermal_throttle"};
  return paths;
}

const std::vector<std::string>& default_readonly_paths() {
  static const std::vector<std::string> paths{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                              "/proc/sysrq-trigger"};
  return paths;
}

std::vector<Mount> default_mounts(std::uint64_t shm_size) {
  return {
      {.destination = "/proc", .type = "proc", .source = "proc", .options = {"nosuid", "noexec", "nodev"}},
      {.destination = "/dev",
       .type = "tmpfs",
       .source = "tmpfs",
       .options = {"nosuid", "noexec", "strictatime", "mode=755", "size=65536k"}},
      {.destination = "/dev/pts",
       .type = "devpts",
       .source = "devpts",
       .options = {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}},
      {.destination = "/sys",
       .type = "sysfs",
       .source = "sysfs",
       .options = {"nosuid", "noexec", "nodev", "ro"}},
      {.destination = "/sys/fs/cgroup",
       .type = "cgroup",
       .source = "cgroup",
       .options = {"ro", "nosuid", "noexec", "nodev"}},
      {.destination = "/dev/mqueue",
       .type = "mqueue",
       .source = "mqueue",
       .options = {"nosuid", "noexec", "nodev"}},
      {.destination = "/dev/shm",
       .type = "tmpfs",
       .source = "shm",
       .options = {"nosuid", "noexec", "nodev", "mode=1777", "size=" + std::to_string(shm_size)}},
  };
}

const std::vector<DeviceRule>& default_device_rules() {
  static const std::vector<DeviceRule> rules{
      {.allow = false, .type = 'a', .access = "rwm"},
      {.allow = true, .type = 'c', .access = "m"},
      {.allow = true, .type = 'b', .access = "m"},
      {.allow = true, .type = 'c', .major = 1, .minor = 3},
      {.allow = true, .type = 'c', .major = 1, .minor = 5},
      {.allow = true, .type = 'c', .major = 1, .minor = 7},
      {.allow = true, .type = 'c', .major = 1, .minor = 8},
      {.allow = true, .type = 'c', .major = 1, .minor = 9},
      {.allow = true, .type = 'c', .major = 5, .minor = 0},
      {.allow = true, .type = 'c', .major = 5, .minor = 1},
      {.allow = true, .type = 'c', .major = 5, .minor = 2},
      {.allow = true, .type = 'c', .major = 136},
  };
  return rules;
}

}  // namespace runtime
