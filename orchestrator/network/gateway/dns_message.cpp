#include "orchestrator/network/gateway/dns_message.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace orchestrator::network::gateway::dns {

namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::uint8_t kLongestLabel = 63;
constexpr std::uint8_t kResponse = 0x80;
constexpr std::uint8_t kAuthoritative = 0x04;
constexpr std::uint8_t kTruncated = 0x02;
constexpr std::uint8_t kRecursionDesired = 0x01;
constexpr std::uint8_t kRecursionAvailable = 0x80;
constexpr std::uint8_t kOpcodeMask = 0x78;
constexpr std::size_t kOptSize = 11;
constexpr std::uint16_t kStartOfAuthority = 6;
constexpr std::size_t kSoaNumbers = 20;  ///< five of 32 bits after the names, the last is MINIMUM

/// Reads big-endian numbers and names; once beyond the end, it stays failed.
class Reader {
 public:
  Reader(ByteView message, std::size_t position) : message_(message), position_(position) {}

  std::uint16_t number() {
    if (!has(2)) return 0;
    const auto value = static_cast<std::uint16_t>(message_[position_] << 8 | message_[position_ + 1]);
    position_ += 2;
    return value;
  }
  std::uint32_t long_number() {
    const std::uint32_t high = number();
    return high << 16 | number();
  }
  void skip(std::size_t count) {
    if (has(count)) position_ += count;
  }
  /// A name without compression, as text.
  std::string name() {
    std::string text;
    for (std::size_t length = 1; has(1);) {
      const std::uint8_t size = message_[position_++];
      if (size == 0) return text;
      length += size + 1U;
      if (size > kLongestLabel || length > kLongestName || !has(size)) break;
      if (!text.empty()) text += '.';
      for (const std::uint8_t byte : message_.subspan(position_, size)) append(text, byte);
      position_ += size;
    }
    failed_ = true;
    return {};
  }
  /// Past a name that may end in a compression pointer; the pointer is not followed.
  void skip_name() {
    while (has(1)) {
      const std::uint8_t size = message_[position_++];
      if (size == 0) return;
      if (size > kLongestLabel) return skip(1);
      skip(size);
    }
  }
  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  bool has(std::size_t count) {
    if (failed_ || message_.size() - position_ < count) failed_ = true;
    return !failed_;
  }
  static void append(std::string& text, std::uint8_t byte) {
    if (byte > 0x20 && byte < 0x7f && byte != '.' && byte != '\\')
      text += static_cast<char>(std::tolower(byte));
    else
      text += fmt::format("\\{:03}", byte);
  }

  ByteView message_;
  std::size_t position_;
  bool failed_ = false;
};

void put(Bytes& message, std::uint32_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    message.push_back(static_cast<std::uint8_t>(value >> shift));
}

Bytes encode_name(std::string_view name) {
  Bytes result;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    result.push_back(static_cast<std::uint8_t>(std::min<std::size_t>(label.size(), kLongestLabel)));
    result.insert(result.end(), label.begin(), label.begin() + result.back());
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  result.push_back(0);
  return result;
}

/// The size an OPT record in the additional section announces.
std::optional<std::uint16_t> announced_size(Reader& reader, unsigned records) {
  std::optional<std::uint16_t> size;
  for (unsigned i = 0; i < records && !reader.failed(); ++i) {
    reader.skip_name();
    const auto type = static_cast<Type>(reader.number());
    const std::uint16_t klass = reader.number();
    reader.skip(4);
    reader.skip(reader.number());
    if (type == Type::opt) size = klass;
  }
  return size;
}

}  // namespace

Parsed parse(ByteView message) {
  if (message.size() < kHeaderSize || (message[2] & kResponse)) return {};
  if (message[2] & kOpcodeMask) return {.query = {}, .error = Rcode::not_implemented};
  Reader counts(message, 4);
  const unsigned questions = counts.number();
  const unsigned records = counts.number() + unsigned{counts.number()} + counts.number();
  Reader reader(message, kHeaderSize);
  Query query{.id = id_of(message), .recursion_desired = (message[2] & kRecursionDesired) != 0};
  query.name = reader.name();
  query.type = static_cast<Type>(reader.number());
  query.klass = reader.number();
  if (questions != 1 || reader.failed()) return {.query = {}, .error = Rcode::format_error};
  const ByteView question = message.subspan(kHeaderSize, reader.position() - kHeaderSize);
  query.question.assign(question.begin(), question.end());
  query.udp_size = announced_size(reader, records);
  if (reader.failed()) return {.query = {}, .error = Rcode::format_error};
  return {.query = std::move(query), .error = {}};
}

std::size_t udp_limit(const Query& query) {
  return std::clamp<std::size_t>(query.udp_size.value_or(0), kSmallestUdp, kLargestUdp);
}

Record address_record(const Ip& ip) {
  return {.type = ip.family == AF_INET ? Type::a : Type::aaaa,
          .data = Bytes(ip.bytes.begin(), ip.bytes.begin() + static_cast<std::ptrdiff_t>(ip.size()))};
}

Record pointer_record(const std::string& name) { return {.type = Type::ptr, .data = encode_name(name)}; }

Bytes answer(const Query& query, Rcode rcode, const std::vector<Record>& records, std::uint32_t ttl,
             std::size_t limit) {
  constexpr std::uint16_t kPointerToQuestion = 0xc000 | kHeaderSize;
  constexpr std::size_t kRecordOverhead = 12;
  Bytes message(kHeaderSize + query.question.size());
  std::copy(query.question.begin(), query.question.end(), message.begin() + kHeaderSize);
  const std::size_t room = limit - (query.udp_size ? kOptSize : 0);
  std::uint16_t count = 0;
  for (const Record& record : records) {
    if (message.size() + kRecordOverhead + record.data.size() > room) break;
    put(message, kPointerToQuestion, 2);
    put(message, static_cast<std::uint16_t>(record.type), 2);
    put(message, 1, 2);
    put(message, ttl, 4);
    put(message, static_cast<std::uint32_t>(record.data.size()), 2);
    message.insert(message.end(), record.data.begin(), record.data.end());
    ++count;
  }
  if (query.udp_size) {
    message.push_back(0);
    put(message, static_cast<std::uint16_t>(Type::opt), 2);
    put(message, kLargestUdp, 2);
    put(message, 0, 4);
    put(message, 0, 2);
  }
  set_id(message, query.id);
  message[2] =
      static_cast<std::uint8_t>(kResponse | kAuthoritative | (count < records.size() ? kTruncated : 0) |
                                (query.recursion_desired ? kRecursionDesired : 0));
  message[3] = static_cast<std::uint8_t>(kRecursionAvailable | static_cast<std::uint8_t>(rcode));
  message[5] = 1;
  message[6] = static_cast<std::uint8_t>(count >> 8);
  message[7] = static_cast<std::uint8_t>(count);
  message[11] = query.udp_size ? 1 : 0;
  return message;
}

Bytes error_answer(ByteView message, Rcode rcode) {
  Bytes result(kHeaderSize);
  set_id(result, id_of(message));
  result[2] = static_cast<std::uint8_t>(kResponse | (message[2] & (kOpcodeMask | kRecursionDesired)));
  result[3] = static_cast<std::uint8_t>(kRecursionAvailable | static_cast<std::uint8_t>(rcode));
  return result;
}

std::optional<Ip> reverse_address(std::string_view name) {
  constexpr std::string_view kV4 = ".in-addr.arpa";
  constexpr std::string_view kV6 = ".ip6.arpa";
  const bool is_v4 = name.ends_with(kV4);
  if (!is_v4 && !name.ends_with(kV6)) return std::nullopt;
  name.remove_suffix(is_v4 ? kV4.size() : kV6.size());
  std::vector<std::string_view> labels;
  for (std::string_view rest = name;;) {
    const auto dot = rest.rfind('.');
    labels.push_back(rest.substr(dot == std::string_view::npos ? 0 : dot + 1));
    if (dot == std::string_view::npos) break;
    rest = rest.substr(0, dot);
  }
  constexpr std::size_t kNibbles = 32;
  if (labels.size() != (is_v4 ? 4 : kNibbles)) return std::nullopt;
  std::string text;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!is_v4 && labels[i].size() != 1) return std::nullopt;
    if (i > 0 && (is_v4 || i % 4 == 0)) text += is_v4 ? '.' : ':';
    text += labels[i];
  }
  return Ip::parse(text);
}

std::uint16_t id_of(ByteView message) { return static_cast<std::uint16_t>(message[0] << 8 | message[1]); }

void set_id(Bytes& message, std::uint16_t id) {
  message[0] = static_cast<std::uint8_t>(id >> 8);
  message[1] = static_cast<std::uint8_t>(id);
}

Rcode rcode_of(ByteView message) { return static_cast<Rcode>(message[3] & 0x0f); }

std::optional<std::uint32_t> negative_ttl(ByteView message) {
  Reader counts(message, 4);
  const unsigned questions = counts.number();
  const unsigned answers = counts.number();
  const unsigned authorities = counts.number();
  const Rcode rcode = message.size() < kHeaderSize ? Rcode::format_error : rcode_of(message);
  if (rcode != Rcode::no_such_name && !(rcode == Rcode::no_error && answers == 0)) return std::nullopt;
  Reader reader(message, kHeaderSize);
  for (unsigned i = 0; i < questions; ++i) {
    reader.skip_name();
    reader.skip(4);
  }
  for (unsigned i = 0; i < answers + authorities && !reader.failed(); ++i) {
    reader.skip_name();
    const std::uint16_t type = reader.number();
    reader.skip(2);
    const std::uint32_t ttl = reader.long_number();
    const std::uint16_t length = reader.number();
    if (type != kStartOfAuthority || length < kSoaNumbers) {
      reader.skip(length);
      continue;
    }
    reader.skip(length - sizeof(std::uint32_t));
    const std::uint32_t minimum = reader.long_number();
    if (!reader.failed()) return std::min(ttl, minimum);
  }
  return std::nullopt;
}

bool answers(ByteView message, const Query& query) {
  const std::size_t size = query.question.size();
  return message.size() >= kHeaderSize + size && id_of(message) == query.id && (message[2] & kResponse) &&
         message[4] == 0 && message[5] == 1 &&
         std::equal(query.question.begin(), query.question.end(), message.begin() + kHeaderSize,
                    [](std::uint8_t a, std::uint8_t b) { return std::tolower(a) == std::tolower(b); });
}

}  // namespace orchestrator::network::gateway::dns
