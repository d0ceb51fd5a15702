#include "runtime/netlink/nf_batch.hpp"

#include <arpa/inet.h>
#include <endian.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <cstring>
#include <string_view>
#include <utility>

namespace runtime::netlink {
namespace {

nfgenmsg family_header(std::uint8_t value) {
  return {.nfgen_family = value, .version = NFNETLINK_V0, .res_id = 0};
}
std::uint16_t type_of(std::uint16_t command) {
  return static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | command);
}

Message boundary(std::uint16_t kind) {
  nfgenmsg info = family_header(AF_UNSPEC);
  info.res_id = htons(NFNL_SUBSYS_NFTABLES);
  Message message(kind, 0, info, "nf_tables batch");
  message.without_ack();
  return message;
}

/// NFTA_COUNTER_PACKETS of every expression "counter" among a rule's.
std::uint64_t packets_of(std::string_view expressions) {
  std::uint64_t packets = 0;
  each_attribute(expressions, [&](std::uint16_t, std::string_view element) {
    bool counts = false;
    each_attribute(element, [&](std::uint16_t type, std::string_view value) {
      if (type == NFTA_EXPR_NAME) counts = value.starts_with("counter");
      if (type != NFTA_EXPR_DATA || !counts) return;
      each_attribute(value, [&](std::uint16_t field, std::string_view number) {
        std::uint64_t big_endian = 0;
        if (field != NFTA_COUNTER_PACKETS || number.size() != sizeof big_endian) return;
        std::memcpy(&big_endian, number.data(), sizeof big_endian);
        packets += be64toh(big_endian);
      });
    });
  });
  return packets;
}

}  // namespace

/// Made, removed, made: right whether or not there was one.
NfBatch::NfBatch(std::uint8_t family, std::string name, TableOwner owner)
    : family_(family), table_(std::move(name)), owner_(owner) {
  messages_.push_back(boundary(NFNL_MSG_BATCH_BEGIN));
  messages_.push_back(table(NFT_MSG_NEWTABLE, NLM_F_CREATE));
  messages_.push_back(table(NFT_MSG_DELTABLE, 0));
  messages_.push_back(table(NFT_MSG_NEWTABLE, NLM_F_CREATE));
}

Message NfBatch::table(std::uint16_t command, std::uint16_t flags) const {
  Message message(type_of(command), flags, family_header(family_), "change nf_tables table " + table_);
  message.put(NFTA_TABLE_NAME, std::string_view(table_));
  if (owner_ == TableOwner::socket && command == NFT_MSG_NEWTABLE)
    message.put_be32(NFTA_TABLE_FLAGS, NFT_TABLE_F_OWNER);
  return message;
}

void NfBatch::chain(const std::string& name, const char* kind, std::uint32_t hook, std::int32_t priority,
                    bool accepts) {
  Message message(type_of(NFT_MSG_NEWCHAIN), NLM_F_CREATE, family_header(family_),
                  "make nf_tables chain " + name);
  message.put(NFTA_CHAIN_TABLE, std::string_view(table_)).put(NFTA_CHAIN_NAME, std::string_view(name));
  message.begin(NFTA_CHAIN_HOOK)
      .put_be32(NFTA_HOOK_HOOKNUM, hook)
      .put_be32(NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(priority))
      .end();
  message.put(NFTA_CHAIN_TYPE, std::string_view(kind));
  message.put_be32(NFTA_CHAIN_POLICY, accepts ? NF_ACCEPT : NF_DROP);
  messages_.push_back(std::move(message));
}

/// Refusals are told without being asked for, and a batch takes effect as a whole: one answer at its end
/// will do. An answer for each of many rules would overrun the socket's receive buffer.
void NfBatch::commit(Socket& socket) && {
  for (std::size_t i = 0; i + 1 < messages_.size(); ++i) messages_[i].without_ack();
  messages_.push_back(boundary(NFNL_MSG_BATCH_END));
  socket.transact(std::move(messages_));
}

std::uint64_t counted_packets(Socket& socket, const std::string& table, const std::string& chain) {
  Message request(type_of(NFT_MSG_GETRULE), NLM_F_DUMP, family_header(NFPROTO_INET),
                  "read the counters of nf_tables chain " + chain);
  request.put(NFTA_RULE_TABLE, std::string_view(table)).put(NFTA_RULE_CHAIN, std::string_view(chain));
  request.without_ack();
  std::uint64_t packets = 0;
  socket.dump(std::move(request), [&](const nlmsghdr& answer) {
    each_attribute(answer, sizeof(nfgenmsg), [&](std::uint16_t type, const void* data, std::size_t size) {
      if (type == NFTA_RULE_EXPRESSIONS) packets += packets_of({static_cast<const char*>(data), size});
    });
  });
  return packets;
}

}  // namespace runtime::netlink
