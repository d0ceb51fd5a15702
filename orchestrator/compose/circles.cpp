#include "orchestrator/compose/circles.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace orchestrator::compose {
namespace {

/// A service on the way, and how many of its dependencies have been followed.
struct Step {
  const Entry* service = nullptr;
  std::vector<const Entry*> next{};
  std::size_t followed = 0;
};

/// Depth first, without recursion: chains may be thousands of services long.
class Search {
 public:
  explicit Search(const Node& services) : services_(services) {
    for (const Entry& service : services.map) by_name_.emplace(service.key, &service);
  }

  std::vector<std::string> run() {
    for (const Entry& service : services_.map)
      if (auto circle = from(service); !circle.empty()) return circle;
    return {};
  }

 private:
  enum class State { OnTheWay, Done };

  std::vector<std::string> from(const Entry& start) {
    if (states_.contains(start.key)) return {};
    enter(start);
    while (!way_.empty()) {
      Step& step = way_.back();
      if (step.followed == step.next.size()) {
        states_[step.service->key] = State::Done;
        way_.pop_back();
        continue;
      }
      const Entry& next = *step.next[step.followed++];
      const auto state = states_.find(next.key);
      if (state == states_.end())
        enter(next);
      else if (state->second == State::OnTheWay)
        return way_to(next);
    }
    return {};
  }

  void enter(const Entry& service) {
    states_[service.key] = State::OnTheWay;
    Step step{.service = &service};
    if (const Node* dependencies = service.value.find("depends_on"))
      for (const Entry& entry : dependencies->map)
        if (const auto found = by_name_.find(entry.key); found != by_name_.end())
          step.next.push_back(found->second);
    way_.push_back(std::move(step));
  }

  std::vector<std::string> way_to(const Entry& again) {
    const auto first =
        std::find_if(way_.begin(), way_.end(), [&](const Step& step) { return step.service == &again; });
    std::vector<std::string> names;
    for (auto step = first; step != way_.end(); ++step) names.push_back(step->service->key);
    names.push_back(again.key);
    return names;
  }

  const Node& services_;
  std::unordered_map<std::string_view, const Entry*> by_name_{};
  std::unordered_map<std::string_view, State> states_{};
  std::vector<Step> way_{};
};

}  // namespace

std::vector<std::string> find_circle(const Node& services) { return Search(services).run(); }

}  // namespace orchestrator::compose
