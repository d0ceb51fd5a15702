#include "orchestrator/supervisor/rollout.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/life.hpp"
#include "orchestrator/supervisor/missing.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "orchestrator/supervisor/wishes.hpp"

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

template <typename Replacements>
int failures_in(const Replacements& all) {
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [](const auto& one) { return !one.why.empty(); }));
}

/// "1 of 3 containers failed: container app-web-2 is unhealthy"; of a single one why.
template <typename Replacements>
std::string failures_text(const Replacements& all, std::size_t total) {
  const auto first = std::find_if(all.begin(), all.end(), [](const auto& one) { return !one.why.empty(); });
  const std::string why = first == all.end() ? "" : first->why;
  if (total == 1) return why;
  return std::to_string(failures_in(all)) + " of " + std::to_string(total) + " containers failed: " + why;
}

}  // namespace

Rollout::Replacement Rollout::start_beside(Member& old, std::shared_ptr<const Definition> definition) {
  Replacement replacement{
      .id = other_id(old.record.id), .before = old.definition, .take_over = std::make_shared<TakeOver>()};
  auto fresh = std::make_unique<Member>();
  fresh->record = fresh_record(stack_.paths.project, *definition, old.record.number);
  fresh->definition = std::move(definition);
  fresh->record.id = replacement.id;
  fresh->record.replaces = old.record.id;
  want_running(*fresh, request_);
  admit(stack_, launcher_, std::move(fresh), "Recreate");
  spawn(stack_.loop, take_over(stack_, network_, replacement.id, request_.timeout, replacement.take_over));
  return replacement;
}

Rollout::Replacement Rollout::begin(const Step& step, std::shared_ptr<const Definition> definition,
                                    bool start_first) {
  Member* there = find(stack_.members, step.id);
  if (there == nullptr) return {.id = step.id, .why = "it was removed"};
  Member& old = *there;
  const bool there_is_room = find(stack_.members, other_id(step.id)) == nullptr;
  if (start_first && old.is_alive() && there_is_room) return start_beside(old, std::move(definition));
  Replacement replacement{.id = step.id, .before = old.definition};
  want_replaced(old, std::move(definition));
  old.renew_volumes = request_.renew_anon_volumes;
  want_running(old, request_);
  return replacement;
}

void Rollout::look_at(Replacement& replacement) const {
  if (!replacement.why.empty()) return;
  if (replacement.take_over) replacement.why = replacement.take_over->why;
  const bool is_under_way = replacement.take_over && !replacement.take_over->is_over;
  if (replacement.why.empty() && !is_under_way)
    replacement.why = what_is_wrong(find(stack_.members, replacement.id), 0);
}

bool Rollout::has_settled(const Replacement& replacement) const {
  if (replacement.take_over) return replacement.take_over->is_over;
  const Member* member = find(stack_.members, replacement.id);
  return !replacement.why.empty() || (member != nullptr && supervisor::has_settled(*member, true));
}

asio::awaitable<void> Rollout::settle(Replacements& batch) {
  co_await stack_.changed.until(
      [&] {
        for (Replacement& one : batch) look_at(one);
        return turn_.is_over() || std::all_of(batch.begin(), batch.end(),
                                              [&](const Replacement& one) { return has_settled(one); });
      },
      deadline_);
}

asio::awaitable<void> Rollout::watch(Replacements& batch, RolloutPolicy policy, int failed, int total) {
  co_await stack_.changed.until(
      [&] {
        for (Replacement& one : batch) look_at(one);
        return turn_.is_over() || plan::judge(policy, failed + failures_in(batch), total) != Verdict::go_on;
      },
      std::min(after(policy.monitor), deadline_));
}

asio::awaitable<Verdict> Rollout::replace(std::vector<Step> steps, DefinitionOf definition,
                                          RolloutPolicy policy, Replacements& all) {
  const auto total = static_cast<int>(steps.size());
  const std::vector<std::vector<Step>> batches = plan::batches_of(steps, policy);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    if (i != 0)
      co_await stack_.changed.until([&] { return turn_.is_over(); },
                                    std::min(after(policy.delay), deadline_));
    if (is_over()) break;
    Replacements batch;
    for (const Step& step : batches[i]) batch.push_back(begin(step, definition(step), policy.start_first));
    stack_.changed.notify();
    co_await settle(batch);
    co_await watch(batch, policy, failures_in(all), total);
    all.insert(all.end(), batch.begin(), batch.end());
    if (is_over() || plan::judge(policy, failures_in(all), total) != Verdict::go_on) break;
  }
  co_return plan::judge(policy, failures_in(all), total);
}

asio::awaitable<std::string> Rollout::take_back(Replacements all, RolloutPolicy policy) {
  std::map<std::string, std::shared_ptr<const Definition>> before;
  std::vector<Step> steps;
  for (const Replacement& one : all) {
    // A new container beside the old one that failed is gone, and the old one never ended.
    if (find(stack_.members, one.id) == nullptr) continue;
    before[one.id] = one.before;
    steps.push_back({.id = one.id});
  }
  const std::size_t total = steps.size();
  const DefinitionOf definition = [&](const Step& step) { return before.at(step.id); };
  Replacements back;
  const Verdict verdict = co_await replace(std::move(steps), definition, policy, back);
  if (is_over()) co_return "the rollback was interrupted";
  if (verdict != Verdict::go_on) co_return "the rollback is paused: " + failures_text(back, total);
  if (failures_in(back) > 0) stack_.warn("the rollback went on although " + failures_text(back, total));
  co_return "";
}

Outcome Rollout::given_up(const Replacements& all) const {
  if (turn_.is_over()) return {1, kInterrupted};
  std::vector<const Member*> missing;
  for (const Replacement& one : all)
    if (const Member* member = find(stack_.members, one.id); member != nullptr && !has_settled(one))
      missing.push_back(member);
  return too_late(missing);
}

asio::awaitable<Outcome> Rollout::update(const project::Project& project, const std::string& service,
                                         std::vector<Step> steps) {
  const project::Service& wanted = project.services.at(service);
  const std::size_t total = steps.size();
  const DefinitionOf definition = [&](const Step& step) {
    return std::make_shared<const Definition>(definition_of(project, service, step.number));
  };
  const std::string update = "the update of service " + service;
  Replacements all;
  const Verdict verdict =
      co_await replace(std::move(steps), definition, *plan::update_policy_of(wanted), all);
  if (is_over()) co_return given_up(all);
  const std::string failures = failures_text(all, total);
  if (verdict == Verdict::pause) co_return Outcome{1, update + " is paused: " + failures};
  if (verdict == Verdict::roll_back) {
    const std::string obstacle = co_await take_back(all, plan::rollback_policy_of(wanted));
    if (!obstacle.empty()) co_return Outcome{1, update + " failed: " + failures + "; " + obstacle};
    co_return Outcome{1, update + " failed and was rolled back: " + failures};
  }
  if (failures_in(all) > 0) stack_.warn(update + " went on although " + failures);
  co_return Outcome{};
}

}  // namespace orchestrator::supervisor
