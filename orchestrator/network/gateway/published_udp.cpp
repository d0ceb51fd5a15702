#include "orchestrator/network/gateway/published_udp.hpp"

#include <sys/socket.h>

#include <array>
#include <system_error>
#include <utility>

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

namespace {

constexpr std::size_t kMostHeld = 64;  ///< datagrams; whoever sends more asks again, as with any loss

}  // namespace

PublishedUdp::PublishedUdp(Loop& loop, sys::unique_fd socket, int family, const ProjectNamespace& project,
                           const std::function<void()>& activity_changed)
    : loop_(loop),
      socket_(std::move(socket)),
      family_(family),
      project_(project),
      activity_changed_(activity_changed),
      use_(std::make_shared<PortUse>(activity_changed)),
      late_(loop, [this] { drop_late_ones(); }),
      flows_(loop),
      watch_(loop, socket_.get(), [this](std::uint32_t) { from_clients(); }) {
  // The answer must come from the address the question went to, on a host with several.
  if (!tell(socket_.get(), family_, Tell::local_address))
    throw std::system_error(errno, std::generic_category(), "ask for local addresses of datagrams");
  watch_.want(EPOLLIN);
}

PublishedUdp::~PublishedUdp() { use_->forget(); }

void PublishedUdp::update(const PublishedPort& port, std::shared_ptr<const Surroundings> surroundings) {
  targets_.set(port);
  hold_ = std::chrono::seconds(port.hold_seconds);
  surroundings_ = std::move(surroundings);
  flows_.drop_if([&](const Conversation& conversation) { return !targets_.contains(conversation.target); });
  if (targets_.empty() || held_.empty()) return;
  for (const Held& one : std::exchange(held_, {})) pass_on(one.flow, one.data);
  activity_changed_();
}

void PublishedUdp::from_clients() {
  std::array<char, kLargestDatagram> buffer;
  for (int i = 0; i < kDatagramsPerTurn; ++i) {
    const auto datagram = receive(socket_.get(), buffer);
    if (!datagram) return;
    const Flow flow{.from = datagram->from, .to = datagram->to};
    if (targets_.empty() && hold_.count() > 0)
      hold(flow, datagram->data);
    else
      pass_on(flow, datagram->data);
  }
}

void PublishedUdp::pass_on(const Flow& flow, std::span<const char> data) {
  Conversation* conversation = conversation_of(flow);
  if (conversation == nullptr) return;
  conversation->silence.asked(Clock::now());
  ::send(conversation->socket.get(), data.data(), data.size(), MSG_NOSIGNAL);
}

void PublishedUdp::hold(const Flow& flow, std::span<const char> data) {
  if (held_.size() >= kMostHeld) return;
  const bool first = held_.empty();
  held_.push_back({.flow = flow, .data = {data.data(), data.size()}, .deadline = Clock::now() + hold_});
  if (!first) return;
  late_.start(hold_);
  activity_changed_();
}

void PublishedUdp::drop_late_ones() {
  while (!held_.empty() && held_.front().deadline <= Clock::now()) held_.pop_front();
  if (held_.empty()) return activity_changed_();
  late_.start(held_.front().deadline - Clock::now());
}

PublishedUdp::Conversation* PublishedUdp::conversation_of(const Flow& flow) {
  if (Conversation* known = flows_.find(flow)) return known;
  const std::vector<Endpoint> targets = targets_.in_turn(flow.from.ip.family);
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
    made->use = use_->begin();
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
