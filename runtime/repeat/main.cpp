// Runs one command whenever it is told to. Built like PID 1 of runtime/init.
#include "runtime/repeat/answer.hpp"

#include <alloca.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using runtime::repeat::Answer;

constexpr int kUsage = 2;

struct Command {
  char** argv;  // the program, then its own argv
  char directory[PATH_MAX];
  posix_spawnattr_t attributes;
};

/// True where somebody is left when all that have ended are reaped.
bool reap() {
  for (;;) {
    const pid_t ended = waitpid(-1, nullptr, WNOHANG);
    if (ended <= 0) return ended == 0;
  }
}

Answer run(const Command& command) {
  Answer answer;
  // It may have been removed, and made again.
  if (chdir(command.directory) != 0) {
    answer.error = errno;
    return answer;
  }
  pid_t child = 0;
  answer.error =
      posix_spawn(&child, command.argv[0], nullptr, &command.attributes, command.argv + 1, environ);
  if (answer.error != 0) return answer;
  while (waitpid(child, &answer.status, 0) < 0) {
    if (errno == EINTR) continue;
    answer.error = errno;
    return answer;
  }
  answer.left_others = reap() ? 1 : 0;
  return answer;
}

bool prepare(Command& command) {
  return getcwd(command.directory, sizeof command.directory) != nullptr &&
         posix_spawnattr_init(&command.attributes) == 0 &&
         posix_spawnattr_setflags(&command.attributes, POSIX_SPAWN_SETSID) == 0;
}

int serve(int orders, int answers, const Command& command) {
  for (;;) {
    char order = 0;
    const ssize_t size = read(orders, &order, 1);
    if (size == 0 || (size < 0 && errno != EINTR)) return 0;
    if (size < 0) continue;
    const Answer answer = run(command);
    if (write(answers, &answer, sizeof answer) != sizeof answer) return 0;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return kUsage;
  const int orders = atoi(argv[1]);
  const int answers = atoi(argv[2]);
  // Nobody traces it or takes its pipes; and whoever loses its parent becomes our child.
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 ||
      fcntl(orders, F_SETFD, FD_CLOEXEC) != 0 || fcntl(answers, F_SETFD, FD_CLOEXEC) != 0)
    return kUsage;
  prctl(PR_SET_NAME, argv[0], 0, 0, 0);
  // Copies, for the originals are what /proc/PID/cmdline shows.
  Command command;
  command.argv = static_cast<char**>(alloca(sizeof(char*) * static_cast<size_t>(argc - 2)));
  for (int i = 3; i < argc; ++i) {
    const size_t size = strlen(argv[i]) + 1;
    command.argv[i - 3] = static_cast<char*>(memcpy(alloca(size), argv[i], size));
    memset(argv[i], 0, size);
  }
  command.argv[argc - 3] = nullptr;
  if (!prepare(command)) return kUsage;
  return serve(orders, answers, command);
}
