// Runs the programs a container's configuration hangs into its life. See config.md, "POSIX-platform Hooks".
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/container/container.hpp"
#include "runtime/spec/spec.hpp"

namespace runtime::mdrun {

/// "createRuntime hook /usr/bin/setup: exit status 1: no such network"
class HookError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// In the namespaces this program runs in, with its rights. `state` is what they read; `name` is for errors.
/// All three throw HookError for the first one that fails.
void run_hooks(std::string_view name, const std::vector<Hook>& hooks, const std::string& state,
               const std::string& bundle);

/// In the namespaces of a container whose mounts are built, and whose root is still the host's; with the
/// rights of this program.
void run_hooks_in_built(std::string_view name, const std::vector<Hook>& hooks, const std::string& state,
                        const Target& target, const std::string& bundle);

/// In the container, as its process would be run: what is executed comes from its image.
void run_hooks_inside(std::string_view name, const std::vector<Hook>& hooks, const std::string& state,
                      const Target& target, const Spec& spec);

}  // namespace runtime::mdrun
