// DNS messages as bytes (RFC 1035, RFC 6891): reads one question, writes one answer. Nothing here is asked
// for more than it was given: names in a question are never compressed, so no pointer is ever followed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/network/endpoint.hpp"

namespace orchestrator::network::gateway {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

namespace dns {

inline constexpr std::size_t kHeaderSize = 12;
inline constexpr std::size_t kLargestTcp = 65535;
inline constexpr std::size_t kSmallestUdp = 512;
/// What passes an Ethernet and most tunnels unfragmented (DNS flag day 2020).
inline constexpr std::size_t kLargestUdp = 1232;

enum class Type : std::uint16_t { a = 1, ptr = 12, aaaa = 28, opt = 41, https = 65, any = 255 };
enum class Rcode : std::uint8_t {
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  no_such_name = 3,
  not_implemented = 4,
  refused = 5
};

struct Query {
  std::uint16_t id = 0;
  bool recursion_desired = false;
  std::string name{};  ///< lower case, without the last dot; a dot or other odd byte in a label is "\ddd"
  Type type = Type::a;
  std::uint16_t klass = 1;
  Bytes question{};                         ///< as it was asked: the case of its letters is echoed (0x20)
  std::optional<std::uint16_t> udp_size{};  ///< with EDNS0
};

/// What a datagram turned out to be.
struct Parsed {
  std::optional<Query> query{};
  /// Without a query: answer with this error; nothing at all where it is not even a question.
  std::optional<Rcode> error{};
};
Parsed parse(ByteView message);

/// How large an answer to this query over UDP may be.
std::size_t udp_limit(const Query& query);

struct Record {
  Type type = Type::a;
  Bytes data{};
};
Record address_record(const Ip& ip);
Record pointer_record(const std::string& name);

/// The answer; records that do not fit into `limit` are left out and TC says so.
Bytes answer(const Query& query, Rcode rcode, const std::vector<Record>& records, std::uint32_t ttl,
             std::size_t limit);
/// The answer to a message that could not be read: its header with an error code.
Bytes error_answer(ByteView message, Rcode rcode);

/// The address that "4.3.2.1.in-addr.arpa" or "….ip6.arpa" asks for.
std::optional<Ip> reverse_address(std::string_view name);

/// Foreign answers are passed on as bytes; these look at what matters.
std::uint16_t id_of(ByteView message);
void set_id(Bytes& message, std::uint16_t id);
Rcode rcode_of(ByteView message);
/// For how many seconds a foreign "there is none" may be remembered (RFC 2308, section 5); nothing where it
/// is no such answer, or nobody vouches for it.
std::optional<std::uint32_t> negative_ttl(ByteView message);
/// True where `message` answers exactly this question, asked with this id.
bool answers(ByteView message, const Query& query);

}  // namespace dns
}  // namespace orchestrator::network::gateway
