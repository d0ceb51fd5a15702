#include "orchestrator/supervisor/shared_networks.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "orchestrator/supervisor/spawn.hpp"
#include "runtime/sys/error.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using network::AddressPair;
using network::Membership;
using network::Seat;
using network::SharedMember;
using network::Standing;

std::map<std::string, project::Network> SharedNetworks::resolve(
    const std::map<std::string, project::Network>& networks) const {
  std::map<std::string, project::Network> resolved = networks;
  for (auto& [key, network] : resolved) {
    if (!network.external) continue;
    auto found = network::find_shared_network(stack_.roots, network.name);
    if (!found) continue;
    found->network.key = key;
    found->network.external = true;
    network = std::move(found->network);
  }
  return resolved;
}

network::SharedDefinition SharedNetworks::define(const project::Network& network) const {
  auto found = network::find_shared_network(stack_.roots, network.name);
  if (network.external) {
    if (found) return *found;
    throw std::runtime_error(
        "network \"" + network.name +
        "\" is external, but does not exist; make it with: " + "mdcompose network create " + network.name);
  }
  if (!found)
    return network::create_shared_network(stack_.roots, {.network = network, .owner = stack_.paths.project});
  if (found->owner == stack_.paths.project) return *found;
  throw std::runtime_error("there is a network \"" + network.name + "\" already" +
                           (found->owner.empty() ? "" : ", of project " + found->owner) +
                           "; say external: true to join it");
}

network::SharedNetwork& SharedNetworks::open(const project::Network& network) {
  const auto known = open_.find(network.name);
  if (known != open_.end()) return *known->second.network;
  Open opened{.network = std::make_unique<network::SharedNetwork>(stack_.roots, define(network)),
              .watched = std::make_shared<bool>(true)};
  spawn(stack_.loop, watch(opened.network->members_directory(), opened.watched));
  return *open_.emplace(network.name, std::move(opened)).first->second.network;
}

asio::awaitable<void> SharedNetworks::watch(std::string directory, std::shared_ptr<bool> wanted) {
  const sys::unique_fd events(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!events || ::inotify_add_watch(events.get(), directory.c_str(), IN_MOVED_TO | IN_DELETE) < 0) {
    stack_.warn("instances of other projects are not noticed: " + std::generic_category().message(errno));
    co_return;
  }
  for (;;) {
    const bool more = co_await readable(events.get());
    if (!more || !*wanted) co_return;
    std::array<char, 4096> buffer{};
    while (::read(events.get(), buffer.data(), buffer.size()) > 0) {
    }
    changed_();
  }
}

SharedMember SharedNetworks::member_of(const Seat& seat, const Membership& membership,
                                       const AddressPair& addresses) const {
  SharedMember member{.project = stack_.paths.project,
                      .container = seat.container,
                      .link = network::link_alias(stack_.paths.project, seat.id),
                      .ipv4 = addresses.ipv4 ? addresses.ipv4->text() : "",
                      .ipv6 = addresses.ipv6 ? addresses.ipv6->text() : "",
                      .mac = membership.mac};
  if (member.mac.empty() && !addresses.empty()) member.mac = network::mac_for(addresses.all().front());
  if (seat.standing == Standing::reachable)
    for (const std::string& name :
         network::names_of(seat.service, membership.wanted, seat.id, seat.container))
      if (name != network::lower(seat.id)) member.names.push_back(name);
  if (seat.standing < Standing::connected) member.claimed_ns = wall_clock_ns();
  return member;
}

AddressPair SharedNetworks::claim(const Seat& seat, const Membership& membership) {
  const AddressPair fixed =
      network::address_pair(membership.wanted.ipv4_address, membership.wanted.ipv6_address);
  return open(membership.network)
      .claim(seat.service.name, seat.number, fixed, member_of(seat, membership, {}));
}

void SharedNetworks::publish(const std::map<std::string, Seat>& seats) {
  std::map<std::string, std::vector<SharedMember>> members;
  for (const auto& [id, seat] : seats)
    for (const Membership& one : seat.memberships)
      if (const auto found = seat.addresses.find(one.network.name);
          found != seat.addresses.end() && open_.contains(one.network.name))
        members[one.network.name].push_back(member_of(seat, one, found->second));
  for (auto entry = open_.begin(); entry != open_.end();) {
    auto& [name, opened] = *entry;
    if (std::string text = network::to_json(members[name]); text != opened.written) {
      opened.network->write_members(stack_.paths.project, members[name]);
      opened.written = std::move(text);
    }
    if (!members[name].empty()) {
      ++entry;
      continue;
    }
    *opened.watched = false;  // until somebody needs it again, it may be removed and made anew
    entry = open_.erase(entry);
  }
}

void SharedNetworks::read(std::map<std::string, network::KnownNetwork>& networks) {
  for (auto& [name, opened] : open_) {
    network::KnownNetwork& known = networks[name];
    known.foreign.clear();
    known.foreign_pointers.clear();
    for (const SharedMember& member : opened.network->members()) {
      if (member.project == stack_.paths.project) continue;
      for (const std::string& address : {member.ipv4, member.ipv6}) {
        if (address.empty()) continue;
        for (const std::string& own_name : member.names) known.foreign[own_name].push_back(address);
        if (!member.names.empty()) known.foreign_pointers[address] = member.container;
      }
    }
  }
}

void SharedNetworks::close() {
  publish({});
  for (const auto& [name, definition] : network::shared_networks(stack_.roots)) {
    if (definition.owner != stack_.paths.project) continue;
    try {
      network::remove_shared_network(stack_.roots, name);
      stack_.tell("Network", name, "Removed");
    } catch (const std::runtime_error& error) {
      stack_.warn(error.what());
    }
  }
}

}  // namespace orchestrator::supervisor
