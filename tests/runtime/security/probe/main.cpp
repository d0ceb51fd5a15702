// Tries from inside of a container what a container must not be able to do: `probe ATTEMPTS`. A static
// program that needs nothing of the image.
#include <stdio.h>
#include <string.h>

#include "attempt.hpp"

namespace {

struct Row {
  const char* name;
  void (*attempts)();
};
constexpr Row kRows[] = {{"read-only-files", probe::read_only_files},
                         {"masked-files", probe::masked_files},
                         {"mounts", probe::mounts},
                         {"cgroup-files", probe::cgroup_files},
                         {"devices", probe::devices},
                         {"descriptors", probe::descriptors},
                         {"namespaces", probe::namespaces},
                         {"system-calls", probe::system_calls},
                         {"odd-system-calls", probe::odd_system_calls},
                         {"i386-table", probe::i386_table},
                         {"host-sockets", probe::host_sockets},
                         {"foreign-processes", probe::foreign_processes},
                         {"chroot-break", probe::chroot_break},
                         {"limits", probe::limits},
                         {"fork-bomb", probe::fork_bomb},
                         {"memory-hog", probe::memory_hog},
                         {"power", probe::power},
                         {"terminal-input", probe::terminal_input},
                         {"overwrite-programs", probe::overwrite_programs},
                         {"watch-newcomers", probe::watch_newcomers}};

}  // namespace

int main(int argc, char** argv) {
  setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  for (const Row& row : kRows)
    if (argc == 2 && strcmp(argv[1], row.name) == 0) {
      row.attempts();
      return 0;
    }
  fprintf(stderr, "usage: probe ATTEMPTS\n");
  return 2;
}
