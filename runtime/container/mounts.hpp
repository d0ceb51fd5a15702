// The mounts of a container: prepared detached while the host's paths are visible, attached inside the root.
#pragma once

#include <string>
#include <vector>

#include "runtime/cgroup/cgroup.hpp"
#include "runtime/container/inside.hpp"
#include "runtime/spec/spec.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace runtime {

/// A mount that has no place yet; empty where it can only be made in place (cgroup views).
struct PreparedMount {
  const Mount* mount = nullptr;
  sys::unique_fd tree{};
  bool is_directory = true;
};

/// Clones bind sources and makes new file systems, flags set while still detached, so that a read-only volume
/// is never writable, not for a moment.
std::vector<PreparedMount> prepare_mounts(const Spec& spec);

/// Attaches them in their order; `tree` learns of ours and borrows their descriptors.
void attach_mounts(Tree& tree, std::vector<PreparedMount>& mounts, const cgroup::Cgroup* cgroup);

/// Hides `spec`'s masked paths and makes its read-only paths so.
void hide_paths(const Tree& tree, const Linux& linux_part);

}  // namespace runtime
