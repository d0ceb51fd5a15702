#include "orchestrator/supervisor/probe.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/supervisor/native_probe.hpp"
#include "orchestrator/supervisor/port_probe.hpp"
#include "orchestrator/supervisor/repeater.hpp"
#include "orchestrator/supervisor/run_inside.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/worker.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using Result = std::optional<state::Probe>;

namespace {

constexpr std::size_t kKeptOutput = 4096;
constexpr const char* kCut = "...";

std::vector<std::string> command_of(const project::HealthCheck& check) {
  if (check.test.front() == "CMD-SHELL") return {"/bin/sh", "-c", check.test.at(1)};
  return {check.test.begin() + 1, check.test.end()};
}

/// The test as the container's own process would run it. It is made once: what a probe allocates is spread
/// over the heap, and each page of it that is written to after a fork is copied.
std::shared_ptr<const runtime::Process> test_of(const Member& member) {
  std::shared_ptr<const runtime::Process>& test = member.life->test;
  if (!test) {
    runtime::Process process = member.life->spec.process;
    process.args = command_of(*member.definition->service.healthcheck);
    process.terminal = false;
    test = std::make_shared<runtime::Process>(std::move(process));
  }
  return test;
}

/// "Health check exceeded timeout (3s)", as Docker says it.
std::string timeout_text(std::chrono::nanoseconds timeout) {
  return fmt::format("Health check exceeded timeout ({}s)", std::chrono::duration<double>(timeout).count());
}

state::Probe failed(std::string why) {
  return {.at_ns = wall_clock_ns(), .exit_code = 1, .output = std::move(why)};
}
state::Probe said(bool yes, const char* missing) {
  return {.at_ns = wall_clock_ns(), .exit_code = yes ? 0 : 1, .output = yes ? "" : missing};
}

/// The container is there and its processes get time.
struct Attentive {
  Stack& stack;
  OneLife one;
  [[nodiscard]] Member* member() const {
    Member* found = one.find(stack.members);
    return found != nullptr && !found->life->ended && found->record.phase != state::Phase::paused ? found
                                                                                                  : nullptr;
  }
};

void keep(std::string& output, std::string_view text) {
  if (output.size() > kKeptOutput) return;
  output.append(text.substr(0, kKeptOutput + 1 - output.size()));
}
std::string cut(std::string output) {
  if (output.size() <= kKeptOutput) return output;
  output.resize(kKeptOutput);
  return output + kCut;
}

/// One more or less does not matter then.
constexpr std::uint64_t kManyProcesses = 1000;

/// A process kept inside pays where probes go on for long, and must not take what a start needs, or the place
/// of one of a limited number.
bool is_worth_repeating(const Stack& stack, const Member& member) {
  const runtime::Spec& spec = member.life->spec;
  const bool is_limited =
      spec.linux.resources.pids_limit.value_or(0) > 0 || stack.limits.pids.value_or(0) > 0 ||
      std::any_of(spec.process.rlimits.begin(), spec.process.rlimits.end(), [](const runtime::Rlimit& limit) {
        return limit.type == "RLIMIT_NPROC" && limit.soft < kManyProcesses;
      });
  return member.record.health != state::Health::starting && member.life->kept->may_repeat && !is_limited;
}

asio::awaitable<Ended> run(Attentive at, Command command) {
  if (is_worth_repeating(at.stack, *at.member())) {
    const std::optional<Ended> ended = co_await run_again(at.stack, *at.member(), command);
    if (ended) co_return *ended;
    if (at.member() == nullptr) co_return Ended{.how = Ended::How::given_up};
  }
  co_return co_await run_inside(at.stack, *at.member(), std::move(command));
}

asio::awaitable<Result> run_test(Attentive at, std::chrono::nanoseconds timeout) {
  const Member& member = *at.member();
  std::string output;
  Command command{.process = test_of(member),
                  .deadline = [end = Clock::now() + timeout] { return end; },
                  .given_up = [&at] { return at.member() == nullptr; },
                  .output = [&output](bool, std::string_view text) { keep(output, text); },
                  .one_stream = true};
  state::Probe result{.at_ns = wall_clock_ns()};
  const Ended ended = co_await run(at, std::move(command));
  switch (ended.how) {
    case Ended::How::exited:
      result.exit_code = ended.code;
      result.output = cut(std::move(output));
      break;
    case Ended::How::timed_out:
      result.exit_code = -1;
      result.output = timeout_text(timeout) + (output.empty() ? "" : ": " + cut(std::move(output)));
      break;
    case Ended::How::failed:
      result.exit_code = ended.code;
      result.output = ended.failure;
      break;
    case Ended::How::given_up:
      co_return std::nullopt;
  }
  co_return result;
}

Looked place_of(const Member& member) {
  return {.pid = member.record.pid, .pidfd = member.life->pidfd.get()};
}

asio::awaitable<Result> look_at_port(Attentive at, std::chrono::nanoseconds timeout) {
  const Member& member = *at.member();
  state::Probe result{.at_ns = wall_clock_ns()};
  const auto port = PortProbe::start(at.stack, *member.definition->service.probe, place_of(member));
  const auto over = [&] { return port->is_over() || at.member() == nullptr; };
  const bool in_time = co_await at.stack.changed.until(over, Clock::now() + timeout);
  port->end();
  if (!in_time) co_return failed(timeout_text(timeout));
  if (!port->is_over()) co_return std::nullopt;
  result.exit_code = port->failure().empty() ? 0 : 1;
  result.output = port->failure();
  co_return result;
}

asio::awaitable<Result> look_by_worker(Attentive at, std::chrono::nanoseconds timeout) {
  const Member& member = *at.member();
  state::Probe result{.at_ns = wall_clock_ns()};
  sys::Worker working = sys::start_worker([&] { look(*member.definition->service.probe, place_of(member)); });
  Child child(std::move(working.pidfd));
  const auto over = [&] { return child.has_ended() || at.member() == nullptr; };
  const bool in_time = co_await at.stack.changed.until(over, Clock::now() + timeout);
  if (!child.has_ended()) {
    child.kill();
    forsake(at.stack, std::move(child));
    if (in_time) co_return std::nullopt;
    co_return failed(timeout_text(timeout));
  }
  result.exit_code = child.status().shell_code();
  result.output = sys::read_all(working.report.get(), kKeptOutput);
  co_return result;
}

}  // namespace

asio::awaitable<Result> probe(Stack& stack, OneLife one, std::chrono::nanoseconds timeout) {
  const Attentive at{stack, std::move(one)};
  const Member* member = at.member();
  if (member == nullptr) co_return std::nullopt;
  const auto& native = member->definition->service.probe;
  try {
    if (!native) co_return co_await run_test(at, timeout);
    if (native->notify) co_return said(member->life->is_ready, "READY=1 has not come on $NOTIFY_SOCKET");
    if (!native->log.empty())
      co_return said(member->life->search.has_found(native->log), "no line of output matches");
    if (native->http || !native->tcp.empty()) co_return co_await look_at_port(at, timeout);
    co_return co_await look_by_worker(at, timeout);
  } catch (const std::exception& error) {
    if (at.member() == nullptr) co_return std::nullopt;
    co_return failed(error.what());
  }
}

}  // namespace orchestrator::supervisor
