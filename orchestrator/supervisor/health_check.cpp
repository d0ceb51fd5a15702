#include "orchestrator/supervisor/health_check.hpp"

#include <fcntl.h>

#include <unistd.h>

#include <csignal>
#include <optional>

#include "orchestrator/plan/health.hpp"
#include "runtime/container/container.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using state::Health;

namespace {

constexpr std::size_t kKeptOutput = 4096;
constexpr std::size_t kKeptProbes = 5;

std::chrono::nanoseconds now() { return Clock::now().time_since_epoch(); }

plan::HealthTimes times_of(const project::HealthCheck& check) {
  plan::HealthTimes times;
  const auto take = [](const std::optional<project::Duration>& given, std::chrono::nanoseconds& into) {
    if (given && given->count() > 0) into = *given;
  };
  take(check.interval, times.interval);
  take(check.timeout, times.timeout);
  take(check.start_period, times.start_period);
  take(check.start_interval, times.start_interval);
  if (check.retries && *check.retries > 0) times.retries = *check.retries;
  return times;
}

std::vector<std::string> command_of(const project::HealthCheck& check) {
  if (check.test.front() == "CMD-SHELL") return {"/bin/sh", "-c", check.test.at(1)};
  return {check.test.begin() + 1, check.test.end()};
}

/// A group below the container's, so that a probe that runs too long dies with all it has started.
class ProbeGroup {
 public:
  explicit ProbeGroup(const runtime::cgroup::Paths& container) {
    if (container.unified.empty()) return;
    static std::uint64_t count = 0;
    path_ = container.unified + "/probe." + std::to_string(++count);
    sys::make_directories(path_);
    group_ = runtime::cgroup::Cgroup::open({.unified = path_, .v1 = container.v1});
  }
  ProbeGroup(const ProbeGroup&) = delete;
  ProbeGroup& operator=(const ProbeGroup&) = delete;
  ~ProbeGroup() {
    if (!path_.empty()) ::rmdir(path_.c_str());
  }
  [[nodiscard]] const runtime::cgroup::Cgroup* get() const { return group_ ? &*group_ : nullptr; }
  void kill() const {
    if (!path_.empty()) sys::write_control(path_ + "/cgroup.kill", "1");
  }

 private:
  std::string path_{};
  std::optional<runtime::cgroup::Cgroup> group_{};
};

/// What the probe has printed so far, without waiting.
std::string read_some(int fd) {
  std::string text(kKeptOutput, '\0');
  const ssize_t size = ::read(fd, text.data(), text.size());
  text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return text;
}

struct Watched {
  Stack& stack;
  std::string id;
  std::int64_t generation;

  [[nodiscard]] Member* member() const {
    const auto found = stack.members.find(id);
    if (found == stack.members.end() || found->second->record.generation != generation) return nullptr;
    return found->second->life && !found->second->life->ended ? found->second.get() : nullptr;
  }
};

/// One probe: exit code 0 is healthy. Nothing where the container has gone meanwhile.
asio::awaitable<state::Probe> probe(const Watched& watched, Member& member,
                                    std::chrono::nanoseconds timeout) {
  state::Probe result{.at_ns = wall_clock_ns(), .exit_code = 1};
  const ProbeGroup group(member.life->cgroup.paths());
  sys::Pipe output = sys::pipe(O_NONBLOCK);
  runtime::Process process = member.life->spec.process;
  process.args = command_of(*member.definition->service.healthcheck);
  process.terminal = false;
  runtime::Started started = runtime::exec(
      {.pidfd = member.life->pidfd.get(), .pid = member.record.pid, .cgroup = group.get()}, member.life->spec,
      process, {.stdio = {.out = output.write.get(), .err = output.write.get()}});
  output.write.reset();
  const sys::unique_fd pidfd = started.take_pidfd();
  std::string failure;
  started.release();
  // Asked and never waited for: somebody in the container may trace the probe, and then its end is his to
  // know first. SIGCHLD has the question asked again.
  std::optional<sys::ExitStatus> status;
  const auto gone = [&] {
    if (!status) status = sys::wait_pidfd(pidfd.get(), true);
    return status.has_value();
  };
  if (!co_await watched.stack.changed.until(gone, Clock::now() + timeout)) {
    group.kill();
    sys::pidfd_send_signal(pidfd.get(), SIGKILL);
    co_await watched.stack.changed.until(gone);
    failure = "Health check exceeded timeout";
  }
  try {
    started.wait_started();
  } catch (const runtime::StartError& error) {
    failure = error.what();
  }
  result.exit_code = failure.empty() ? status->shell_code() : 1;
  result.output = failure.empty() ? read_some(output.read.get()) : failure;
  co_return result;
}

void write_down(Stack& stack, Member& member, const plan::HealthMachine& machine, state::Probe result) {
  const Health before = member.record.health;
  member.record.probes.push_back(std::move(result));
  if (member.record.probes.size() > kKeptProbes) member.record.probes.erase(member.record.probes.begin());
  switch (machine.state()) {
    case plan::HealthState::starting:
      member.record.health = Health::starting;
      break;
    case plan::HealthState::healthy:
      member.record.health = Health::healthy;
      member.life->was_healthy = true;
      break;
    case plan::HealthState::unhealthy:
      member.record.health = Health::unhealthy;
      break;
  }
  if (member.record.health == before) return;
  stack.changed_state(member);
  if (member.record.health == Health::healthy) stack.tell("Container", member.record.name, "Healthy");
  if (member.record.health == Health::unhealthy) stack.tell("Container", member.record.name, "Unhealthy");
}

}  // namespace

bool has_health_check(const project::Service& service) {
  if (!service.healthcheck || service.healthcheck->disable) return false;
  const project::Strings& test = service.healthcheck->test;
  return test.size() > 1 && (test[0] == "CMD" || test[0] == "CMD-SHELL");
}

asio::awaitable<void> check_health(Stack& stack, std::string id, std::int64_t generation) {
  const Watched watched{stack, std::move(id), generation};
  Member* member = watched.member();
  if (member == nullptr || !has_health_check(member->definition->service)) co_return;
  const plan::HealthTimes times = times_of(*member->definition->service.healthcheck);
  plan::HealthMachine machine(times, now());
  // Taken over from another supervisor: it was healthy, and is until a probe says otherwise.
  if (member->record.health == Health::healthy) machine.probed(now(), true);
  for (;;) {
    const Clock::time_point due{std::chrono::duration_cast<Clock::duration>(machine.next_probe())};
    const auto over = [&] { return watched.member() == nullptr; };
    if (co_await stack.changed.until(over, due)) co_return;
    member = watched.member();
    if (member->record.phase == state::Phase::paused) {
      co_await stack.changed.until(
          [&] { return over() || watched.member()->record.phase != state::Phase::paused; });
      continue;
    }
    state::Probe result{.at_ns = wall_clock_ns(), .exit_code = 1};
    try {
      result = co_await probe(watched, *member, times.timeout);
    } catch (const std::exception& error) {
      result.output = error.what();
    }
    member = watched.member();
    if (member == nullptr) co_return;
    machine.probed(now(), result.exit_code == 0);
    write_down(stack, *member, machine, std::move(result));
  }
}

}  // namespace orchestrator::supervisor
