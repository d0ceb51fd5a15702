#include "orchestrator/supervisor/unfinished.hpp"

#include <algorithm>

#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/wishes.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;

namespace {

/// How long a command whose supervisor was killed may take to find the next one.
constexpr auto kComesAgain = std::chrono::seconds(1);

bool is_unfinished(const Member& member) {
  return member.record.starts_again && !member.replacement && !member.restart_requested;
}

bool any(const Members& members, bool (*is)(const Member&)) {
  return std::any_of(members.begin(), members.end(), [&](const auto& entry) { return is(*entry.second); });
}

/// Whether who depends on it is left behind is not to be seen yet.
bool is_under_way(const Member& member) {
  return !member.record.replaces.empty() ||
         (member.is_alive() && member.record.phase == state::Phase::stopping);
}

bool awaits_its_dependencies(const Member& member, const Members& members) {
  const auto& list = member.definition->service.depends_on;
  return member.is_alive() && std::any_of(list.begin(), list.end(), [&](const project::Dependency& one) {
           return one.restart && std::any_of(members.begin(), members.end(), [&](const auto& entry) {
                    return entry.second->record.service == one.service && is_under_way(*entry.second);
                  });
         });
}

/// False where somebody is at work on it, or nothing can be said of it yet.
bool is_to_be_settled(const Member& member, const Members& members) {
  const bool is_on_its_way = !member.is_alive() && member.goal != Goal::stopped;
  return is_unfinished(member) && !is_on_its_way && !is_under_way(member) &&
         !awaits_its_dependencies(member, members);
}

/// What starts again leaves others behind in turn.
Member* next_left_behind(const Members& members) {
  for (const auto& [id, member] : members)
    if (is_to_be_settled(*member, members) && is_left_behind(*member, members)) return member.get();
  return nullptr;
}

void settle(Member& member) {
  const bool goes_on = !member.is_alive() && member.record.wanted;
  member.record.starts_again = goes_on;
  if (!goes_on) return;
  member.goal = Goal::running;
  member.by_policy = true;
}

}  // namespace

void finish_restarts(Stack& stack) {
  while (Member* member = next_left_behind(stack.members)) {
    want_restarted(*member, state::EndCause::update);
    stack.tell("Container", member->record.name, "Restarting");
  }
  for (const auto& [id, member] : stack.members) {
    if (!is_to_be_settled(*member, stack.members)) continue;
    settle(*member);
    stack.save(*member);
  }
  stack.changed.notify();
}

asio::awaitable<void> finish_earlier_restarts(Stack& stack, std::function<bool()> is_updating) {
  if (!any(stack.members, is_unfinished)) co_return;
  ++stack.busy;
  co_await stack.changed.until([] { return false; }, Clock::now() + kComesAgain);
  co_await stack.changed.until([&] { return !is_updating() && !any(stack.members, is_under_way); });
  finish_restarts(stack);
  --stack.busy;
  stack.changed.notify();
}

}  // namespace orchestrator::supervisor
