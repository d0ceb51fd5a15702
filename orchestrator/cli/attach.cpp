// `attach`: stays with a running container. What it prints from now on is shown, signals and, where it reads
// its standard input (`stdin_open`), input go to it, and its exit code becomes the command's.
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <string_view>
#include <utility>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/log_output.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/records_watch.hpp"
#include "orchestrator/cli/running.hpp"
#include "orchestrator/cli/stack.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/signal.hpp"

namespace orchestrator::cli {
namespace {

namespace sys = runtime::sys;
using state::Instance;

/// A code that nobody knows any more is not 0.
constexpr int kUnknown = 255;

class Attachment {
 public:
  Attachment(const state::ProjectPaths& paths, Instance instance, LogFollower output)
      : instance_(std::move(instance)),
        pidfd_(open_process(instance_)),
        records_(paths),
        output_(std::move(output)) {
    output_.add(instance_);
  }

  void read_input(const std::string& fifo) {
    if (auto input = sys::open_if_exists(fifo, O_WRONLY | O_NONBLOCK)) input_ = std::move(*input);
  }
  void keep_signals() { passes_signals_ = false; }

  int run() {
    std::optional<int> code;
    for (; !code; code = exit_code()) {
      while (output_.has_news()) output_.print();
      wait();
    }
    // The record tells of an end when the last line is in the log.
    while (output_.has_news()) output_.print();
    return *code;
  }

 private:
  void wait() {
    const bool reads = static_cast<bool>(input_) && !is_writable_;
    const bool copies = static_cast<bool>(input_) && is_writable_;
    std::array<pollfd, 5> watched{{{.fd = output_.fd(), .events = POLLIN, .revents = 0},
                                   {.fd = records_.fd(), .events = POLLIN, .revents = 0},
                                   {.fd = signals_.fd(), .events = POLLIN, .revents = 0},
                                   {.fd = reads ? input_.get() : -1, .events = POLLOUT, .revents = 0},
                                   {.fd = copies ? STDIN_FILENO : -1, .events = POLLIN, .revents = 0}}};
    if (sys::retry([&] { return ::poll(watched.data(), watched.size(), -1); }) < 0) sys::throw_errno("poll");
    if (watched[2].revents != 0) pass_signals_on();
    if (watched[3].revents != 0) is_writable_ = true;
    if (watched[4].revents != 0) copy_input();
  }

  void pass_signals_on() {
    while (const auto signal = signals_.take())
      if (passes_signals_) sys::pidfd_send_signal(pidfd_.get(), *signal);
  }

  /// A pipe that poll(2) calls writable takes so much at once.
  void copy_input() {
    std::array<char, PIPE_BUF> buffer{};
    const ssize_t size = sys::retry([&] { return ::read(STDIN_FILENO, buffer.data(), buffer.size()); });
    is_writable_ = false;
    if (size <= 0) return input_.reset();
    sys::write_all(input_.get(), std::string_view(buffer.data(), static_cast<std::size_t>(size)));
  }

  /// Nothing while this incarnation lives.
  std::optional<int> exit_code() {
    for (const Instance& now : records_.observe()) {
      if (now.id != instance_.id) continue;
      const bool same = now.generation == instance_.generation;
      const auto& exit = same ? now.exit : now.last_exit;
      if (same && !exit) return std::nullopt;
      return exit && !exit->lost ? exit->code : kUnknown;
    }
    return kUnknown;
  }

  Instance instance_;
  sys::unique_fd pidfd_;
  RecordsWatch records_;
  LogFollower output_;
  sys::BlockedSignals signals_{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
  sys::unique_fd input_{};
  bool is_writable_ = false;
  bool passes_signals_ = true;
};

}  // namespace

int attach(const Options& options) {
  if (options.operands().size() != 1) throw UsageError("attach wants one service");
  const Target target = target_of(options);
  const Instance instance = running_container(target, options.operands().front(), options.number("index"));
  const Screen plain = screen_for(options, STDOUT_FILENO);
  Attachment attachment(
      target.paths, instance,
      LogFollower(target.paths, LogStyle(plain, false), {.tail = 0}, STDOUT_FILENO, STDERR_FILENO));
  if (!options.flag("no-stdin")) attachment.read_input(target.paths.instance(instance.id) + "/in");
  if (options.given("sig-proxy") && !options.flag("sig-proxy")) attachment.keep_signals();
  return attachment.run();
}

}  // namespace orchestrator::cli
