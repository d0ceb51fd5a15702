#include "orchestrator/supervisor/schedule.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <system_error>

#include "orchestrator/project/cron.hpp"
#include "orchestrator/supervisor/due_times.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using project::Cron;
using project::Schedule;
using state::Phase;

namespace {

/// Who is later than this has missed it: the machine slept, or no supervisor lived.
constexpr std::int64_t kLate = 60'000'000'000;

/// The machine's, not the one of the shell that the supervisor was started from. The C library reads
/// /etc/localtime again, which may lead elsewhere by now, only where the zone was another one meanwhile.
void read_time_zone() {
  ::setenv("TZ", "UTC0", 1);
  ::tzset();
  ::unsetenv("TZ");
  ::tzset();
}

/// The host's time zone at that moment.
std::chrono::seconds host_offset(Cron::Time time) {
  const std::time_t seconds = time.time_since_epoch().count();
  tm local{};
  ::localtime_r(&seconds, &local);
  return std::chrono::seconds(local.tm_gmtoff);
}

/// Wall clock, nanoseconds since 1970; 0 where it is never due again.
std::int64_t next_run(const Schedule& schedule, const state::Instance& record) {
  const std::int64_t now = wall_clock_ns();
  if (schedule.every) {
    // What was due while it ran is not made up for: runs never overlap. A start in another boot says nothing.
    const bool has_run = record.started_boottime_ns != 0 && record.started_boottime_ns < boottime_ns();
    const std::int64_t since = has_run ? boottime_ns() - record.started_boottime_ns : 0;
    return now + schedule.every->count() - since % schedule.every->count();
  }
  read_time_zone();
  const Cron::Time after(std::chrono::seconds(now / 1'000'000'000));
  const auto next = Cron(schedule.cron).next(after, host_offset);
  return next ? std::chrono::nanoseconds(next->time_since_epoch()).count() : 0;
}

bool is_awaited(const Member& member) {
  return member.goal == Goal::running && !member.replacement && !member.restart_requested;
}

/// On a full disk the job has its time all the same.
void keep(Stack& stack, const Member& member) {
  try {
    if (member.record.next_run_ns != 0) keep_due_time(stack, member, member.record.next_run_ns);
  } catch (const std::system_error& error) {
    stack.warn("container " + member.record.name +
               " would not be known to be due after a reboot: " + error.what());
  }
}

}  // namespace

bool waits_for_its_time(const Member& member) { return member.record.next_run_ns != 0 && !member.is_alive(); }

asio::awaitable<void> wait_until_due(Stack& stack, Member& member) {
  const Schedule& schedule = *member.definition->service.schedule;
  std::int64_t& due = member.record.next_run_ns;
  if (due == 0) due = kept_due_time(stack, member);
  const bool missed = due != 0 && wall_clock_ns() > due + kLate;
  if (due == 0 || (missed && !schedule.makes_up)) {
    due = next_run(schedule, member.record);
    keep(stack, member);
    if (member.record.phase == Phase::restarting || member.record.phase == Phase::creating)
      member.record.phase = member.record.has_run ? Phase::exited : Phase::created;
    member.record.boot_id = stack.boot_id;
    stack.changed_state(member);
  }
  while (is_awaited(member) && due != 0 && wall_clock_ns() < due) {
    const int clock = stack.wall_clock_changes;
    const auto deadline = Clock::now() + std::chrono::nanoseconds(due - wall_clock_ns());
    co_await stack.changed.until([&] { return !is_awaited(member) || stack.wall_clock_changes != clock; },
                                 deadline);
  }
  if (is_awaited(member) && due == 0) {
    stack.warn("container " + member.record.name + " is never due again");
    member.goal = Goal::stopped;
  }
  due = 0;
  drop_due_time(stack, member);
  member.is_due = is_awaited(member);
  member.record.history = {};  // a run that fails is tried again as often as the one before was
  stack.changed_state(member);
}

/// timerfd_create(2): a timer with TFD_TIMER_CANCEL_ON_SET ends with ECANCELED when the clock jumps.
asio::awaitable<void> watch_wall_clock(Stack& stack) {
  const sys::unique_fd timer(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer) sys::throw_errno("make a timer");
  const itimerspec far_away{.it_value = {.tv_sec = 0x7fffffff}};
  for (;;) {
    const int set =
        ::timerfd_settime(timer.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far_away, nullptr);
    if (set != 0 && errno != ECANCELED) sys::throw_errno("set a timer");
    const bool goes_on = co_await readable(timer.get());
    if (!goes_on) co_return;
    std::uint64_t expired = 0;
    (void)!::read(timer.get(), &expired, sizeof expired);
    ++stack.wall_clock_changes;
    stack.changed.notify();
  }
}

}  // namespace orchestrator::supervisor
