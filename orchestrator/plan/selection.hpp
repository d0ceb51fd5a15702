// Which services and instances a command means. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/project/project.hpp"
#include "orchestrator/state/control.hpp"

namespace orchestrator::plan {

/// What the command line of `up` says beside the stack file.
struct Choices {
  std::set<std::string> services{};   ///< nothing: all
  bool no_deps = false;               ///< leave what the services depend on alone
  bool force_recreate = false;        ///< the services named
  bool always_recreate_deps = false;  ///< also what they depend on
  bool no_recreate = false;
  bool renew_volumes = false;  ///< anonymous ones; needs new containers
  bool remove_orphans = false;
  bool ignore_orphans = false;         ///< where they are not removed
  bool start = true;                   ///< false: only create
  std::map<std::string, int> scale{};  ///< instead of the stack file's number
};

Choices choices_of(const state::Request& request);

/// One instance that the project asks for.
struct Wanted {
  std::string service{};
  int number = 1;
  std::string name{};  ///< of the container
  friend bool operator==(const Wanted&, const Wanted&) = default;
};

/// PROJECT-SERVICE-NUMBER, or container_name.
std::string container_name(const std::string& project, const project::Service& service, int number);

/// Services before those that depend on them, else by name.
std::vector<std::string> in_order_of_start(const project::Project& project);

/// Services that others wait for to have done their work.
std::set<std::string> jobs_of(const project::Project& project);

/// Whether it takes over the volumes of that service's containers (`volumes_from`).
bool borrows_volumes_of(const project::Service& service, const std::string& lender);

/// The services chosen, with what they depend on unless no_deps. Throws std::runtime_error: "no such service:
/// wbe".
std::set<std::string> chosen_services(const project::Project& project, const Choices& choices);

/// The instances of one service.
std::vector<Wanted> wanted_of(const project::Project& project, const project::Service& service,
                              const Choices& choices);

}  // namespace orchestrator::plan
