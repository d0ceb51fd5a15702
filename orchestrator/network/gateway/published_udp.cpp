#include "orchestrator/network/gateway/published_udp.hpp"

#include <sys/socket.h>

#include <array>
#include <system_error>
#include <utility>

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

PublishedUdp::PublishedUdp(Loop& loop, sys::unique_fd socket, int family, const ProjectNamespace& project)
    : loop_(loop),
      socket_(std::move(socket)),
      family_(family),
      project_(project),
      flows_(loop),
      watch_(loop, socket_.get(), [this](std::uint32_t) { from_clients(); }) {
  // The answer must come from the address the question went to, on a host with several.
  if (!tell(socket_.get(), family_, Tell::local_address))
    throw std::system_error(errno, std::generic_category(), "ask for local addresses of datagrams");
  watch_.want(EPOLLIN);
}

void PublishedUdp::update(const PublishedPort& port, std::shared_ptr<const Surroundings> surroundings) {
  targets_.set(port);
  surroundings_ = std::move(surroundings);
  flows_.drop_if([&](const Conversation& conversation) { return !targets_.contains(conversation.target); });
}

void PublishedUdp::from_clients() {
  std::array<char, kLargestDatagram> buffer;
  for (int i = 0; i < kDatagramsPerTurn; ++i) {
    const auto datagram = receive(socket_.get(), buffer);
    if (!datagram) return;
    Conversation* conversation = conversation_of({.from = datagram->from, .to = datagram->to});
    if (conversation == nullptr) continue;
    conversation->silence.asked(Clock::now());
    ::send(conversation->socket.get(), datagram->data.data(), datagram->data.size(), MSG_NOSIGNAL);
  }
}

PublishedUdp::Conversation* PublishedUdp::conversation_of(const Flow& flow) {
  if (Conversation* known = flows_.find(flow)) return known;
  const std::vector<Endpoint> targets = targets_.in_turn();
  if (targets.empty() || flows_.is_full()) return nullptr;
  const Endpoint& target = targets.front();
  const bool keep = surroundings_->may_keep_source(flow.from.ip, target.ip);
  try {
    auto made = std::make_unique<Conversation>();
    made->target = target;
    made->socket = dial([&] { return project_.socket(target.ip.family, SOCK_DGRAM); }, target,
                        keep ? &flow.from : nullptr);
    if (!made->socket) return nullptr;
    made->watch = std::make_unique<Watch>(
        loop_, made->socket.get(),
        [this, flow, conversation = made.get()](std::uint32_t) { from_container(flow, *conversation); });
    made->watch->want(EPOLLIN);
    return &flows_.add(flow, std::move(made));
  } catch (const std::system_error&) {
    return nullptr;  // out of descriptors: the datagram is lost, as datagrams may be
  }
}

void PublishedUdp::from_container(const Flow& flow, Conversation& conversation) {
  std::array<char, kLargestDatagram> buffer;
  for (int i = 0; i < kDatagramsPerTurn; ++i) {
    const auto datagram = receive(conversation.socket.get(), buffer);
    if (!datagram) return;
    if (datagram->from != conversation.target) continue;  // came between bind(2) and connect(2)
    conversation.silence.answered(Clock::now());
    send_from(socket_.get(), family_, flow.to.ip, flow.from, datagram->data);
  }
}

}  // namespace orchestrator::network::gateway
