// DNS messages for tests, put together by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace dns_test {

using Bytes = std::vector<std::uint8_t>;

inline void put16(Bytes& bytes, unsigned value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  bytes.push_back(static_cast<std::uint8_t>(value));
}

/// A question with the id 0x1234, recursion desired.
inline Bytes query(const std::string& name, unsigned type, std::optional<unsigned> edns_size = {}) {
  Bytes bytes{0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(edns_size ? 1 : 0)};
  std::istringstream labels(name);
  for (std::string label; std::getline(labels, label, '.');) {
    bytes.push_back(static_cast<std::uint8_t>(label.size()));
    bytes.insert(bytes.end(), label.begin(), label.end());
  }
  bytes.push_back(0);
  put16(bytes, type);
  put16(bytes, 1);
  if (edns_size) {
    bytes.push_back(0);
    put16(bytes, 41);
    put16(bytes, *edns_size);
    bytes.insert(bytes.end(), 6, 0);
  }
  return bytes;
}

/// The message with a record SOA of this TTL and MINIMUM in its authority section.
inline Bytes with_soa(Bytes message, unsigned ttl, unsigned minimum) {
  message[9] = 1;
  put16(message, 0xc00c);  // the question's name
  put16(message, 6);
  put16(message, 1);
  put16(message, 0);
  put16(message, ttl);
  put16(message, 2 + 2 + 20);
  put16(message, 0xc00c);
  put16(message, 0xc00c);
  message.insert(message.end(), 16, 0);
  put16(message, 0);
  put16(message, minimum);
  return message;
}

}  // namespace dns_test
