#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string_view>

#include "runtime/keeper/keeper.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

// The keeper's program, see embedded.s.in.
extern "C" const char mdc_keeper_begin[];
extern "C" const char mdc_keeper_end[];

namespace runtime::keeper {

namespace {

/// An anonymous executable file: the keeper needs no file of its own on the host.
sys::unique_fd keeper_program() {
#ifndef MFD_EXEC
  constexpr unsigned MFD_EXEC = 0x10;  // Linux 6.3; before that every memory file was executable
#endif
  sys::unique_fd fd(::memfd_create("mdc-keeper", MFD_CLOEXEC | MFD_EXEC));
  if (!fd) fd.reset(::memfd_create("mdc-keeper", MFD_CLOEXEC));
  if (!fd) sys::throw_errno("make a memory file for the keeper");
  sys::write_all(fd.get(), std::string_view(mdc_keeper_begin, mdc_keeper_end));
  return fd;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

/// Out of the way of the places that the keeper knows.
constexpr int kAbove = 16;

/// Descriptors to be kept, by the numbers the keeper will find them at.
struct Kept {
  explicit Kept(const std::map<std::string, int>& wanted) {
    for (const auto& [name, fd] : wanted) {
      fds.push_back(fd);
      if (fd < kAbove) {
        moved.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, kAbove));
        if (!moved.back()) sys::throw_errno("duplicate a descriptor for the keeper");
        fds.back() = moved.back().get();
      }
      arguments.push_back(kKeptPrefix + name + "=" + std::to_string(fds.back()));
    }
  }
  std::vector<int> fds{};
  std::vector<sys::unique_fd> moved{};
  std::vector<std::string> arguments{};
};

/// Everything the forked child needs, made before the fork.
struct Child {
  int program = -1;
  int executable = -1;
  int ready = -1;
  int null = -1;
  int log = -1;
  const std::vector<int>* kept = nullptr;
  char* const* argv = nullptr;
  char* const* environment = nullptr;
};

/// Between fork and execve: async-signal-safe calls only. What fails here reaches the caller as end of file.
[[noreturn]] void become_keeper(const Child& child) noexcept {
  const int ready = ::fcntl(child.ready, F_DUPFD_CLOEXEC, kAbove);
  const int executable = ::fcntl(child.executable, F_DUPFD_CLOEXEC, kAbove);
  const int program = ::fcntl(child.program, F_DUPFD_CLOEXEC, kAbove);
  const int log = ::fcntl(child.log, F_DUPFD_CLOEXEC, kAbove);
  for (const int fd : *child.kept) ::fcntl(fd, F_SETFD, 0);
  const bool placed = ::dup2(child.null, STDIN_FILENO) >= 0 && ::dup2(log, STDOUT_FILENO) >= 0 &&
                      ::dup2(log, STDERR_FILENO) >= 0 && ::dup2(ready, kReadyPipe) >= 0 &&
                      ::dup2(executable, kExecutable) >= 0;
  if (placed && ::setsid() >= 0 && ::chdir("/") == 0)
    ::execveat(program, "", child.argv, child.environment, AT_EMPTY_PATH);
  ::_exit(127);
}

}  // namespace

Launched launch(const LaunchOptions& options) {
  const sys::unique_fd program = keeper_program();
  const sys::unique_fd own = options.executable < 0 ? sys::sealed_own_binary() : sys::unique_fd();
  const sys::unique_fd null = sys::open("/dev/null", O_RDWR);
  const sys::unique_fd log =
      sys::open(options.directory + "/supervisor.log", O_WRONLY | O_CREAT | O_APPEND, 0600);
  sys::Pipe ready = sys::pipe();
  const Kept kept(options.kept);
  std::vector<std::string> arguments{"mdc-keeper", options.directory};
  arguments.insert(arguments.end(), kept.arguments.begin(), kept.arguments.end());
  arguments.insert(arguments.end(), options.supervisor_argv.begin(), options.supervisor_argv.end());
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> environment = pointers(options.environment);

  const pid_t pid = ::fork();
  if (pid < 0) sys::throw_errno("fork the keeper");
  if (pid == 0)
    become_keeper({.program = program.get(),
                   .executable = own ? own.get() : options.executable,
                   .ready = ready.write.get(),
                   .null = null.get(),
                   .log = log.get(),
                   .kept = &kept.fds,
                   .argv = argv.data(),
                   .environment = environment.data()});
  return {.pid = pid, .ready = std::move(ready.read)};
}

bool has_keeper(const std::string& directory) {
  const auto lock = sys::open_if_exists(directory + "/" + kLockName, O_RDONLY);
  return lock && ::flock(lock->get(), LOCK_SH | LOCK_NB) != 0;
}

Readiness wait_ready(const Launched& launched) {
  char byte = 0;
  const ssize_t size = sys::retry([&] { return ::read(launched.ready.get(), &byte, 1); });
  if (size < 0) sys::throw_errno("wait for the supervisor");
  if (size == 0) return Readiness::failed;
  return byte == kLockedByte ? Readiness::locked : Readiness::ready;
}

}  // namespace runtime::keeper
