// The root file system of a container: an overlay of layers, or a directory as it is.
#pragma once

#include "runtime/spec/spec.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace runtime {

/// The root of `spec`, detached. Throws std::system_error with the path that is wrong.
sys::unique_fd prepare_root(const Root& root);

}  // namespace runtime
