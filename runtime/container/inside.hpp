// Paths of a container by descriptor, while it is being built: nothing in an image leads outside of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/sys/unique_fd.hpp"

namespace runtime {

/// What a mount point has to be. An open directory is one that everybody may write to, as in /tmp.
enum class Node { directory, open_directory, file };

/// True where `path` is `directory` or below it, by its words.
bool covers(std::string_view directory, std::string_view path);

/// What lies on /proc, /sys and /dev is ours to say: an image that makes one of them a link is refused
/// (CVE-2019-19921, CVE-2026-41579).
bool is_ours(std::string_view path);

/// A container's tree: its root and our own mounts on it. What lies below one of these is looked up from its
/// descriptor, so whoever shares the root cannot put another directory in its place in between.
class Tree {
 public:
  /// `root`: a descriptor of the root directory; borrowed, like every one below.
  explicit Tree(int root) : root_(root) {}

  [[nodiscard]] int root() const { return root_; }
  /// `mount` has been attached on `destination`.
  void covered(const std::string& destination, int mount);

  /// O_PATH descriptor of `path`, made with its parents where it is missing. Symbolic links are followed
  /// inside the root only, in what is ours not at all. Throws std::system_error.
  [[nodiscard]] sys::unique_fd make(const std::string& path, Node node) const;
  /// openat2(2) without symbolic links; nothing where there is no such file. Throws for every other error.
  [[nodiscard]] std::optional<sys::unique_fd> open(const std::string& path, std::uint64_t flags) const;

 private:
  struct Cover {
    std::string destination{};
    int mount = -1;
  };
  struct Place {
    int base = -1;
    std::string path{};  ///< relative to `base`; "" is `base` itself
  };
  [[nodiscard]] Place place_of(const std::string& path) const;

  int root_;
  std::vector<Cover> covers_{};
};

}  // namespace runtime
