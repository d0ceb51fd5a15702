#include "orchestrator/network/gateway/listener.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace orchestrator::network::gateway {

namespace {

constexpr int kAcceptsPerTurn = 32;
/// Without descriptors the kernel would report the waiting connection again at once, for ever.
constexpr auto kPause = std::chrono::milliseconds(100);

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Listener::Listener(Loop& loop, runtime::sys::unique_fd socket, Accepted accepted)
    : socket_(std::move(socket)),
      accepted_(std::move(accepted)),
      watch_(loop, socket_.get(), [this](std::uint32_t) { accept_some(); }),
      pause_(loop, [this] { watch_.want(EPOLLIN); }) {
  watch_.want(EPOLLIN);
}

void Listener::accept_some() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    SocketAddress peer;
    runtime::sys::unique_fd socket(
        ::accept4(socket_.get(), peer.get(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket) {
      accepted_(std::move(socket), Endpoint::from(peer));
      continue;
    }
    if (is_shortage(errno)) {
      watch_.want(0);
      pause_.start(kPause);
    }
    // Errors of the one connection (ECONNABORTED, EPROTO, see accept(2)) wait for the next event.
    return;
  }
}

}  // namespace orchestrator::network::gateway
