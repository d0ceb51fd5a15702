#include "orchestrator/logs/write_log.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <span>
#include <stdexcept>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/lock.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

namespace {

// Where the process finds its descriptors.
constexpr int kControl = 3;
constexpr int kOut = 4;
constexpr int kErr = 5;

/// On the control pipe: the container has ended. End of file alone: the supervisor has, and comes again.
constexpr char kFinish = 'F';

constexpr int kFinishMilliseconds = 200;

std::vector<std::string> words_of(const PumpOptions& options, bool terminal) {
  return {kWriteLog,
          options.directory,
          std::to_string(options.max_size),
          std::to_string(options.max_files),
          terminal ? "terminal" : "pipes",
          options.widens ? "widens" : "bounded",
          options.journal ? options.journal->socket : "",
          options.journal ? options.journal->fields : ""};
}

PumpOptions options_of(const std::vector<std::string>& words) {
  if (words.size() != 7) throw std::invalid_argument("not the words of a log writer");
  PumpOptions options{.directory = words[0],
                      .max_size = std::stoll(words[1]),
                      .max_files = std::stoi(words[2]),
                      .widens = words[4] == "widens"};
  if (!words[5].empty()) options.journal = {.socket = words[5], .fields = words[6]};
  return options;
}

struct Child {
  const char* program = nullptr;
  int control = -1;
  int out = -1;
  int err = -1;  ///< may be -1
  char* const* argv = nullptr;
};

/// All descriptors are above every target, so that none of them is overwritten.
[[noreturn]] void become_writer(const Child& child) noexcept {
  constexpr int kCannotExecute = 126;
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool placed = ::dup2(child.control, kControl) >= 0 && ::dup2(child.out, kOut) >= 0 &&
                      (child.err < 0 || ::dup2(child.err, kErr) >= 0);
  if (placed) ::execve(child.program, child.argv, environ);
  ::_exit(kCannotExecute);
}

sys::unique_fd above_targets(int fd) {
  if (fd < 0) return {};
  sys::unique_fd high(::fcntl(fd, F_DUPFD_CLOEXEC, kErr + 1));
  if (!high) sys::throw_errno("duplicate a descriptor");
  return high;
}

/// The one before, whose supervisor was killed, may still have something to write.
sys::unique_fd lock(const std::string& directory) {
  sys::unique_fd fd = sys::open(directory, O_RDONLY | O_DIRECTORY);
  sys::lock(fd.get(), directory);
  return fd;
}

/// Pumps until something is said on the control pipe, or it is closed. By epoll(7), which tells of what has
/// become readable first before the others.
void pump_until_told(Pump& pump) {
  const sys::unique_fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) sys::throw_errno("epoll_create1");
  const auto watch = [&](int operation, int fd) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    if (::epoll_ctl(epoll.get(), operation, fd, &event) != 0) sys::throw_errno("epoll_ctl");
  };
  watch(EPOLL_CTL_ADD, kControl);
  for (const int fd : pump.fds()) watch(EPOLL_CTL_ADD, fd);
  for (bool told = false; !told;) {
    std::array<epoll_event, 3> events{};
    const int count = sys::retry([&] { return ::epoll_wait(epoll.get(), events.data(), events.size(), -1); });
    if (count < 0) sys::throw_errno("epoll_wait");
    for (const epoll_event& event : std::span(events).first(static_cast<std::size_t>(count))) {
      const int fd = event.data.fd;
      if (fd == kControl)
        told = true;
      else if (!pump.drain(fd) || event.events == EPOLLHUP)
        watch(EPOLL_CTL_DEL, fd);
    }
  }
}

}  // namespace

Writer::Writer(int out, int err, const PumpOptions& options, const Program& program) {
  sys::Pipe control = sys::pipe();
  const sys::unique_fd high_control = above_targets(control.read.get());
  const sys::unique_fd high_out = above_targets(out);
  const sys::unique_fd high_err = above_targets(err);
  std::vector<std::string> words = words_of(options, err < 0);
  words.insert(words.begin(), "mdcompose");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  sys::Cloned child = sys::clone3(program.is_sibling ? CLONE_PARENT : 0);
  if (child.pid == 0)
    become_writer({.program = program.path.c_str(),
                   .control = high_control.get(),
                   .out = high_out.get(),
                   .err = high_err.get(),
                   .argv = argv.data()});
  process_ = std::move(child.pidfd);
  control_ = std::move(control.write);
}

void Writer::finish() {
  (void)!::write(control_.get(), &kFinish, 1);
  control_.reset();
  pollfd end{.fd = process_.get(), .events = POLLIN, .revents = 0};
  sys::retry([&] { return ::poll(&end, 1, kFinishMilliseconds); });
}

int write_log(const std::vector<std::string>& words) {
  const PumpOptions options = options_of(words);
  const bool terminal = words[3] == "terminal";
  for (const int fd : {kControl, kOut, kErr})
    if (fd != kErr || !terminal) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  ::signal(SIGPIPE, SIG_IGN);
  const sys::unique_fd alone = lock(options.directory);
  Pump pump(sys::unique_fd(kOut), terminal ? sys::unique_fd() : sys::unique_fd(kErr), options);
  pump_until_told(pump);
  char told = 0;
  if (sys::retry([&] { return ::read(kControl, &told, 1); }) == 1 && told == kFinish)
    pump.finish();
  else
    pump.take_rest();
  if (const Loss loss = pump.loss(); loss.bytes > 0)
    std::fprintf(stderr, "%" PRIu64 " bytes could not be written to %s: %s\n", loss.bytes,
                 options.directory.c_str(), std::strerror(loss.error));
  return 0;
}

}  // namespace orchestrator::logs
