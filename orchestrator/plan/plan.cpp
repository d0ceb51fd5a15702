#include "orchestrator/plan/plan.hpp"

#include <algorithm>
#include <array>

namespace orchestrator::plan {
namespace {

constexpr std::array<std::string_view, 8> kActions{"keep",    "create", "recreate", "start",
                                                   "restart", "stop",   "remove",   "change"};
constexpr std::array<std::string_view, 4> kSubjects{"container", "network", "volume", "stack"};

/// Values may be whole files.
std::string shortened(const std::string& text) {
  constexpr std::size_t kLongest = 100;
  if (text.empty()) return "nothing";
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

std::string line(const project::Difference& change) {
  constexpr std::string_view kContent = "content.";
  const std::string place = project::to_string(change.source);
  const std::string where = place.empty() ? "" : "  (" + place + ")";
  if (change.key.starts_with(kContent))
    return "    " + change.key.substr(kContent.size()) + ": other content" + where + "\n";
  return "    " + change.key + ": " + shortened(change.before) + " -> " + shortened(change.after) + where +
         "\n";
}

}  // namespace

std::string_view to_string(Action action) { return kActions.at(static_cast<std::size_t>(action)); }
std::string_view to_string(Subject subject) { return kSubjects.at(static_cast<std::size_t>(subject)); }

bool Plan::changes_anything() const {
  return std::any_of(steps.begin(), steps.end(),
                     [](const Step& step) { return step.action != Action::keep; });
}

std::string to_text(const Plan& plan) {
  std::string text;
  for (const Step& step : plan.steps) {
    if (step.action == Action::keep) continue;
    text +=
        std::string(to_string(step.action)) + " " + std::string(to_string(step.subject)) + " " + step.name;
    text += (step.cause.empty() ? "" : ": " + step.cause) + "\n";
    for (const project::Difference& change : step.changes) text += line(change);
  }
  return text;
}

std::string summary(const Plan& plan) {
  if (!plan.changes_anything()) return "nothing to do";
  std::array<int, kActions.size()> counts{};
  for (const Step& step : plan.steps) ++counts.at(static_cast<std::size_t>(step.action));
  std::string text;
  const auto add = [&](int count, const std::string& words) {
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + words;
  };
  for (std::size_t action = 1; action < counts.size(); ++action)
    add(counts.at(action), "to " + std::string(kActions.at(action)));
  add(counts.front(), "unchanged");
  return text;
}

}  // namespace orchestrator::plan
