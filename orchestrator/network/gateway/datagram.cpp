#include "orchestrator/network/gateway/datagram.hpp"

#include <array>
#include <cstring>

#include "orchestrator/network/gateway/sockets.hpp"

namespace orchestrator::network::gateway {

namespace {

constexpr std::size_t kControlSize = 128;

/// The content of a control message, copied because its place is not aligned for it.
template <class Value>
Value content(const cmsghdr* header) {
  Value value{};
  std::memcpy(&value, CMSG_DATA(header), sizeof value);
  return value;
}

template <class Value>
Endpoint endpoint_in(const cmsghdr* header) {
  const auto value = content<Value>(header);
  SocketAddress address;
  std::memcpy(&address.storage, &value, sizeof value);
  return Endpoint::from(address);
}

std::optional<Endpoint> destination_in(const cmsghdr* header) {
  const int level = header->cmsg_level;
  const int type = header->cmsg_type;
  if (level == IPPROTO_IP && type == IP_PKTINFO) {
    const auto info = content<in_pktinfo>(header);
    return Endpoint{.ip = Ip::v4(&info.ipi_addr), .port = 0};
  }
  if (level == IPPROTO_IPV6 && type == IPV6_PKTINFO) {
    const auto info = content<in6_pktinfo>(header);
    return Endpoint{.ip = Ip::v6(&info.ipi6_addr), .port = 0};
  }
  if (level == IPPROTO_IP && type == IP_ORIGDSTADDR) return endpoint_in<sockaddr_in>(header);
  if (level == IPPROTO_IPV6 && type == IPV6_ORIGDSTADDR) return endpoint_in<sockaddr_in6>(header);
  return std::nullopt;
}

template <class Value>
void put(msghdr& message, int level, int type, const Value& value) {
  message.msg_controllen = CMSG_SPACE(sizeof value);
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = level;
  header->cmsg_type = type;
  header->cmsg_len = CMSG_LEN(sizeof value);
  std::memcpy(CMSG_DATA(header), &value, sizeof value);
}

}  // namespace

bool tell(int socket, int family, Tell what) {
  if (family == AF_INET)
    return set_option(socket, IPPROTO_IP, what == Tell::local_address ? IP_PKTINFO : IP_RECVORIGDSTADDR);
  return set_option(socket, IPPROTO_IPV6,
                    what == Tell::local_address ? IPV6_RECVPKTINFO : IPV6_RECVORIGDSTADDR);
}

std::optional<Datagram> receive(int socket, std::span<char> buffer) {
  SocketAddress from;
  iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
  alignas(cmsghdr) std::array<char, kControlSize> control{};
  msghdr message{};
  message.msg_name = &from.storage;
  message.msg_namelen = from.length;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = ::recvmsg(socket, &message, 0);
  if (size < 0) return std::nullopt;
  Datagram datagram{.data = buffer.first(static_cast<std::size_t>(size)), .from = Endpoint::from(from)};
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header))
    if (const auto destination = destination_in(header)) datagram.to = *destination;
  return datagram;
}

void send_from(int socket, int family, const Ip& source, const Endpoint& to, std::span<const char> data) {
  SocketAddress address = to.address(family);
  iovec part{.iov_base = const_cast<char*>(data.data()), .iov_len = data.size()};
  alignas(cmsghdr) std::array<char, kControlSize> control{};
  msghdr message{};
  message.msg_name = &address.storage;
  message.msg_namelen = address.length;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  if (family == AF_INET) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, source.bytes.data(), sizeof info.ipi_spec_dst);
    put(message, IPPROTO_IP, IP_PKTINFO, info);
  } else {
    in6_pktinfo info{};
    const SocketAddress mapped = Endpoint{.ip = source, .port = 0}.address(AF_INET6);
    info.ipi6_addr = reinterpret_cast<const sockaddr_in6*>(&mapped.storage)->sin6_addr;
    put(message, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
  ::sendmsg(socket, &message, MSG_NOSIGNAL);
}

}  // namespace orchestrator::network::gateway
