#include "orchestrator/supervisor/life.hpp"

#include "orchestrator/supervisor/aftermath.hpp"
#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/schedule.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "orchestrator/supervisor/starting.hpp"
#include "orchestrator/supervisor/stopping.hpp"
#include "orchestrator/supervisor/watchers.hpp"
#include "orchestrator/supervisor/wishes.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using state::Phase;

namespace {

constexpr auto kPause = std::chrono::seconds(1);

/// One that it depends on has crashed, or took a namespace with it.
void follow(Stack& stack, Member& member, Consequence consequence) {
  if (consequence == Consequence::restart) {
    want_to_follow(member);
    stack.tell("Container", member.record.name, "Restarting", "a dependency has ended");
  } else {
    member.end_cause = state::EndCause::dependency;
    member.goal = Goal::stopped;
    member.record.starts_again = false;
    member.failure = "container " + member.record.name + " was stopped because a dependency has ended";
    member.record.error = member.failure;
  }
  stack.changed.notify();
}

asio::awaitable<void> watch(Stack& stack, Launcher& launcher, Member& member) {
  Incarnation& life = *member.life;
  while (!life.ended) {
    Consequence consequence = Consequence::none;
    const auto disturbed = [&] {
      if (life.ended || is_to_end(member)) return true;
      consequence = consequence_of(member, stack.members);
      return consequence != Consequence::none;
    };
    const bool in_time = co_await stack.changed.until(disturbed, settled_at(member));
    if (consequence != Consequence::none) follow(stack, member, consequence);
    if (!in_time)
      forget_failures(stack, member);
    else if (!life.ended)
      co_await stop(stack, launcher, member);
  }
  co_await settle(stack, launcher, member);
}

/// Until the delay is over and the project may start another one; a wish that has changed, or is said again,
/// ends it early.
asio::awaitable<void> wait_for_restart(Stack& stack, Member& member) {
  const auto disturbed = [&] { return member.must_end() || !member.restart_at; };
  bool called_off = co_await stack.changed.until(disturbed, *member.restart_at);
  if (!called_off) {
    const auto turn = stack.restarts.reserve(Clock::now().time_since_epoch());
    called_off = co_await stack.changed.until(
        disturbed, Clock::time_point(std::chrono::duration_cast<Clock::duration>(turn)));
  }
  member.restart_at.reset();
  member.record.history.due_ns = 0;
  if (called_off && member.goal != Goal::running) {
    member.record.phase = Phase::exited;
    stack.changed_state(member);
  }
}

/// False where it was the last one.
asio::awaitable<bool> take_step(Stack& stack, Launcher& launcher, Member& member) {
  if (member.is_alive()) {
    co_await watch(stack, launcher, member);
  } else if (member.goal == Goal::removed) {
    launcher.remove(member);
    co_return false;
  } else if (member.replacement) {
    launcher.replace(member);
  } else if (member.goal == Goal::running && member.record.asleep) {
    co_await stack.changed.until(
        [&] { return !member.record.asleep || member.goal != Goal::running || member.replacement; });
  } else if (member.goal == Goal::running && member.restart_at) {
    co_await wait_for_restart(stack, member);
  } else if (member.goal == Goal::running && member.definition->service.schedule && !member.is_due) {
    co_await wait_until_due(stack, member);
  } else if (member.goal == Goal::running) {
    member.is_due = false;
    co_await start(stack, launcher, member);
  } else {
    co_await stack.changed.until([&] { return member.goal != Goal::stopped || member.replacement; });
  }
  co_return true;
}

/// What cannot be done, on a full or a broken disk, is told to whoever has asked, and is not the end of all.
asio::awaitable<bool> try_step(Stack& stack, Launcher& launcher, Member& member) {
  std::string failure;
  try {
    co_return co_await take_step(stack, launcher, member);
  } catch (const std::exception& error) {
    failure = error.what();
  }
  fail(stack, member, "container " + member.record.name + ": " + failure);
  // A step that fails at once is not repeated at once.
  co_await stack.changed.until([] { return false; }, Clock::now() + kPause);
  co_return true;
}

}  // namespace

Member& admit(Stack& stack, Launcher& launcher, std::unique_ptr<Member> fresh, const std::string& action) {
  save_definition(stack.paths, *fresh);
  const std::string id = fresh->record.id;
  Member& member = *stack.members.emplace(id, std::move(fresh)).first->second;
  stack.changed_state(member);
  stack.tell("Container", member.record.name, action);
  spawn(stack.loop, live(stack, launcher, id));
  return member;
}

asio::awaitable<void> dismiss(Stack& stack, std::string id, state::EndCause cause) {
  Member* member = find(stack.members, id);
  // Where a command wants the same it has said how long it may take.
  if (member != nullptr && member->goal != Goal::removed) want_removed(*member, std::nullopt, cause);
  stack.changed.notify();
  co_await stack.changed.until([&] { return find(stack.members, id) == nullptr; });
}

asio::awaitable<void> live(Stack& stack, Launcher& launcher, std::string id) {
  Member& member = *stack.members.at(id);
  if (member.is_alive()) spawn_watchers(stack, member);
  for (bool goes_on = true; goes_on;) goes_on = co_await try_step(stack, launcher, member);
  stack.members.erase(id);
  stack.changed.notify();
}

}  // namespace orchestrator::supervisor
