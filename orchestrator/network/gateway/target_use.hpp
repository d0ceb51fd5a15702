// Which containers clients of published TCP ports are connected to, so that one that is to end can wait for
// them.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/network/endpoint.hpp"

namespace orchestrator::network::gateway {

/// Lives as long as the gateway or one of its connections, whichever is longer.
class TargetUses : public std::enable_shared_from_this<TargetUses> {
 public:
  /// `changed` is called when leaving() may have changed.
  explicit TargetUses(std::function<void()> changed) : changed_(std::move(changed)) {}

  /// From now on these are asked for.
  void expect_leaving(std::vector<std::string> targets) { asked_ = std::move(targets); }
  /// Those of them that somebody is connected to.
  [[nodiscard]] std::vector<std::string> leaving() const;
  /// One more client of the target, until the result is dropped.
  [[nodiscard]] std::shared_ptr<void> begin(const Endpoint& target);

 private:
  void end(const Endpoint& target);

  std::function<void()> changed_;
  std::vector<std::string> asked_{};
  std::map<Endpoint, std::size_t> open_{};
};

}  // namespace orchestrator::network::gateway
