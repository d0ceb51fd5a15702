// UDP has no connections; a flow is what two ends say to each other until they fall silent.
#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <utility>

#include "orchestrator/network/endpoint.hpp"
#include "orchestrator/network/gateway/loop.hpp"

namespace orchestrator::network::gateway {

/// As nf_conntrack counts: a question nobody answered is forgotten sooner than a conversation.
inline constexpr auto kUnansweredTimeout = std::chrono::seconds(30);
inline constexpr auto kAnsweredTimeout = std::chrono::seconds(120);

/// When a flow was last used.
class Silence {
 public:
  void asked(Clock::time_point now) { last_ = now; }
  void answered(Clock::time_point now) {
    last_ = now;
    answered_ = true;
  }
  [[nodiscard]] bool is_over(Clock::time_point now) const {
    return now - last_ >
           (answered_ ? Clock::duration(kAnsweredTimeout) : Clock::duration(kUnansweredTimeout));
  }

 private:
  Clock::time_point last_ = Clock::now();
  bool answered_ = false;
};

/// Flows by their two ends; the silent ones are dropped. A Value has `Silence silence`.
template <class Value>
class Flows {
 public:
  explicit Flows(Loop& loop) : sweep_(loop, [this] { sweep(); }) {}

  Value* find(const Flow& flow) {
    const auto found = flows_.find(flow);
    return found == flows_.end() ? nullptr : found->second.get();
  }
  [[nodiscard]] bool is_full() const { return flows_.size() >= kMost; }
  Value& add(const Flow& flow, std::unique_ptr<Value> value) {
    if (!sweep_.is_running()) sweep_.start(kSweep);
    return *(flows_[flow] = std::move(value));
  }
  template <class Predicate>
  void drop_if(Predicate predicate) {
    std::erase_if(flows_, [&](const auto& entry) { return predicate(*entry.second); });
  }

 private:
  static constexpr std::size_t kMost = 4096;  ///< of each port; each costs one or two descriptors
  static constexpr auto kSweep = std::chrono::seconds(5);

  void sweep() {
    drop_if([now = Clock::now()](const Value& value) { return value.silence.is_over(now); });
    if (!flows_.empty()) sweep_.start(kSweep);
  }

  std::unordered_map<Flow, std::unique_ptr<Value>, FlowHash> flows_{};
  Timer sweep_;
};

}  // namespace orchestrator::network::gateway
