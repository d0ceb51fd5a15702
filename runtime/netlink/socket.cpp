#include "runtime/netlink/socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <system_error>

#include "runtime/sys/error.hpp"

namespace runtime::netlink {
namespace {

#ifndef NETLINK_EXT_ACK
constexpr int NETLINK_EXT_ACK = 11;
#endif

/// The kernel's explanation of an error: NLMSGERR_ATTR_MSG after the (capped) request.
std::string explanation(const nlmsghdr& answer) {
  if ((answer.nlmsg_flags & NLM_F_ACK_TLVS) == 0) return "";
  const auto* error = static_cast<const nlmsgerr*>(NLMSG_DATA(&answer));
  std::size_t offset = sizeof(nlmsgerr);
  if ((answer.nlmsg_flags & NLM_F_CAPPED) == 0) offset += error->msg.nlmsg_len - sizeof(nlmsghdr);
  std::string text;
  each_attribute(answer, offset, [&](std::uint16_t type, const void* data, std::size_t size) {
    if (type == NLMSGERR_ATTR_MSG) text = " (" + std::string(static_cast<const char*>(data), size - 1) + ")";
  });
  return text;
}

}  // namespace

void each_attribute(std::string_view bytes,
                    const std::function<void(std::uint16_t, std::string_view)>& take) {
  while (bytes.size() >= NLA_HDRLEN) {
    nlattr attribute{};
    std::memcpy(&attribute, bytes.data(), sizeof attribute);
    if (attribute.nla_len < NLA_HDRLEN || attribute.nla_len > bytes.size()) return;
    take(attribute.nla_type & NLA_TYPE_MASK, bytes.substr(NLA_HDRLEN, attribute.nla_len - NLA_HDRLEN));
    bytes.remove_prefix(std::min<std::size_t>(NLA_ALIGN(attribute.nla_len), bytes.size()));
  }
}

void each_attribute(const nlmsghdr& message, std::size_t fixed_size,
                    const std::function<void(std::uint16_t, const void*, std::size_t)>& take) {
  const std::string_view all(static_cast<const char*>(NLMSG_DATA(&message)),
                             message.nlmsg_len - NLMSG_HDRLEN);
  each_attribute(all.substr(std::min<std::size_t>(NLMSG_ALIGN(fixed_size), all.size())),
                 [&](std::uint16_t type, std::string_view value) { take(type, value.data(), value.size()); });
}

Socket::Socket(int protocol) : fd_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)) {
  if (!fd_) sys::throw_errno("open a netlink socket");
  const int on = 1;
  ::setsockopt(fd_.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
}

void Socket::send(const std::vector<char>& bytes) const {
  // A batch goes out in one piece or not at all (EMSGSIZE). Beyond wmem_max only with CAP_NET_ADMIN.
  constexpr std::size_t kAlwaysFits = 64 << 10;
  const int wanted = static_cast<int>(bytes.size());
  if (bytes.size() > kAlwaysFits &&
      ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDBUFFORCE, &wanted, sizeof wanted) != 0)
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
  if (sys::retry([&] { return ::send(fd_.get(), bytes.data(), bytes.size(), 0); }) < 0)
    sys::throw_errno("send a netlink request");
}

void Socket::transact(Message message) {
  std::vector<Message> one;
  one.push_back(std::move(message));
  transact(std::move(one));
}

void Socket::transact(std::vector<Message> messages) {
  std::vector<char> bytes;
  const std::uint32_t first = sequence_ + 1;
  std::size_t awaited = 0;
  for (Message& message : messages) {
    const std::vector<char>& part = message.finish(++sequence_);
    if ((reinterpret_cast<const nlmsghdr*>(part.data())->nlmsg_flags & NLM_F_ACK) != 0) ++awaited;
    bytes.insert(bytes.end(), part.begin(), part.end());
  }
  send(bytes);
  std::optional<std::system_error> failure;
  alignas(nlmsghdr) std::array<char, 32 << 10> buffer{};
  while (awaited > 0) {
    const ssize_t size = sys::retry([&] { return ::recv(fd_.get(), buffer.data(), buffer.size(), 0); });
    if (size < 0) sys::throw_errno("receive a netlink answer");
    auto left = static_cast<std::size_t>(size);
    for (auto* answer = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(answer, left);
         answer = NLMSG_NEXT(answer, left)) {
      if (answer->nlmsg_type != NLMSG_ERROR) continue;
      const int error = -static_cast<const nlmsgerr*>(NLMSG_DATA(answer))->error;
      const std::uint32_t index = answer->nlmsg_seq - first;
      if (index >= messages.size()) continue;  // of an earlier batch that was refused
      if (awaited > 0) --awaited;
      if (error == 0 || failure) continue;
      failure.emplace(error, std::generic_category(),
                      std::string(messages[index].what()) + explanation(*answer));
      // A batch is refused as a whole, with one answer for the part at fault.
      if (reinterpret_cast<const nlmsghdr*>(bytes.data())->nlmsg_type == NLMSG_MIN_TYPE) awaited = 0;
    }
  }
  if (failure) throw std::system_error(*failure);
}

void Socket::get(Message request, const std::function<void(const nlmsghdr&)>& take) {
  send(request.finish(++sequence_));
  receive(request, true, take);
}

void Socket::dump(Message request, const std::function<void(const nlmsghdr&)>& take) {
  send(request.finish(++sequence_));
  receive(request, false, take);
}

void Socket::receive(const Message& request, bool one,
                     const std::function<void(const nlmsghdr&)>& take) const {
  alignas(nlmsghdr) std::array<char, 32 << 10> buffer{};
  for (;;) {
    const ssize_t size = sys::retry([&] { return ::recv(fd_.get(), buffer.data(), buffer.size(), 0); });
    if (size < 0) sys::throw_errno(std::string(request.what()));
    auto left = static_cast<std::size_t>(size);
    for (auto* answer = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(answer, left);
         answer = NLMSG_NEXT(answer, left)) {
      if (answer->nlmsg_type == NLMSG_DONE) return;
      if (answer->nlmsg_type == NLMSG_ERROR) {
        const int error = -static_cast<const nlmsgerr*>(NLMSG_DATA(answer))->error;
        if (error != 0) sys::throw_errno(std::string(request.what()) + explanation(*answer), error);
        return;
      }
      take(*answer);
      if (one) return;
    }
  }
}

sys::unique_fd listen_for_news(int protocol, const std::vector<unsigned>& groups) {
  sys::unique_fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
  if (!socket) sys::throw_errno("open a netlink socket");
  // Without a port of its own it would count as the kernel, which does not hear itself.
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    sys::throw_errno("bind a netlink socket");
  for (const unsigned group : groups)
    if (::setsockopt(socket.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0)
      sys::throw_errno("listen to changes of the network");
  return socket;
}

}  // namespace runtime::netlink
