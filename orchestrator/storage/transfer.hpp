// Files on their way into and out of containers, as a tar stream between two processes. Each has changed its
// root directory to where it reads or writes, so that no link of an image leads elsewhere, and has loaded
// everything it needs before.
#pragma once

#include <string>

namespace orchestrator::storage {

struct Packing {
  std::string path{};            ///< inside the root, absolute
  std::string name{};            ///< what the topmost entry is called in the archive; ".": its content only
  bool follow_link = false;      ///< where `path` itself is a symbolic link: what it points to
  bool one_file_system = false;  ///< without what is mounted below
};
/// Writes what is at `path` below the directory `root` to `out`. Blocks. Throws std::runtime_error.
void pack(int root, const Packing& packing, int out);

struct Unpacking {
  std::string directory{};   ///< inside the root, absolute; it exists
  bool keep_owners = false;  ///< else everything belongs to the caller
};
/// Makes what comes from `in` in the directory. Blocks. Throws std::runtime_error.
void unpack(int root, const Unpacking& unpacking, int in);

/// Both at once, one end to the other.
void transfer(int from, const Packing& packing, int to, const Unpacking& unpacking);

}  // namespace orchestrator::storage
