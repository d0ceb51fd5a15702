// A listening TCP socket in the loop.
#pragma once

#include <functional>

#include "orchestrator/network/endpoint.hpp"
#include "orchestrator/network/gateway/loop.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::network::gateway {

class Listener {
 public:
  using Accepted = std::function<void(runtime::sys::unique_fd socket, const Endpoint& peer)>;

  /// `socket` is listening and non-blocking.
  Listener(Loop& loop, runtime::sys::unique_fd socket, Accepted accepted);
  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  void accept_some();

  runtime::sys::unique_fd socket_;
  Accepted accepted_;
  Watch watch_;
  Timer pause_;
};

}  // namespace orchestrator::network::gateway
