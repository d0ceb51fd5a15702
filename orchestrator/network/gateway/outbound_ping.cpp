#include "orchestrator/network/gateway/outbound_ping.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <system_error>
#include <utility>

#include "orchestrator/network/gateway/datagram.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

namespace {

// From linux/icmp.h, which does not go together with netinet/ip_icmp.h: a set bit blocks a type.
constexpr int kIcmpFilter = 1;
constexpr std::uint32_t only(std::uint8_t type) { return ~(std::uint32_t{1} << type); }

sys::unique_fd raw_icmp(sys::unique_fd socket, std::uint8_t type) {
  const std::uint32_t filter = only(type);
  if (::setsockopt(socket.get(), SOL_RAW, kIcmpFilter, &filter, sizeof filter) != 0)
    sys::throw_errno("listen for echo messages");
  return socket;
}

sys::unique_fd project_socket(const ProjectNamespace& project) {
  sys::unique_fd socket = raw_icmp(project.socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), icmp::kEchoRequest);
  if (!set_option(socket.get(), IPPROTO_IP, IP_HDRINCL)) sys::throw_errno("answer in others' names");
  return socket;
}

}  // namespace

OutboundPing::OutboundPing(Loop& loop, const ProjectNamespace& project)
    : loop_(loop),
      socket_(project_socket(project)),
      flows_(loop),
      watch_(loop, socket_.get(), [this](auto) { requests(); }) {
  watch_.want(EPOLLIN);
}

void OutboundPing::requests() {
  std::array<char, kLargestDatagram> buffer;
  for (int i = 0; i < kDatagramsPerTurn; ++i) {
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size < 0) return;
    const auto request = icmp::parse_packet(std::span(buffer.data(), static_cast<std::size_t>(size)));
    if (!request || request->type != icmp::kEchoRequest) continue;
    // The identifier takes the place of a port.
    Pinging* pinging = pinging_of(
        {.from = {.ip = request->from, .port = request->id}, .to = {.ip = request->to, .port = 0}});
    if (pinging == nullptr) continue;
    pinging->silence.asked(Clock::now());
    const std::vector<char> message = icmp::message({.id = pinging->outer_id, .rest = request->rest});
    ::send(pinging->socket.get(), message.data(), message.size(), MSG_NOSIGNAL);
  }
}

OutboundPing::Pinging* OutboundPing::pinging_of(const Flow& flow) {
  if (Pinging* known = flows_.find(flow)) return known;
  const auto outside = surroundings_->outward(flow.from, flow.to);
  if (!outside || flows_.is_full()) return nullptr;
  auto made = std::make_unique<Pinging>();
  try {
    try {
      made->socket = host_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
    } catch (const std::system_error&) {  // net.ipv4.ping_group_range leaves us out
      made->socket = raw_icmp(host_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), icmp::kEchoReply);
      made->raw = true;
    }
    if (connect_to(made->socket.get(), *outside) != 0) return nullptr;
  } catch (const std::system_error&) {
    return nullptr;  // out of descriptors: the request is lost, as requests may be
  }
  made->outer_id = ++last_id_;
  made->inner_id = flow.from.port;
  Pinging& pinging = *made;
  made->watch = std::make_unique<Watch>(loop_, made->socket.get(),
                                        [this, flow, &pinging](auto) { answers(flow, pinging); });
  made->watch->want(EPOLLIN);
  return &flows_.add(flow, std::move(made));
}

void OutboundPing::answers(const Flow& flow, Pinging& pinging) {
  std::array<char, kLargestDatagram> buffer;
  for (int i = 0; i < kDatagramsPerTurn; ++i) {
    const ssize_t size = ::recv(pinging.socket.get(), buffer.data(), buffer.size(), 0);
    if (size < 0) return;
    const std::span bytes(buffer.data(), static_cast<std::size_t>(size));
    auto answer = pinging.raw ? icmp::parse_packet(bytes) : icmp::parse(bytes);
    if (!answer || answer->type != icmp::kEchoReply) continue;
    if (pinging.raw && answer->id != pinging.outer_id) continue;
    pinging.silence.answered(Clock::now());
    answer->from = flow.to.ip;
    answer->to = flow.from.ip;
    answer->id = pinging.inner_id;
    const std::vector<char> packet = icmp::packet(*answer);
    const SocketAddress to = Endpoint{.ip = flow.from.ip, .port = 0}.address();
    ::sendto(socket_.get(), packet.data(), packet.size(), MSG_NOSIGNAL, to.get(), to.length);
  }
}

}  // namespace orchestrator::network::gateway
