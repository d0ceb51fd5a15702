// Files of the host that a container can name: /proc, /sys, devices, descriptors, sockets.
#include <dirent.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "attempt.hpp"

namespace probe {
namespace {

void open_for_writing(const char* path) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  tell(path, fd);
  if (fd >= 0) close(fd);
}

/// A file that is not there tells nothing either.
void read_something(const char* path) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  char byte = 0;
  const bool something = fd >= 0 && read(fd, &byte, 1) > 0;
  tell_word(path, something ? "OPEN" : "nothing");
  if (fd >= 0) close(fd);
}

void list_something(const char* path) {
  DIR* directory = opendir(path);
  bool something = false;
  if (directory != nullptr)
    while (const dirent* entry = readdir(directory)) something |= entry->d_name[0] != '.';
  tell_word(path, something ? "OPEN" : "nothing");
  if (directory != nullptr) closedir(directory);
}

/// Neither made nor opened: which of both is refused is up to who runs the container.
void make_and_open(const char* what, mode_t type, unsigned major_number, unsigned minor_number) {
  const char* path = "/tmp/node";
  int fd = mknod(path, type | 0666, makedev(major_number, minor_number));
  if (fd == 0) fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  tell(what, fd);
  if (fd > 0) close(fd);
  unlink(path);
}

}  // namespace

void read_only_files() {
  open_for_writing("/proc/sysrq-trigger");
  open_for_writing("/proc/sys/kernel/core_pattern");
  open_for_writing("/proc/sys/kernel/modprobe");
  open_for_writing("/proc/sys/vm/panic_on_oom");
  open_for_writing("/proc/irq/default_smp_affinity");
  open_for_writing("/sys/kernel/mm/transparent_hugepage/enabled");
}

void masked_files() {
  static constexpr const char* kFiles[] = {"/proc/kcore",       "/proc/keys",          "/proc/timer_list",
                                           "/proc/timer_stats", "/proc/latency_stats", "/proc/sched_debug",
                                           "/proc/interrupts"};
  static constexpr const char* kDirectories[] = {"/proc/acpi", "/proc/asound", "/proc/scsi", "/sys/firmware",
                                                 "/sys/devices/virtual/powercap"};
  for (const char* path : kFiles) read_something(path);
  for (const char* path : kDirectories) list_something(path);
}

void devices() {
  make_and_open("fuse", S_IFCHR, 10, 229);
  make_and_open("the kernel's log", S_IFCHR, 1, 11);
  make_and_open("the machine's memory", S_IFCHR, 1, 1);
  make_and_open("a console of the host", S_IFCHR, 4, 1);
  make_and_open("a loop device", S_IFBLK, 7, 0);
  // The host's disk, as it calls it itself.
  char line[128];
  unsigned major_number = 0;
  unsigned minor_number = 0;
  FILE* partitions = fopen("/proc/partitions", "re");
  while (partitions != nullptr && fgets(line, sizeof line, partitions) != nullptr)
    if (sscanf(line, " %u %u", &major_number, &minor_number) == 2) break;
  if (partitions != nullptr) fclose(partitions);
  make_and_open("the host's disk", S_IFBLK, major_number, minor_number);
  const int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  tell("/dev/null", fd);
  if (fd >= 0) close(fd);
}

void descriptors() {
  const int own = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* directory = fdopendir(own);
  while (const dirent* entry = readdir(directory)) {
    const int fd = atoi(entry->d_name);
    if (entry->d_name[0] == '.' || fd == own) continue;
    char target[256] = "";
    (void)!readlinkat(own, entry->d_name, target, sizeof target - 1);
    // Of a pipe or a terminal only the kind: their numbers are others each time.
    *strchrnul(target, ':') = '\0';
    tell_word(entry->d_name, target);
  }
  closedir(directory);
}

void host_sockets() {
  char line[512];
  long abstract = 0;
  FILE* list = fopen("/proc/net/unix", "re");
  while (list != nullptr && fgets(line, sizeof line, list) != nullptr)
    abstract += strchr(line, '@') != nullptr;
  if (list != nullptr) fclose(list);
  tell_number("abstract sockets to be seen", abstract);
  // The test listens there, in the host's network namespace.
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  constexpr char kName[] = "mdcompose-security-test";
  memcpy(address.sun_path + 1, kName, sizeof kName - 1);
  const socklen_t length = offsetof(sockaddr_un, sun_path) + 1 + sizeof kName - 1;
  tell("connect to the host's abstract socket", connect(fd, reinterpret_cast<sockaddr*>(&address), length));
}

}  // namespace probe
