#include "orchestrator/supervisor/obstacle.hpp"

#include <algorithm>
#include <set>
#include <system_error>

#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;

namespace {

/// Of everybody inside, and in probes and hooks.
std::set<sys::Blocked> blocked_inside(const Member& member) {
  std::set<sys::Blocked> all;
  std::vector<int> processes = member.life->cgroup.processes();
  processes.push_back(member.record.pid);
  const std::vector<int> below = runtime::cgroup::processes_in_leaves(member.life->cgroup.paths());
  processes.insert(processes.end(), below.begin(), below.end());
  for (const int pid : processes)
    for (const sys::Blocked& thread : sys::blocked_threads(pid)) all.insert(thread);
  return all;
}

std::optional<sys::Blocked> still_blocked(const std::set<sys::Blocked>& before,
                                          const std::set<sys::Blocked>& now) {
  const auto found =
      std::find_if(now.begin(), now.end(), [&](const auto& it) { return before.contains(it); });
  return found == now.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

asio::awaitable<std::optional<std::string>> obstacle_to_end(Changed& changed, const Member& member,
                                                            Looks looks) {
  const Incarnation& life = *member.life;
  const auto ended = [&] { return life.ended; };
  const auto last = Clock::now() + looks.last;
  std::set<sys::Blocked> before;
  for (auto look = Clock::now() + looks.first;; look = Clock::now() + looks.next) {
    const bool gone = co_await changed.until(ended, look);
    if (gone) co_return std::nullopt;
    if (sys::has_ended(life.pidfd.get())) continue;
    std::set<sys::Blocked> now = blocked_inside(member);
    if (const auto thread = still_blocked(before, now))
      co_return "process " + std::to_string(thread->process) + " is in an uninterruptible system call";
    if (Clock::now() >= last)
      co_return "process " + std::to_string(member.record.pid) + " is still there, long after SIGKILL";
    before = std::move(now);
  }
}

}  // namespace orchestrator::supervisor
