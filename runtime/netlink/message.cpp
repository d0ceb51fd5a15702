#include "runtime/netlink/message.hpp"

#include <arpa/inet.h>

namespace runtime::netlink {

void Message::append(const void* data, std::size_t size) {
  const char* begin = static_cast<const char*>(data);
  bytes_.insert(bytes_.end(), begin, begin + size);
  bytes_.resize(NLMSG_ALIGN(bytes_.size()));
}

Message& Message::put_bytes(std::uint16_t type, const void* data, std::size_t size) {
  const nlattr attribute{.nla_len = static_cast<std::uint16_t>(NLA_HDRLEN + size), .nla_type = type};
  append(&attribute, sizeof attribute);
  append(data, size);
  return *this;
}

Message& Message::put(std::uint16_t type, std::string_view text) {
  const std::string terminated(text);
  return put_bytes(type, terminated.c_str(), terminated.size() + 1);
}

Message& Message::put_be32(std::uint16_t type, std::uint32_t value) { return put(type, htonl(value)); }

Message& Message::begin(std::uint16_t type) {
  open_.push_back(bytes_.size());
  return put_bytes(static_cast<std::uint16_t>(type | NLA_F_NESTED), nullptr, 0);
}

Message& Message::end() {
  const std::size_t start = open_.back();
  open_.pop_back();
  nlattr attribute{};
  std::memcpy(&attribute, bytes_.data() + start, sizeof attribute);
  attribute.nla_len = static_cast<std::uint16_t>(bytes_.size() - start);
  std::memcpy(bytes_.data() + start, &attribute, sizeof attribute);
  return *this;
}

nlmsghdr* Message::header() { return reinterpret_cast<nlmsghdr*>(bytes_.data()); }

Message& Message::without_ack() {
  header()->nlmsg_flags &= static_cast<std::uint16_t>(~NLM_F_ACK);
  return *this;
}

const std::vector<char>& Message::finish(std::uint32_t sequence) {
  header()->nlmsg_len = static_cast<std::uint32_t>(bytes_.size());
  header()->nlmsg_seq = sequence;
  return bytes_;
}

}  // namespace runtime::netlink
