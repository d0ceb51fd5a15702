#include "orchestrator/supervisor/pressure.hpp"

#include <memory>
#include <utility>

#include "orchestrator/supervisor/groups.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "runtime/cgroup/alarm.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using runtime::cgroup::PressureAlarm;

namespace {

/// Pressure that lasts is told again after this time.
constexpr auto kPause = std::chrono::seconds(10);

asio::awaitable<void> watch(Stack& stack, std::string resource, PressureAlarm alarm,
                            [[maybe_unused]] std::shared_ptr<void> watching) {
  for (;;) {
    const bool more = co_await urgent(alarm.fd.get());
    if (!more || !alarm.is_there()) co_return;
    stack.tell_change({.at_ns = wall_clock_ns(),
                       .action = "pressure",
                       .name = stack.paths.project,
                       .attributes = {{"resource", resource}, {"avg10", alarm.share()}}});
    co_await stack.changed.until([&] { return !alarm.is_there(); }, Clock::now() + kPause);
  }
}

}  // namespace

void watch_pressure(Stack& stack) {
  if (stack.is_pressure_watched) return;
  stack.is_pressure_watched = true;
  // When the last of them has ended the next container begins anew.
  const std::shared_ptr<void> watching(&stack, [](Stack* it) { it->is_pressure_watched = false; });
  for (const char* resource : {"cpu", "memory", "io"})
    if (PressureAlarm alarm =
            runtime::cgroup::pressure_alarm(stack.hierarchy, project_group(stack), resource);
        alarm.fd)
      spawn(stack.loop, watch(stack, resource, std::move(alarm), watching));
}

}  // namespace orchestrator::supervisor
