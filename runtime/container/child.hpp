// The child's side of starting a container: from clone3 to execve.
#pragma once

#include "runtime/container/container.hpp"

namespace runtime {

/// The child's ends of what connects it with its creator.
struct ChildPipes {
  int go = -1;  ///< one byte: mappings are written; one byte: execute
  int report = -1;
  int console = -1;  ///< takes the pty's master
};

/// Builds the container's world, waits for the release, executes. Errors go through the report pipe.
[[noreturn]] void become_container(const Spec& spec, const cgroup::Cgroup* cgroup,
                                   const CreateOptions& options, ChildPipes pipes) noexcept;

/// The same for one more process in a running container.
[[noreturn]] void join_container(const Target& target, const Spec& spec, const Process& process,
                                 const CreateOptions& options, ChildPipes pipes) noexcept;

}  // namespace runtime
