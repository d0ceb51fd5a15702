#include "runtime/container/root.hpp"

#include <fcntl.h>

#include <vector>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/mount.hpp"
#include "runtime/sys/process.hpp"

namespace runtime {
namespace {

/// Layers go to the kernel as descriptors: whatever their paths are, they need no escaping, fit into the 256
/// bytes that fsconfig(2) takes, and do not tell the container where the host keeps it.
class Layers {
 public:
  std::string open(const std::string& path) {
    fds_.push_back(sys::open(path, O_PATH | O_DIRECTORY));
    return sys::fd_path(fds_.back().get());
  }

 private:
  std::vector<sys::unique_fd> fds_{};
};

std::vector<sys::MountOption> writable_options(const Overlay& overlay, Layers& layers) {
  if (overlay.upper.empty()) return {};
  // Without "volatile" a container's end syncs the whole upper file system (122 ms seen).
  std::vector<sys::MountOption> options{
      {"upperdir", layers.open(overlay.upper)}, {"workdir", layers.open(overlay.work)}, {"volatile", ""}};
  // Only the initial user namespace may write the trusted.* attributes that overlayfs uses by default.
  if (!sys::in_initial_user_namespace()) options.push_back({"userxattr", ""});
  return options;
}

/// overlayfs wants two layers, and not the same one twice (ELOOP).
sys::unique_fd mount_only_layer(const std::string& path) {
  sys::unique_fd tree = sys::clone_tree(AT_FDCWD, path, false);
  sys::set_mount_attributes(tree.get(), {.set = MOUNT_ATTR_RDONLY, .propagation = MS_PRIVATE});
  return tree;
}

/// mount(2) takes a page of options, so it is the way for many layers before Linux 6.5. It needs a place: one
/// that nobody looks at in this mount namespace, and only for a moment.
sys::unique_fd mount_by_page(const std::string& place, const std::vector<sys::MountOption>& options,
                             std::uint64_t attributes) {
  std::string page;
  for (const auto& [name, value] : options)
    page += (page.empty() ? "" : ",") + name + (value.empty() ? "" : "=" + value);
  if (::mount("overlay", place.c_str(), "overlay", 0, page.c_str()) != 0)
    sys::throw_errno("mount overlay with " + page);
  sys::unique_fd tree = sys::clone_tree(AT_FDCWD, place, false);
  sys::umount(place, MNT_DETACH);
  sys::set_mount_attributes(tree.get(), {.set = attributes, .propagation = MS_PRIVATE});
  return tree;
}

sys::unique_fd mount_overlay(const Overlay& overlay, const std::string& place) {
  constexpr std::size_t kLongestValue = 255;  // of fsconfig(2)
  Layers layers;
  std::vector<sys::MountOption> one_by_one;
  std::string joined;
  for (const std::string& path : overlay.lower) {
    const std::string layer = layers.open(path);
    one_by_one.push_back({"lowerdir+", layer});
    joined += (joined.empty() ? "" : ":") + layer;
  }
  const std::vector<sys::MountOption> writable = writable_options(overlay, layers);
  const std::uint64_t attributes = overlay.upper.empty() ? MOUNT_ATTR_RDONLY : 0;
  try {
    one_by_one.insert(one_by_one.end(), writable.begin(), writable.end());
    return sys::new_mount("overlay", "overlay", one_by_one, attributes);
  } catch (const std::system_error& error) {
    if (sys::errno_of(error) != EINVAL) throw;
  }
  // Before Linux 6.5 there is only the one string.
  std::vector<sys::MountOption> options{{"lowerdir", joined}};
  options.insert(options.end(), writable.begin(), writable.end());
  if (joined.size() > kLongestValue) return mount_by_page(place, options, attributes);
  return sys::new_mount("overlay", "overlay", options, attributes);
}

}  // namespace

std::string attach_point(const Root& root) {
  if (!root.overlay) return root.path;
  return root.overlay->upper.empty() ? root.overlay->lower.front() : root.overlay->upper;
}

sys::unique_fd prepare_root(const Root& root) {
  if (!root.overlay) {
    sys::unique_fd tree = sys::clone_tree(AT_FDCWD, root.path, true);
    sys::set_mount_attributes(tree.get(), {.propagation = MS_PRIVATE, .recursive = true});
    struct stat status {};
    if (::fstat(tree.get(), &status) != 0 || !S_ISDIR(status.st_mode)) sys::throw_errno(root.path, ENOTDIR);
    return tree;
  }
  // The mark of an earlier volatile mount. It warns of a crash of the host, after which the layer cannot be
  // trusted; within one boot it can, and throwing away layers of another boot is up to who keeps them.
  if (!root.overlay->upper.empty()) sys::remove_tree(root.overlay->work + "/work/incompat/volatile");
  const bool one_layer = root.overlay->upper.empty() && root.overlay->lower.size() == 1;
  return one_layer ? mount_only_layer(root.overlay->lower.front())
                   : mount_overlay(*root.overlay, attach_point(root));
}

}  // namespace runtime
