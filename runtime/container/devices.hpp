// The device nodes and links every container's /dev has.
#pragma once

#include <sys/stat.h>

#include <vector>

#include "runtime/container/inside.hpp"
#include "runtime/spec/spec.hpp"

namespace runtime {

/// Makes null, zero, full, random, urandom, tty, those of `devices`, and the links fd, stdin, stdout, stderr,
/// core and ptmx in /dev. Where mknod(2) is not permitted (user namespaces), the host's node is bound.
void make_devices(const Tree& tree, const std::vector<Device>& devices);

/// True for the one and only /dev/null, whatever path has led to it: character device 1:3.
bool is_null_device(const struct stat& status);

}  // namespace runtime
