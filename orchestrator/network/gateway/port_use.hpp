// How many connections use a published port just now.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace orchestrator::network::gateway {

/// Lives as long as its port or one of its connections, whichever is longer.
class PortUse : public std::enable_shared_from_this<PortUse> {
 public:
  /// `changed` is called when the first comes and when the last has gone.
  explicit PortUse(std::function<void()> changed) : changed_(std::move(changed)) {}

  /// One more, until the result is dropped.
  [[nodiscard]] std::shared_ptr<void> begin() {
    if (++open_ == 1) tell();
    return {this, [self = shared_from_this()](PortUse*) {
              if (--self->open_ == 0) self->tell();
            }};
  }
  [[nodiscard]] bool is_busy() const { return open_ > 0; }
  /// The port is gone, there is nobody to tell.
  void forget() { changed_ = nullptr; }

 private:
  void tell() const {
    if (changed_) changed_();
  }

  std::function<void()> changed_;
  std::size_t open_ = 0;
};

}  // namespace orchestrator::network::gateway
