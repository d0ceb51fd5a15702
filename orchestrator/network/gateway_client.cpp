#include <sys/socket.h>

#include <algorithm>
#include <span>

#include "orchestrator/network/gateway.hpp"
#include "orchestrator/network/gateway_messages.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/socket.hpp"

namespace orchestrator::network {

namespace sys = runtime::sys;

namespace {

bool send_sockets(int control, std::span<const DnsSockets> views) {
  std::string text(kSocketsMessage);
  std::vector<int> fds;
  for (const DnsSockets& view : views) {
    text += "\n" + view.key;
    fds.push_back(view.udp);
    fds.push_back(view.tcp);
  }
  return sys::send_message(control, text, fds, MSG_DONTWAIT);
}

}  // namespace

bool GatewayClient::apply(const Snapshot& snapshot, const std::vector<DnsSockets>& sockets) {
  for (std::span<const DnsSockets> rest(sockets); !rest.empty();) {
    const std::size_t count = std::min(rest.size(), kViewsPerPacket);
    if (!send_sockets(control_.get(), rest.first(count))) return false;
    rest = rest.subspan(count);
  }
  const sys::unique_fd file = sys::memory_file("mdcompose-snapshot", to_json(snapshot), true);
  const int fd = file.get();
  return sys::send_message(control_.get(), kSnapshotMessage, std::span(&fd, 1), MSG_DONTWAIT);
}

bool GatewayClient::quit() { return sys::send_message(control_.get(), kQuitMessage, {}, MSG_DONTWAIT); }

std::optional<GatewayClient::Message> GatewayClient::receive() {
  try {
    const auto message = sys::receive_message(control_.get(), MSG_DONTWAIT);
    if (!message) sys::throw_errno("receive from the gateway", ECONNRESET);
    // The kernel leaves out what there is no number for: recvmsg(2), MSG_CTRUNC.
    if (message->fds.empty()) sys::throw_errno("receive from the gateway", EMFILE);
    const std::string text = sys::read_all(message->fds.front().get());
    if (message->data == kActivityMessage) return activity_from_json(text);
    if (message->data == kAppliedMessage) return applied_from_json(text);
    throw std::runtime_error("message from the gateway not understood");
  } catch (const std::system_error& error) {
    if (sys::errno_of(error) == EAGAIN) return std::nullopt;
    throw;
  }
}

}  // namespace orchestrator::network
