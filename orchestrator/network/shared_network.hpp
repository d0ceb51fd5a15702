// A network that several projects may join: `mdcompose network create`, and `attachable` ones. It has a
// namespace of its own, pinned by name, with nothing in it but the bridge; its definition outlives a reboot,
// its namespace is made again when somebody needs it.
//
//   DATA/networks/NAME.json                the definition: a project of one network, `name` is its owner or
//   "" RUNTIME/.networks/NAME/netns           the namespace RUNTIME/.networks/NAME/addresses.json  the
//   address plan; changed by whoever has the lock RUNTIME/.networks/NAME/members/PROJECT.json   who of a
//   project is in it, written by its supervisor
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/network/address_plan.hpp"
#include "orchestrator/network/bridges.hpp"
#include "orchestrator/network/shared_member.hpp"
#include "orchestrator/project/project.hpp"
#include "orchestrator/state/paths.hpp"

namespace orchestrator::network {

/// A network's definition and whose it is.
struct SharedDefinition {
  project::Network network{};
  std::string owner{};  ///< the project that has made it; empty: made by `network create`
};

/// All there are, by name.
std::map<std::string, SharedDefinition> shared_networks(const state::Roots& roots);
std::optional<SharedDefinition> find_shared_network(const state::Roots& roots, const std::string& name);
/// Chooses subnets where the definition has none, and writes it down. Throws std::runtime_error where there
/// is one of that name already.
SharedDefinition create_shared_network(const state::Roots& roots, SharedDefinition definition);
/// Throws std::runtime_error where somebody is in it.
void remove_shared_network(const state::Roots& roots, const std::string& name);
/// What a project's own networks must not overlap: somebody may be in both.
std::vector<Prefix> shared_subnets(const state::Roots& roots);

class SharedNetwork {
 public:
  /// Makes namespace and bridge where they are not there. Throws std::system_error.
  SharedNetwork(const state::Roots& roots, SharedDefinition definition);

  [[nodiscard]] Bridges& bridges() { return bridges_; }
  [[nodiscard]] const SharedDefinition& definition() const { return definition_; }
  [[nodiscard]] std::vector<Subnet> subnets() const;
  /// Whose changes tell of other projects' members.
  [[nodiscard]] std::string members_directory() const { return directory_ + "/members"; }

  /// Chooses addresses for the member and writes it down, both while nobody else can. Throws as
  /// Pool::allocate does.
  AddressPair claim(const std::string& service, int number, const AddressPair& fixed, SharedMember member);
  /// The project's members as they are now; none takes it out.
  void write_members(const std::string& project, const std::vector<SharedMember>& members);
  /// All that are there; of killed projects nothing is.
  std::vector<SharedMember> members();

 private:
  SharedDefinition definition_;
  std::string directory_;
  Bridges bridges_;
};

}  // namespace orchestrator::network
