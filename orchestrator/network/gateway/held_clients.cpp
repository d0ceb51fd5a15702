#include "orchestrator/network/gateway/held_clients.hpp"

#include <algorithm>
#include <utility>

#include "orchestrator/network/gateway/sockets.hpp"

namespace orchestrator::network::gateway {

namespace {

constexpr std::size_t kMost = 1024;  ///< of each port; each costs a descriptor
constexpr auto kRetry = std::chrono::milliseconds(100);
constexpr auto kSweep = std::chrono::seconds(1);

}  // namespace

HeldClients::HeldClients(Loop& loop, Serve serve, std::function<void()> changed)
    : loop_(loop), serve_(std::move(serve)), changed_(std::move(changed)), timer_(loop, [this] {
        drop_late_ones();
        if (std::exchange(retry_, false)) serve_all();
        if (!waiting_.empty()) look_after(false);
      }) {}

void HeldClients::look_after(bool soon) {
  if (soon && !retry_) {
    retry_ = true;
    timer_.start(kRetry);
  }
  if (!timer_.is_running()) timer_.start(kSweep);
}

void HeldClients::hold(Client client, bool soon) {
  if (waiting_.size() >= kMost || Clock::now() >= client.deadline) return reset_on_close(client.socket.get());
  const bool first = waiting_.empty();
  const int fd = client.socket.get();
  // What has been sent stays in the socket; a client that hangs up need not be served.
  waiting_.emplace_back(loop_, std::move(client), [this, fd] { loop_.later([this, fd] { forget(fd); }); });
  look_after(soon);
  if (first) changed_();
}

void HeldClients::forget(int socket) {
  std::erase_if(waiting_, [&](const Waiting& one) { return one.client.socket.get() == socket; });
  if (waiting_.empty()) changed_();
}

void HeldClients::serve_all() {
  if (waiting_.empty()) return;
  std::list<Client> clients;
  for (Waiting& one : waiting_) clients.push_back(std::move(one.client));
  waiting_.clear();
  for (Client& client : clients) serve_(std::move(client));
  if (waiting_.empty()) changed_();
}

void HeldClients::drop_late_ones() {
  const auto now = Clock::now();
  const auto dropped = std::erase_if(waiting_, [&](const Waiting& one) {
    const bool late = now >= one.client.deadline;
    if (late) reset_on_close(one.client.socket.get());
    return late;
  });
  if (dropped > 0 && waiting_.empty()) changed_();
}

}  // namespace orchestrator::network::gateway
