// Paths below a root directory, by descriptor: nothing in an image leads outside of it.
#pragma once

#include <string>

#include "runtime/sys/unique_fd.hpp"

namespace runtime {

/// What a mount point has to be.
enum class Node { directory, file };

/// O_PATH descriptor of `path` inside `root`, made with its parents where it is missing. Symbolic links are
/// followed inside the root only. Throws std::system_error.
sys::unique_fd make_inside(int root, const std::string& path, Node node);

/// As above for a path that must not contain symbolic links at all: /proc, /sys and /dev belong to us, and an
/// image that turns one of them into a link is refused (CVE-2019-19921, CVE-2026-41579).
sys::unique_fd make_plain(int root, const std::string& path, Node node);

}  // namespace runtime
