#include "orchestrator/supervisor/hooks.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "orchestrator/plan/hooks.hpp"
#include "orchestrator/supervisor/run_inside.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using Hooks = std::vector<project::Hook>;

namespace {

/// Of what a hook has printed, in the sentence about its failure; as much as Docker Compose shows.
constexpr std::size_t kShownBytes = 2048;
constexpr std::size_t kShownLines = 10;

std::string time_left(Clock::time_point deadline) {
  if (deadline == Clock::time_point::max()) return "";
  const std::chrono::duration<double> left = std::max(deadline - Clock::now(), Clock::duration::zero());
  return fmt::format(", for at most {:.1f} s", left.count());
}

/// On a busy machine the kernel may need seconds to take apart who is dying.
constexpr auto kDying = std::chrono::seconds(5);

struct HookFailure {
  std::string what{};
  bool is_late = false;     ///< killed, because its time was over
  bool is_cut_off = false;  ///< nothing of its own: its container has ended, or it is not wanted any more
};
using Failure = std::optional<HookFailure>;

/// What a container's hooks of one kind have in common.
struct Run {
  std::string container{};
  std::string kind{};                                           ///< "pre_stop"
  std::function<bool()> given_up{};                             ///< asked whenever something changes
  Deadline deadline = [] { return Clock::time_point::max(); };  ///< for all of them together
  bool is_told = false;                                         ///< whoever asked is told what runs
};

std::string last_lines(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  std::size_t begin = text.size();
  for (std::size_t lines = 0; lines < kShownLines && begin != std::string::npos && begin > 0; ++lines)
    begin = text.rfind('\n', begin - 1);
  std::string shown;
  if (begin != std::string::npos && begin > 0) text.erase(0, begin + 1);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    shown += "\n  " + text.substr(at, end - at);
    at = end + 1;
  }
  return shown;
}

/// What a hook prints: into the container's own log, by the way that its own output takes.
class Printed {
 public:
  Printed(Stack& stack, OneLife one) : stack_(stack), one_(std::move(one)) {
    const std::string directory = stack.paths.instance(one_.id);
    // There are none where the output is a terminal's, or somebody else's.
    for (auto [fd, name] : {std::pair{&out_, "/out"}, std::pair{&err_, "/err"}})
      if (auto fifo = sys::open_if_exists(directory + name, O_WRONLY | O_NONBLOCK)) *fd = std::move(*fifo);
  }

  void take(bool is_error, std::string_view text) {
    std::string& kept = is_error ? errors_ : texts_;
    kept += text;
    if (kept.size() > kShownBytes) kept.erase(0, kept.size() - kShownBytes);
    pass_on(is_error ? err_ : out_, text);
  }
  [[nodiscard]] std::string tail() const { return last_lines(errors_.empty() ? texts_ : errors_); }

 private:
  void pass_on(const sys::unique_fd& fd, std::string_view text) {
    while (fd && !text.empty()) {
      const ssize_t size = sys::retry([&] { return ::write(fd.get(), text.data(), text.size()); });
      if (size > 0) {
        text.remove_prefix(static_cast<std::size_t>(size));
      } else if (!make_room()) {
        return;
      }
    }
  }
  /// We are the FIFO's reader ourselves. Where another process is, and has not kept up, the rest is lost to
  /// the log.
  bool make_room() {
    const Member* member = one_.find(stack_.members);
    if (member == nullptr || !member->life->pump || member->life->pump->fds().empty()) return false;
    return member->life->pump->drain();
  }

  Stack& stack_;
  OneLife one_;
  sys::unique_fd out_{};
  sys::unique_fd err_{};
  std::string texts_{};
  std::string errors_{};
};

std::string sentence(const std::string& name, const Ended& ended, const Printed& printed) {
  if (ended.how == Ended::How::failed) return name + " hook failed: " + ended.failure;
  if (ended.how == Ended::How::timed_out)
    return name + " hook had not ended when the grace period was over, and was killed" + printed.tail();
  return name + " hook exited with status " + std::to_string(ended.code) + printed.tail();
}

/// Who dies takes his hooks along, a moment before he is seen to be dead.
asio::awaitable<void> await_end_of_the_dying(Stack& stack, OneLife one) {
  const Member* member = one.find(stack.members);
  if (member == nullptr ||
      !(sys::has_ended(member->life->pidfd.get()) || sys::is_exiting(member->record.pid)))
    co_return;
  const auto is_seen = [&] {
    const Member* dying = one.find(stack.members);
    return dying == nullptr || dying->life->ended;
  };
  co_await stack.changed.until(is_seen, after(kDying));
}

/// Why it has failed; nothing where it has not.
asio::awaitable<Failure> run_hook(Stack& stack, OneLife one, const project::Hook& hook, std::string name,
                                  const Run& run) {
  const Member& member = *one.find(stack.members);
  auto printed = std::make_shared<Printed>(stack, one);
  Command command{
      .process = std::make_shared<runtime::Process>(plan::hook_process(member.life->spec.process, hook)),
      .deadline = run.deadline,
      .given_up = run.given_up,
      .output = [printed](bool is_error, std::string_view text) { printed->take(is_error, text); },
      .is_read_on = true};
  Ended ended;
  try {
    ended = co_await run_inside(stack, member, std::move(command));
  } catch (const std::system_error& error) {
    ended = {.how = Ended::How::failed, .failure = error.what()};
  }
  if (ended.how == Ended::How::exited && ended.code == 0) {
    stack.diary.note(name + " hook succeeded");
    co_return std::nullopt;
  }
  co_await await_end_of_the_dying(stack, one);
  const Member* still = one.find(stack.members);
  HookFailure failure{.what = sentence(name, ended, *printed), .is_late = ended.how == Ended::How::timed_out};
  // A container that is gone takes its hooks along; that is how it ends, and no failure of theirs.
  if (still == nullptr || still->life->ended || ended.how == Ended::How::given_up)
    failure = {.what = name + " hook was cut off: its container had ended", .is_cut_off = true};
  co_return failure;
}

asio::awaitable<Failure> run_hooks(Stack& stack, OneLife one, Hooks hooks, Run run) {
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    Member* member = one.find(stack.members);
    const std::string which = run.kind + "[" + std::to_string(i) + "]";
    const std::string name = "container " + run.container + ": " + which;
    if (member == nullptr || run.given_up()) {
      HookFailure unheard{.what = name + " hook did not run: its container had ended", .is_cut_off = true};
      co_return unheard;
    }
    stack.note_waiting(*member, {"its hook " + which});
    if (run.is_told) stack.tell("Container", run.container, "Stopping", which + time_left(run.deadline()));
    Failure failure = co_await run_hook(stack, one, hooks[i], name, run);
    if ((member = one.find(stack.members)) != nullptr) stack.note_waiting(*member, {});
    if (failure) co_return failure;
  }
  co_return std::nullopt;
}

void report(Stack& stack, Member& member, const std::string& failure) {
  member.failure = failure;
  member.record.error = failure;
  stack.changed_state(member);
  stack.tell("Container", member.record.name, "Error", failure);
}

/// It stays, as if its end had never been asked for.
void refuse(Stack& stack, Member& member, const std::string& failure) {
  member.goal = Goal::running;
  member.replacement = nullptr;
  member.restart_requested = false;
  member.record.starts_again = false;
  member.record.wanted = true;
  member.record.phase = state::Phase::running;
  report(stack, member, failure);
}

}  // namespace

bool is_greeted(const Member& member) {
  return member.definition->service.post_start.empty() || member.record.greeted == member.record.generation;
}

asio::awaitable<void> greet(Stack& stack, OneLife one) {
  const Member* member = one.find(stack.members);
  if (member == nullptr || is_greeted(*member)) co_return;
  bool is_told_to_end = false;
  const auto is_over = [&] {
    const Member* living = one.find(stack.members);
    if (living != nullptr) is_told_to_end = living->must_end() || living->kill_now;
    return living == nullptr || living->life->ended;
  };
  Run run{.container = member->record.name, .kind = "post_start", .given_up = is_over};
  const Failure failure =
      co_await run_hooks(stack, one, member->definition->service.post_start, std::move(run));
  Member* still = one.find(stack.members);
  if (is_over()) {
    if (failure && !is_told_to_end) stack.warn(failure->what);
    co_return;
  }
  still->record.greeted = still->record.generation;
  still->life->failed_hooks = failure.has_value();
  // Who is told to end takes his hooks along, and it is not they who fail.
  if (failure && !still->must_end())
    report(stack, *still, failure->what);
  else
    stack.changed_state(*still);
}

asio::awaitable<bool> take_leave(Stack& stack, Member& member, Deadline deadline) {
  const Hooks hooks = member.definition->service.pre_stop;
  if (hooks.empty()) co_return true;
  member.life->cgroup.thaw();
  const OneLife one{member.record.id, member.record.generation};
  const auto given_up = [&] { return member.kill_now || member.life->ended || !member.must_end(); };
  Run run{.container = member.record.name,
          .kind = "pre_stop",
          .given_up = given_up,
          .deadline = std::move(deadline),
          .is_told = true};
  const Failure failure = co_await run_hooks(stack, one, hooks, std::move(run));
  if (!member.must_end()) {
    member.record.phase = state::Phase::running;
    stack.changed_state(member);
    co_return false;
  }
  if (!failure || failure->is_cut_off || member.kill_now) co_return true;
  const bool may_refuse = member.may_refuse && !failure->is_late;
  if (may_refuse && member.is_asked_to_end() && member.end_cause != state::EndCause::dependency) {
    refuse(stack, member, failure->what);
    co_return false;
  }
  stack.warn(failure->what);
  co_return true;
}

}  // namespace orchestrator::supervisor
