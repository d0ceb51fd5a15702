// The root file system of a container: an overlay of layers, or a directory as it is.
#pragma once

#include <string>

#include "runtime/spec/spec.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace runtime {

/// A directory of the host where the root can be attached, in a mount namespace of its own; it is pivoted
/// away from at once.
std::string attach_point(const Root& root);

/// The root, detached. Throws std::system_error with the path that is wrong.
sys::unique_fd prepare_root(const Root& root);

}  // namespace runtime
