#include "runtime/netlink/address_news.hpp"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "runtime/netlink/socket.hpp"

namespace runtime::netlink {
namespace {

using Clock = std::chrono::steady_clock;

/// The address whose local route the message tells of, or "".
std::string local_address_in(const nlmsghdr& message) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto* route = static_cast<const rtmsg*>(NLMSG_DATA(&message));
  if (message.nlmsg_type != RTM_NEWROUTE || route->rtm_type != RTN_LOCAL) return "";
  each_attribute(message, sizeof(rtmsg), [&](std::uint16_t type, const void* data, std::size_t size) {
    if (type == RTA_DST && size == sizeof(in6_addr)) ::inet_ntop(AF_INET6, data, text.data(), text.size());
  });
  return text.data();
}

}  // namespace

AddressNews::AddressNews() : socket_(listen_for_news(NETLINK_ROUTE, {RTNLGRP_IPV6_ROUTE})) {}

void AddressNews::wait_for(std::vector<std::string> addresses, std::chrono::milliseconds patience) const {
  const auto deadline = Clock::now() + patience;
  alignas(nlmsghdr) std::array<char, 8192> buffer{};
  while (!addresses.empty()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd wait{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) == 0) return;
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    auto rest = static_cast<std::size_t>(std::max<ssize_t>(size, 0));
    for (auto* message = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(message, rest);
         message = NLMSG_NEXT(message, rest))
      std::erase(addresses, local_address_in(*message));
  }
}

}  // namespace runtime::netlink
