// Netlink requests as bytes: netlink(7), a header, a fixed part, nested attributes.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace runtime::netlink {

class Message {
 public:
  /// `what` is for error messages: "make bridge br0". NLM_F_REQUEST and NLM_F_ACK are added.
  template <class Fixed>
  Message(std::uint16_t type, std::uint16_t flags, const Fixed& fixed, std::string_view what) : what_(what) {
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST | NLM_F_ACK);
    append(&header, sizeof header);
    append(&fixed, sizeof fixed);
  }

  template <class Value>
  requires std::is_trivially_copyable_v<Value> Message& put(std::uint16_t type, const Value& value) {
    return put_bytes(type, &value, sizeof value);
  }
  /// With a terminating NUL, as names are sent.
  Message& put(std::uint16_t type, std::string_view text);
  Message& put_bytes(std::uint16_t type, const void* data, std::size_t size);
  /// Big-endian numbers, as nf_tables wants them.
  Message& put_be32(std::uint16_t type, std::uint32_t value);

  /// Attributes that are put until the matching end() are inside.
  Message& begin(std::uint16_t type);
  Message& end();
  /// A fixed part in the middle, such as the ifinfomsg of a veth's peer.
  template <class Fixed>
  Message& fixed(const Fixed& part) {
    append(&part, sizeof part);
    return *this;
  }

  /// Complete with length and `sequence`.
  const std::vector<char>& finish(std::uint32_t sequence);
  [[nodiscard]] std::string_view what() const { return what_; }
  /// Control messages of a batch are not acknowledged.
  Message& without_ack();

 private:
  void append(const void* data, std::size_t size);
  nlmsghdr* header();

  std::string what_{};
  std::vector<char> bytes_{};
  std::vector<std::size_t> open_{};  ///< offsets of nested attributes
};

}  // namespace runtime::netlink
