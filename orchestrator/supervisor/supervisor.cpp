#include "orchestrator/supervisor/supervisor.hpp"

#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <utility>

#include "orchestrator/supervisor/adopt.hpp"
#include "orchestrator/supervisor/groups.hpp"
#include "orchestrator/supervisor/life.hpp"
#include "orchestrator/supervisor/network.hpp"
#include "orchestrator/supervisor/operations.hpp"
#include "orchestrator/supervisor/schedule.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "orchestrator/supervisor/take_over.hpp"
#include "orchestrator/supervisor/unfinished.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/socket.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace keeper = runtime::keeper;
namespace sys = runtime::sys;

namespace {

/// How long the command that had us started may take to connect, and one whose supervisor was killed.
constexpr auto kFirstCommand = std::chrono::seconds(10);
constexpr auto kNextCommand = std::chrono::seconds(1);
/// Ends that the dead keeper has told, or the kernel knows, are settled at once; this is for a slow disk.
constexpr auto kSettling = std::chrono::seconds(2);
/// Until another keeper is tried where none could be started.
constexpr auto kKeeperRetry = std::chrono::seconds(1);

sys::unique_fd listen_for_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) ::sigaddset(&signals, signal);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  sys::unique_fd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) sys::throw_errno("listen for signals");
  return fd;
}

/// SIGTERM: the machine goes down, or somebody wants us gone. The first stops the stack, the second kills it.
/// SIGCHLD: a probe has ended, and whoever waits for it asks.
asio::awaitable<void> obey_signals(Stack& stack, int fd) {
  bool again = false;
  Watch signals(stack.loop.get_executor(), fd);
  for (;;) {
    const bool more = co_await signals.readable();
    if (!more) co_return;
    signalfd_siginfo info{};
    if (::read(fd, &info, sizeof info) != sizeof info) continue;
    if (info.ssi_signo != SIGCHLD) {
      for (const auto& [id, member] : stack.members) {
        member->goal = Goal::stopped;
        if (std::exchange(member->record.starts_again, false)) stack.save(*member);
        member->kill_now = member->kill_now || again;
      }
      again = true;
    }
    stack.changed.notify();
  }
}

/// Nothing lives, nothing is going to, nobody asks. Who only listens does not hold what is not there any
/// more.
bool is_idle(const Stack& stack, const ControlServer& server) {
  const std::size_t listening = stack.members.empty() ? stack.watchers.size() : 0;
  if (static_cast<std::size_t>(stack.busy) > listening || server.sessions().size() > listening) return false;
  for (const auto& [id, member] : stack.members)
    if (member->is_alive() || member->restart_at || member->goal != Goal::stopped || member->replacement ||
        member->record.goes_when_ended)
      return false;
  return true;
}

/// An end that has been seen and not been written down.
bool has_unsettled_end(const Stack& stack) {
  return std::any_of(stack.members.begin(), stack.members.end(),
                     [](const auto& entry) { return entry.second->life && entry.second->life->ended; });
}

class Supervisor {
 public:
  Supervisor(const state::Roots& roots, const std::string& project)
      : stack_{.loop = loop_,
               .roots = roots,
               .paths = state::paths_of(roots, project),
               .keeper = keeper_,
               .boot_id = sys::boot_id(),
               .hierarchy = runtime::cgroup::detect()},
        server_(
            loop_, sys::listen_unix(stack_.paths.control_socket(), SOCK_STREAM),
            [this](auto session, auto request) {
              return operations_.handle(std::move(session), std::move(request));
            },
            [this](Session& session) { operations_.lease_ended(session); }) {}

  int run() {
    const sys::unique_fd signals = listen_for_signals();
    keeper::Inherited inherited = keeper_.receive_inherited();
    for (const keeper::ExitRecord& record : inherited.exits) stack_.exits.add(record);
    stack_.exits.set_concerns(
        [this](int pid, std::uint64_t inode) { return stack_.has_process(pid, inode); });
    spawn(loop_, life(std::move(inherited)));
    spawn(loop_, obey_signals(stack_, signals.get()));
    spawn(loop_, watch_wall_clock(stack_));
    spawn(loop_, stack_.exits.listen());
    loop_.run();
    return 0;
  }

 private:
  asio::awaitable<void> life(keeper::Inherited inherited) {
    co_await adopt(stack_, launcher_, inherited.fds);
    co_await network_.adopt(inherited.fds);
    keeper_.drop_rest(inherited);
    spawn(loop_, network_.follow());
    spawn(loop_, activation_.follow());
    for (const auto& [id, member] : stack_.members) {
      spawn(loop_, live(stack_, launcher_, id));
      if (!member->record.replaces.empty())
        spawn(loop_, take_over(stack_, network_, id, std::nullopt, std::make_shared<TakeOver>()));
    }
    spawn(loop_, finish_earlier_restarts(stack_, [this] { return operations_.is_updating(); }));
    operations_.adopt();
    stack_.exits.sort_out();
    server_.start();
    keeper_.ready();
    const auto patience = inherited.is_awaited ? kFirstCommand : kNextCommand;
    co_await stack_.changed.until([this] { return keeper_.lost() || !is_idle(stack_, server_); },
                                  Clock::now() + patience);
    const bool idle = co_await until_idle_or_alone();
    if (idle)
      leave();
    else
      co_await hand_over();
    server_.stop();
    loop_.stop();
  }

  /// True where nothing is left to do or to clean up, false where the keeper has died.
  asio::awaitable<bool> until_idle_or_alone() {
    do {
      co_await stack_.changed.until([this] { return keeper_.lost() || is_idle(stack_, server_); });
      if (keeper_.lost()) co_return false;
      co_await network_.close();
      co_await remove_strays(stack_);
    } while (!is_idle(stack_, server_));
    co_return true;
  }

  /// The keeper has died: its successor gets everything that the dead one has held, and starts a new
  /// supervisor, which takes over from us. As long as no keeper can be started we go on.
  asio::awaitable<void> hand_over() {
    co_await stack_.changed.until([this] { return !has_unsettled_end(stack_); }, Clock::now() + kSettling);
    while (!launch_successor())
      co_await stack_.changed.until([] { return false; }, Clock::now() + kKeeperRetry);
  }

  /// From here to the end of this process nothing else is done.
  bool launch_successor() {
    keeper::LaunchOptions options = launch_options(stack_.roots, stack_.paths);
    options.kept = keeper_.kept();
    keeper_.await_end();
    try {
      // Until the successor has the lock we answer: no command is to start a keeper of its own.
      return keeper::wait_ready(keeper::launch(options)) != keeper::Readiness::failed;
    } catch (const std::system_error& error) {
      std::fprintf(stderr, "cannot start another keeper: %s\n", error.what());
      return false;
    }
  }

  /// Where nothing is on record, nothing stays on disk; the keeper ends with us.
  void leave() {
    ::unlink(stack_.paths.control_socket().c_str());
    remove_stack_group(stack_);
    keeper_.quit();
    if (!stack_.members.empty()) return;
    sys::remove_tree(stack_.paths.data);
    // The lock goes last: whoever comes meanwhile finds it taken, and comes again.
    for (const std::string& name : sys::list_directory(stack_.paths.runtime))
      if (name != keeper::kLockName) sys::remove_tree(stack_.paths.runtime + "/" + name);
    ::unlink((stack_.paths.runtime + "/" + keeper::kLockName).c_str());
    ::rmdir(stack_.paths.runtime.c_str());
    state::remove_empty_roots(stack_.roots);
  }

  asio::io_context loop_{1};
  keeper::Client keeper_{sys::unique_fd(keeper::kSupervisorSocket)};
  Stack stack_;
  Activation activation_{stack_};
  Network network_{stack_, activation_};
  Launcher launcher_{stack_, network_};
  Operations operations_{stack_, launcher_, network_, activation_};
  ControlServer server_;
};

}  // namespace

keeper::LaunchOptions launch_options(const state::Roots& roots, const state::ProjectPaths& paths) {
  keeper::LaunchOptions options{
      .directory = paths.runtime,
      .supervisor_argv = {"mdcompose", "__supervise", roots.runtime, roots.data, paths.project}};
  for (char** entry = ::environ; *entry != nullptr; ++entry) options.environment.emplace_back(*entry);
  return options;
}

int run(const state::Roots& roots, const std::string& project) {
  ::signal(SIGPIPE, SIG_IGN);
  return Supervisor(roots, project).run();
}

}  // namespace orchestrator::supervisor
