// What is said once for every command.
#pragma once

#include <functional>
#include <string>

#include "runtime/mdrun/log.hpp"

namespace runtime::mdrun {

struct Settings {
  std::string root{};   ///< the state directory
  bool cgroups = true;  ///< --cgroup-manager disabled: containers get none of their own
  Log log{};
  /// Called before anything is done by whoever is about to enter a container: begins anew from a file that
  /// nobody in there can write to (CVE-2019-5736). Returns where that has happened already.
  std::function<void()> seal{};
};

}  // namespace runtime::mdrun
