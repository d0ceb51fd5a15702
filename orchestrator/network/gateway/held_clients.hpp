// Clients of a published port that nobody serves just now, because its containers are being started or
// recreated: they are accepted and wait.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <utility>

#include "orchestrator/network/endpoint.hpp"
#include "orchestrator/network/gateway/loop.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::network::gateway {

class HeldClients {
 public:
  struct Client {
    runtime::sys::unique_fd socket{};
    Endpoint from{};
    Clock::time_point deadline{};  ///< then it is reset
  };
  using Serve = std::function<void(Client client)>;

  /// `serve` may hold() the client again at once. `changed`: somebody waits, or nobody any more.
  HeldClients(Loop& loop, Serve serve, std::function<void()> changed);

  /// `soon`: there is a target, which has refused: it is tried again in a moment, as it may only just have
  /// been started and says nothing when it listens.
  void hold(Client client, bool soon);
  /// There is somebody to serve them.
  void serve_all();
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

 private:
  struct Waiting {
    Waiting(Loop& loop, Client held, std::function<void()> hung_up)
        : client(std::move(held)),
          watch(loop, client.socket.get(), [tell = std::move(hung_up)](std::uint32_t) { tell(); }) {
      watch.want(EPOLLRDHUP);
    }
    Client client;
    Watch watch;
  };
  void forget(int socket);
  void look_after(bool soon);
  void drop_late_ones();

  Loop& loop_;
  Serve serve_;
  std::function<void()> changed_;
  std::list<Waiting> waiting_{};
  bool retry_ = false;
  Timer timer_;
};

}  // namespace orchestrator::network::gateway
