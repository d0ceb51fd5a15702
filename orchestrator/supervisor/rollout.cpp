#include "orchestrator/supervisor/rollout.hpp"

#include <algorithm>
#include <utility>

#include "orchestrator/plan/restart.hpp"
#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/life.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "orchestrator/supervisor/stopping.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using plan::RolloutPolicy;
using plan::Step;
using plan::Verdict;

namespace {

/// "web-1b" beside "web-1", and the other way round: no id of another container ends in a letter after its
/// number, and both are host names.
std::string other_id(const std::string& id) {
  constexpr char kSecond = 'b';
  return id.back() == kSecond ? id.substr(0, id.size() - 1) : id + kSecond;
}

/// Why the new container is no good; nothing while it is, or may still become so. `restarts` that it has had
/// before do not count.
std::string what_is_wrong(const Member* member, int restarts) {
  if (member == nullptr || member->goal == Goal::removed) return "it was removed";
  const bool is_the_old_one_still = member->replacement != nullptr;
  if (is_the_old_one_still) return "";
  const state::Instance& record = member->record;
  if (!member->failure.empty()) return member->failure;
  if (record.health == state::Health::unhealthy) return "container " + record.name + " is unhealthy";
  const bool has_ended = !member->is_alive() && !may_run_again(*member);
  const auto& exit = record.exit ? record.exit : record.last_exit;
  const bool has_failed =
      has_ended && record.exit && !plan::is_success(member->definition->service, *record.exit);
  if (has_failed || record.restarts > restarts)
    return "container " + record.name + " exited (" + std::to_string(exit ? exit->code : 0) + ")";
  return "";
}

/// As long as it would have to finish what it is at if it were told to end.
Clock::time_point patience(const Stack& stack, const std::string& id,
                           std::optional<std::chrono::nanoseconds> grace) {
  const Member* member = find(stack.members, id);
  if (member == nullptr) return Clock::now();
  return Clock::now() + grace.value_or(grace_of(*member));
}

/// Clients go to the new one; when nobody is sent to the old one any more, it ends.
asio::awaitable<void> hand_over(Stack& stack, Network& network, std::string old_id, std::string new_id,
                                std::optional<std::chrono::nanoseconds> grace) {
  if (Member* old = find(stack.members, old_id)) {
    old->retiring = true;
    if (Member* fresh = find(stack.members, new_id)) fresh->takes_over = true;
    stack.changed.notify();
    co_await network.until_applied();
    co_await network.until_left(old_id, patience(stack, old_id, grace));
    // Others may have acted while we waited.
    if ((old = find(stack.members, old_id)) != nullptr) want_removed(*old, grace, state::EndCause::update);
    stack.changed.notify();
    co_await stack.changed.until([&] { return find(stack.members, old_id) == nullptr; });
  }
  if (Member* fresh = find(stack.members, new_id)) {
    fresh->record.replaces.clear();
    fresh->takes_over = false;
    stack.changed_state(*fresh);
  }
}

std::string count_text(int failed, std::size_t total) {
  return std::to_string(failed) + " of " + std::to_string(total) + " containers failed";
}

}  // namespace

std::string Rollout::start_beside(Member& old, std::shared_ptr<const Definition> definition) {
  const std::string id = other_id(old.record.id);
  auto fresh = std::make_unique<Member>();
  fresh->record = fresh_record(stack_.paths.project, *definition, old.record.number);
  fresh->definition = std::move(definition);
  fresh->record.id = id;
  fresh->record.replaces = old.record.id;
  want_running(*fresh, request_);
  admit(stack_, launcher_, std::move(fresh), "Recreate");
  return id;
}

Rollout::Replacement Rollout::begin(const Step& step, std::shared_ptr<const Definition> definition,
                                    bool start_first) {
  Member& old = *stack_.members.at(step.id);
  Replacement replacement{.old_id = step.id, .new_id = step.id, .before = old.definition};
  const bool there_is_room = find(stack_.members, other_id(step.id)) == nullptr;
  if (start_first && old.is_alive() && there_is_room) {
    replacement.new_id = start_beside(old, std::move(definition));
    return replacement;
  }
  want_replaced(old, std::move(definition));
  old.renew_volumes = request_.renew_anon_volumes;
  want_running(old, request_);
  return replacement;
}

void Rollout::look_at(Replacement& replacement) {
  if (replacement.why.empty()) replacement.why = what_is_wrong(find(stack_.members, replacement.new_id), 0);
}

int Rollout::failures_in(const Replacements& all) {
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [](const Replacement& one) { return !one.why.empty(); }));
}

asio::awaitable<void> Rollout::take_over(Replacement& replacement) {
  if (replacement.new_id == replacement.old_id) co_return;
  if (replacement.why.empty())
    co_await hand_over(stack_, network_, replacement.old_id, replacement.new_id, request_.timeout);
  else
    co_await dismiss(stack_, replacement.new_id, state::EndCause::update);
}

asio::awaitable<void> Rollout::replace(std::vector<Step> batch, DefinitionOf definition, RolloutPolicy policy,
                                       Replacements& all) {
  Replacements these;
  for (const Step& step : batch) these.push_back(begin(step, definition(step), policy.start_first));
  stack_.changed.notify();
  const auto settled = [&] {
    for (Replacement& one : these) look_at(one);
    return std::all_of(these.begin(), these.end(), [&](const Replacement& one) {
      const Member* member = find(stack_.members, one.new_id);
      return !one.why.empty() || (member != nullptr && has_settled(*member, true));
    });
  };
  co_await stack_.changed.until([&] { return turn_.is_over() || settled(); });
  for (Replacement& one : these) {
    if (!turn_.is_over())
      co_await take_over(one);
    else if (one.new_id != one.old_id)
      spawn(stack_.loop, finish_take_over(stack_, network_, one.new_id));
  }
  all.insert(all.end(), these.begin(), these.end());
}

asio::awaitable<void> Rollout::watch(Replacements& all, std::chrono::nanoseconds monitor) {
  const int before = failures_in(all);
  co_await stack_.changed.until(
      [&] {
        for (Replacement& one : all) look_at(one);
        return turn_.is_over() || failures_in(all) > before;
      },
      Clock::now() + monitor);
}

asio::awaitable<void> Rollout::take_back(Replacements all) {
  std::map<std::string, std::shared_ptr<const Definition>> before;
  std::vector<Step> steps;
  for (const Replacement& one : all) {
    // A new container beside the old one that failed is gone, and the old one never ended.
    if (find(stack_.members, one.new_id) == nullptr) continue;
    before[one.new_id] = one.before;
    steps.push_back({.id = one.new_id});
  }
  if (steps.empty()) co_return;
  const RolloutPolicy policy = plan::rollback_policy_of(before.begin()->second->service);
  Replacements back;
  for (const std::vector<Step>& batch : plan::batches_of(steps, policy)) {
    if (turn_.is_over()) co_return;
    co_await replace(
        batch, [&](const Step& step) { return before.at(step.id); }, policy, back);
  }
}

asio::awaitable<Outcome> Rollout::update(const project::Project& project, const std::string& service,
                                         std::vector<Step> steps) {
  const RolloutPolicy policy = *plan::update_policy_of(project.services.at(service));
  const DefinitionOf definition = [&](const Step& step) {
    return std::make_shared<const Definition>(definition_of(project, service, step.number));
  };
  const std::vector<std::vector<Step>> batches = plan::batches_of(steps, policy);
  Replacements all;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    co_await replace(batches[i], definition, policy, all);
    if (!turn_.is_over()) co_await watch(all, policy.monitor);
    if (turn_.is_over()) co_return Outcome{1, kInterrupted};
    const int failed = failures_in(all);
    const Verdict verdict = plan::judge(policy, failed, static_cast<int>(steps.size()));
    const auto first = std::find_if(all.begin(), all.end(), [](const auto& one) { return !one.why.empty(); });
    if (verdict == Verdict::pause)
      co_return Outcome{1, "the update of service " + service +
                               " is paused: " + count_text(failed, steps.size()) + ": " + first->why};
    if (verdict == Verdict::roll_back) {
      const std::string why = first->why;
      co_await take_back(all);
      co_return Outcome{1, "the update of service " + service + " failed and was rolled back: " + why};
    }
    const bool is_last = i + 1 == batches.size();
    if (!is_last) co_await stack_.changed.until([&] { return turn_.is_over(); }, Clock::now() + policy.delay);
  }
  if (const int failed = failures_in(all); failed > 0)
    stack_.warn("the update of service " + service + " went on although " + count_text(failed, steps.size()));
  co_return Outcome{};
}

asio::awaitable<void> finish_take_over(Stack& stack, Network& network, std::string id) {
  const Member* fresh = find(stack.members, id);
  if (fresh == nullptr) co_return;
  const std::string old_id = fresh->record.replaces;
  const int restarts = fresh->record.restarts;
  std::string why;
  co_await stack.changed.until([&] {
    const Member* member = find(stack.members, id);
    why = what_is_wrong(member, restarts);
    return !why.empty() || has_settled(*member, true);
  });
  if (why.empty())
    co_await hand_over(stack, network, old_id, id, std::nullopt);
  else if (find(stack.members, old_id) != nullptr)
    co_await dismiss(stack, id, state::EndCause::update);
}

}  // namespace orchestrator::supervisor
