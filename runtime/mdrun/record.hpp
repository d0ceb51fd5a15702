// What is written down about a container: enough to find it again, and all of it, whoever was killed when.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "runtime/cgroup/cgroup.hpp"
#include "runtime/mdrun/identity.hpp"

namespace runtime::mdrun {

/// How far its creator has come. Whether a created container has been started, and whether a started one
/// still runs, is asked of the kernel.
enum class Phase {
  creating,  ///< intent: the cgroup may exist, a process waits for its creator
  created,   ///< the process waits at its gate, or has passed it
  running,   ///< `run`: the process was told to execute
};

struct Record {
  std::string id{};
  std::string bundle{};   ///< absolute
  std::string rootfs{};   ///< absolute; empty for an overlay
  std::string created{};  ///< RFC 3339
  uid_t owner = 0;
  Phase phase = Phase::creating;
  Identity process{};
  cgroup::Paths cgroup{};
  std::vector<std::string> cgroup_parents{};  ///< made for it, the deepest first
  bool hooks = false;                         ///< its configuration has some that are still to come
  std::map<std::string, std::string> annotations{};
  friend bool operator==(const Record&, const Record&) = default;
};

/// runtime.md, "State", and one of our own, as runc and crun have it.
enum class Status { creating, created, running, paused, stopped };
std::string_view to_string(Status status);

}  // namespace runtime::mdrun
