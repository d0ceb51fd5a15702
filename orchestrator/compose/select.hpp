// Which services of a model are meant: by profiles, and by the names on a command line.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// A settled model, its services apart by whether they are enabled.
struct Selection {
  Node model{};     ///< with the enabled services only
  Node disabled{};  ///< a mapping of the others
};

/// Enables the services of the active profiles ("*": all) and the named ones, which enable their own
/// profiles.
Selection apply_profiles(Node model, std::set<std::string> active, const std::vector<std::string>& named);

/// Disables what is neither named (patterns with * and ? name several) nor needed by what is. No names: all.
void keep_services(Selection& selection, const std::vector<std::string>& named, Findings& findings);

/// Drops networks, volumes, secrets, configs and models that no enabled service uses.
void drop_unused_resources(Node& model);

}  // namespace orchestrator::compose
