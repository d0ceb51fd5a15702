// A netlink socket that sends many requests at once and turns refusals into exceptions with the kernel's own
// words.
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/netlink/message.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace runtime::netlink {

class Socket {
 public:
  /// `protocol`: NETLINK_ROUTE, NETLINK_NETFILTER. The socket belongs to the caller's present network
  /// namespace for ever. Throws std::system_error.
  explicit Socket(int protocol);
  /// One that was opened earlier.
  explicit Socket(sys::unique_fd socket) : fd_(std::move(socket)) {}

  /// Sends all in one system call and waits for every answer. Throws std::system_error for the first that
  /// failed: "make bridge br0: File exists (reason)".
  void transact(std::vector<Message> messages);
  void transact(Message message);

  [[nodiscard]] int fd() const { return fd_.get(); }
  /// For whoever closes it.
  [[nodiscard]] sys::unique_fd release() && { return std::move(fd_); }

  /// One question, one answer.
  void get(Message request, const std::function<void(const nlmsghdr&)>& take);
  /// Sends a dump request and hands every answer to `take`.
  void dump(Message request, const std::function<void(const nlmsghdr&)>& take);

 private:
  void send(const std::vector<char>& bytes) const;
  void receive(const Message& request, bool one, const std::function<void(const nlmsghdr&)>& take) const;

  sys::unique_fd fd_;
  std::uint32_t sequence_ = 0;
};

/// A socket that is readable when something of `groups` (RTNLGRP_IPV6_ROUTE, NFNLGRP_NFTABLES, …) has changed
/// in the caller's network namespace since; recv(2) does not block. Throws std::system_error.
sys::unique_fd listen_for_news(int protocol, const std::vector<unsigned>& groups);

/// The attributes that `bytes` consist of, such as those inside another one.
void each_attribute(std::string_view bytes,
                    const std::function<void(std::uint16_t type, std::string_view value)>& take);
/// The attributes after a fixed part of `fixed_size` bytes.
void each_attribute(const nlmsghdr& message, std::size_t fixed_size,
                    const std::function<void(std::uint16_t type, const void* data, std::size_t size)>& take);

}  // namespace runtime::netlink
