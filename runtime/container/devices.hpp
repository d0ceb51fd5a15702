// The device nodes and links every container's /dev has.
#pragma once

#include <vector>

#include "runtime/spec/spec.hpp"

namespace runtime {

/// Makes null, zero, full, random, urandom, tty, those of `devices`, and the links fd, stdin, stdout, stderr,
/// core and ptmx below `root`/dev. Where mknod(2) is not permitted (user namespaces), the host's node is
/// bound.
void make_devices(int root, const std::vector<Device>& devices);

}  // namespace runtime
