#include "runtime/netlink/uplink_rules.hpp"

#include <arpa/inet.h>
#include <linux/netfilter.h>

#include <algorithm>

namespace runtime::netlink {
namespace {

constexpr const char* kProbes = "probes";

void add_probe_counter(NfBatch& batch, const HostSide& side) {
  // Before source NAT, which would hide whose packet it is.
  batch.chain(kProbes, "filter", NF_INET_POST_ROUTING, kSourceNat - 1);
  for (const UplinkEnds& ends : side.ends)
    batch.add(batch.rule(kProbes)
                  .source(ends.project)
                  .destination(ends.family == AF_INET ? kProbeAddress4 : kProbeAddress6)
                  .protocol(IPPROTO_UDP)
                  .destination_port(kProbePort)
                  .count()
                  .drop());
}

/// Who is not asked for does not come in: neither by the link nor by what forwards only because of us.
void add_guards(NfBatch& batch, const HostSide& side) {
  batch.chain("forward", "filter", NF_INET_FORWARD, kFilter);
  // Not everybody on the way says which packets are too large for him, and not everybody is allowed to.
  batch.add(batch.rule("forward").from_interface(side.link).limit_segments());
  batch.add(batch.rule("forward").to_interface(side.link).limit_segments());
  const auto guard = [&](auto select) {
    batch.add(select(batch.rule("forward")).of_known_connection().accept());
    batch.add(select(batch.rule("forward")).of_redirected_connection().accept());
    batch.add(select(batch.rule("forward")).drop());
  };
  guard([&](Rule rule) -> Rule { return std::move(rule.to_interface(side.link)); });
  for (const std::string& link : side.guarded)
    guard([&](Rule rule) -> Rule { return std::move(rule.from_interface(link)); });
}

bool has_target_of(const Redirection& redirection, int family) {
  return std::any_of(redirection.targets.begin(), redirection.targets.end(),
                     [&](const Redirection::Target& target) { return target.family == family; });
}

bool is_of_family(const std::string& address, int family) {
  return (address.find(':') == std::string::npos ? AF_INET : AF_INET6) == family;
}

/// From the host itself connections go through the gateway, as from the link's other end, whose address the
/// answers would have.
void add_host_redirection(NfBatch& batch, const HostSide& side, const UplinkEnds& ends,
                          const Redirection& redirection, const std::string& inbound) {
  Rule rule = batch.rule("ports");
  if (!inbound.empty()) rule.from_interface(inbound);
  rule.from_other_interface_than(side.link).from_other_interface_than("lo");
  if (redirection.host_ip.empty())
    rule.of_family(ends.family).to_this_host();
  else
    rule.destination(redirection.host_ip);
  batch.add(rule.protocol(redirection.protocol)
                .destination_port(redirection.host_port)
                .change_destination(ends.project, redirection.host_port));
}

void add_host_redirections(NfBatch& batch, const HostSide& side) {
  batch.chain("ports", "nat", NF_INET_PRE_ROUTING, kDestinationNat);
  const std::vector<std::string> inbound = side.guarded.empty() ? std::vector<std::string>{""} : side.guarded;
  for (const Redirection& redirection : side.redirections)
    for (const UplinkEnds& ends : side.ends) {
      if (!has_target_of(redirection, ends.family)) continue;
      if (!redirection.host_ip.empty() && !is_of_family(redirection.host_ip, ends.family)) continue;
      for (const std::string& link : inbound) add_host_redirection(batch, side, ends, redirection, link);
    }
}

void add_project_redirection(NfBatch& batch, const ProjectSide& side, const UplinkEnds& ends,
                             const Redirection& redirection) {
  std::vector<Redirection::Target> targets;
  std::copy_if(redirection.targets.begin(), redirection.targets.end(), std::back_inserter(targets),
               [&](const Redirection::Target& target) { return target.family == ends.family; });
  // The first gets one in three, the second one in two of the rest, the third what is left.
  auto left = static_cast<std::uint32_t>(targets.size());
  for (const Redirection::Target& target : targets)
    batch.add(batch.rule("ports")
                  .from_interface(side.link)
                  .destination(ends.project)
                  .protocol(redirection.protocol)
                  .destination_port(redirection.host_port)
                  .one_in(left--)
                  .change_destination(target.address, target.port));
}

}  // namespace

void set_host_side(Socket& socket, const HostSide& side) {
  NfBatch batch(NFPROTO_INET, side.table, TableOwner::socket);
  add_probe_counter(batch, side);
  add_guards(batch, side);
  add_host_redirections(batch, side);
  batch.chain("masquerade", "nat", NF_INET_POST_ROUTING, kSourceNat);
  for (const UplinkEnds& ends : side.ends)
    batch.add(batch.rule("masquerade").source(ends.project).masquerade());
  std::move(batch).commit(socket);
}

std::uint64_t counted_probes(Socket& socket, const std::string& table) {
  return counted_packets(socket, table, kProbes);
}

void add_project_side(NfBatch& batch, const ProjectSide& side, const std::vector<std::string>& bridges) {
  // Also without a link: an earlier one may have left forwarding switched on.
  batch.chain("forward", "filter", NF_INET_FORWARD, kFilter, false);
  if (side.link.empty()) return;
  batch.add(batch.rule("forward").of_marked_connection(kUplinkMark).accept());
  batch.add(batch.rule("forward")
                .from_interface(side.link)
                .of_redirected_connection()
                .mark_connection(kUplinkMark)
                .accept());
  for (const UplinkEnds& ends : side.ends)
    for (const std::string& bridge : bridges)
      batch.add(batch.rule("forward")
                    .of_family(ends.family)
                    .from_interface(bridge)
                    .to_interface(side.link)
                    .mark_connection(kUplinkMark)
                    .accept());
  batch.chain("masquerade", "nat", NF_INET_POST_ROUTING, kSourceNat);
  batch.add(batch.rule("masquerade").to_interface(side.link).masquerade());
  batch.chain("ports", "nat", NF_INET_PRE_ROUTING, kDestinationNat);
  for (const UplinkEnds& ends : side.ends)
    for (const Redirection& redirection : side.redirections)
      add_project_redirection(batch, side, ends, redirection);
}

}  // namespace runtime::netlink
