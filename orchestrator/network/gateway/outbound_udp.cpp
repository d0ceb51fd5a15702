#include <sys/socket.h>

#include <array>
#include <system_error>
#include <utility>

#include "orchestrator/network/constants.hpp"
#include "orchestrator/network/gateway/outbound.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

namespace {

sys::unique_fd transparent_datagrams(const ProjectNamespace& project, const Endpoint& bound) {
  sys::unique_fd socket = project.socket(bound.ip.family, SOCK_DGRAM);
  if (bound.ip.family == AF_INET6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY);
  // Several containers may speak to one foreign address: one socket each, bound alike, connected differently.
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR);
  make_transparent(socket.get(), bound.ip.family);
  if (const int error = bind_to(socket.get(), bound)) sys::throw_errno("bind the way out", error);
  return socket;
}

}  // namespace

OutboundUdp::OutboundUdp(Loop& loop, const ProjectNamespace& project, int family)
    : loop_(loop),
      project_(project),
      family_(family),
      socket_(transparent_datagrams(project, {.ip = {.family = family}, .port = kOutboundPort})),
      flows_(loop),
      watch_(loop, socket_.get(), [this](std::uint32_t) { first_datagrams(); }) {
  if (!tell(socket_.get(), family_, Tell::original_destination))
    sys::throw_errno("ask for original destinations of datagrams");
  watch_.want(EPOLLIN);
}

void OutboundUdp::first_datagrams() {
  std::array<char, kLargestDatagram> buffer;
  for (int i = 0; i < kDatagramsPerTurn; ++i) {
    const auto datagram = receive(socket_.get(), buffer);
    if (!datagram) return;
    Conversation* conversation = conversation_of({.from = datagram->from, .to = datagram->to});
    if (conversation == nullptr) continue;
    conversation->silence.asked(Clock::now());
    ::send(conversation->outer.get(), datagram->data.data(), datagram->data.size(), MSG_NOSIGNAL);
  }
}

OutboundUdp::Conversation* OutboundUdp::conversation_of(const Flow& flow) {
  if (Conversation* known = flows_.find(flow)) return known;
  const auto outside = surroundings_->outward(flow.from, flow.to);
  if (!outside || flows_.is_full()) return nullptr;
  try {
    return &flows_.add(flow, make_conversation(flow, *outside));
  } catch (const std::system_error&) {
    return nullptr;  // no route, or out of descriptors: the datagram is lost, as datagrams may be
  }
}

std::unique_ptr<OutboundUdp::Conversation> OutboundUdp::make_conversation(const Flow& flow,
                                                                          const Endpoint& outside) {
  auto made = std::make_unique<Conversation>();
  made->outer = host_socket(outside.ip.family, SOCK_DGRAM);
  if (const int error = connect_to(made->outer.get(), outside)) sys::throw_errno("send outside", error);
  made->inner = transparent_datagrams(project_, flow.to);
  if (const int error = connect_to(made->inner.get(), flow.from))
    sys::throw_errno("answer a container", error);
  Conversation& conversation = *made;
  made->inner_watch = std::make_unique<Watch>(
      loop_, made->inner.get(),
      [this, container = flow.from, &conversation](std::uint32_t) { pass_on(container, conversation); });
  made->outer_watch = std::make_unique<Watch>(
      loop_, made->outer.get(), [this, &conversation](std::uint32_t) { pass_back(conversation); });
  made->inner_watch->want(EPOLLIN);
  made->outer_watch->want(EPOLLIN);
  return made;
}

void OutboundUdp::pass_on(const Endpoint& container, Conversation& conversation) {
  std::array<char, kLargestDatagram> buffer;
  for (int i = 0; i < kDatagramsPerTurn; ++i) {
    const auto datagram = receive(conversation.inner.get(), buffer);
    if (!datagram) return;
    if (datagram->from != container) continue;  // another container's, come between bind(2) and connect(2)
    conversation.silence.asked(Clock::now());
    ::send(conversation.outer.get(), datagram->data.data(), datagram->data.size(), MSG_NOSIGNAL);
  }
}

void OutboundUdp::pass_back(Conversation& conversation) {
  std::array<char, kLargestDatagram> buffer;
  for (int i = 0; i < kDatagramsPerTurn; ++i) {
    const auto datagram = receive(conversation.outer.get(), buffer);
    if (!datagram) return;
    conversation.silence.answered(Clock::now());
    ::send(conversation.inner.get(), datagram->data.data(), datagram->data.size(), MSG_NOSIGNAL);
  }
}

}  // namespace orchestrator::network::gateway
