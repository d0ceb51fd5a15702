#include "runtime/container/mounts.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "runtime/container/devices.hpp"
#include "runtime/container/inside.hpp"
#include "runtime/container/mount_options.hpp"
#include "runtime/sys/copy.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/mount.hpp"
#include "runtime/sys/process.hpp"

namespace runtime {
namespace {

constexpr std::uint64_t kNoEscape = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

bool is_directory(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) sys::throw_errno("stat mount source");
  return S_ISDIR(status.st_mode);
}

/// Mounts are cloned in the namespace that they are in: open_tree(2).
sys::unique_fd clone_over_there(const Mount& mount, const MountOptions& options) {
  const sys::unique_fd there = sys::open(options.from_namespace, O_RDONLY);
  const sys::unique_fd home = sys::open("/proc/self/ns/mnt", O_RDONLY);
  sys::setns(there.get(), CLONE_NEWNS, "the mount namespace of another container");
  sys::unique_fd tree = sys::clone_tree(AT_FDCWD, mount.source, options.recursive);
  sys::setns(home.get(), CLONE_NEWNS, "the mount namespace of its own");
  return tree;
}

/// A subdirectory is the content of a volume: whoever writes there must not turn it into a link to the host.
sys::unique_fd clone_source(const Mount& mount, const MountOptions& options) {
  if (!options.from_namespace.empty()) return clone_over_there(mount, options);
  if (options.subdirectory.empty()) return sys::clone_tree(AT_FDCWD, mount.source, options.recursive);
  const sys::unique_fd volume = sys::open(mount.source, O_PATH | O_DIRECTORY);
  const sys::unique_fd inside =
      sys::openat2(volume.get(), options.subdirectory, O_PATH, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
  return sys::clone_tree(inside.get(), "", options.recursive);
}

PreparedMount prepare_bind(const Mount& mount, const MountOptions& options) {
  if (!options.parameters.empty())
    throw std::invalid_argument("mount " + mount.source + " on " + mount.destination + ": unknown option \"" +
                                options.parameters.front().key + "\"");
  sys::unique_fd tree = clone_source(mount, options);
  sys::set_mount_attributes(
      tree.get(), {.propagation = options.propagation != 0 ? options.propagation : std::uint64_t{MS_PRIVATE},
                   .recursive = options.recursive});
  if (options.set != 0 || options.clear != 0)
    sys::set_mount_attributes(tree.get(), {.set = options.set,
                                           .clear = options.clear,
                                           .recursive = options.recursive && options.recursive_attributes});
  const bool directory = is_directory(tree.get());
  return {.mount = &mount, .tree = std::move(tree), .is_directory = directory};
}

/// sysfs shows the network namespace; in a user namespace that does not own it, only the host's view is to be
/// had.
sys::unique_fd host_sysfs() {
  sys::unique_fd host = sys::clone_tree(AT_FDCWD, "/sys", true);
  sys::set_mount_attributes(host.get(),
                            {.set = MOUNT_ATTR_RDONLY, .propagation = MS_PRIVATE, .recursive = true});
  return host;
}

/// Where the terminals' group has no number in our user namespace, they are their owner's alone.
sys::unique_fd devpts_without_group(const Mount& mount, MountOptions options) {
  std::erase_if(options.parameters, [](const sys::MountOption& option) { return option.key == "gid"; });
  return sys::new_mount(mount.type, mount.source, options.parameters, options.set);
}

/// As runc and crun have it, a tmpfs without a mode takes that of what it covers.
bool takes_mode(const Mount& mount, const MountOptions& options) {
  const auto is_mode = [](const sys::MountOption& option) { return option.key == "mode"; };
  return mount.type == "tmpfs" && !options.bind &&
         std::none_of(options.parameters.begin(), options.parameters.end(), is_mode);
}

sys::unique_fd new_file_system(const Mount& mount, const MountOptions& options) {
  const bool changes = options.copy_up || takes_mode(mount, options);
  const std::uint64_t attributes = changes ? options.set & ~MOUNT_ATTR_RDONLY : options.set;
  try {
    return sys::new_mount(mount.type, mount.source, options.parameters, attributes);
  } catch (const std::system_error& error) {
    if (mount.type == "sysfs" && sys::errno_of(error) == EPERM) return host_sysfs();
    if (mount.type == "devpts" && sys::errno_of(error) == EINVAL) return devpts_without_group(mount, options);
    throw;
  }
}

PreparedMount prepare(const Mount& mount) {
  const MountOptions options = parse_mount_options(mount.options);
  if (mount.type == "bind" || options.bind) return prepare_bind(mount, options);
  if (mount.type == "cgroup" || mount.type == "cgroup2") return {.mount = &mount};
  PreparedMount prepared{.mount = &mount, .tree = new_file_system(mount, options)};
  if (options.propagation != 0)
    sys::set_mount_attributes(prepared.tree.get(), {.propagation = options.propagation});
  return prepared;
}

/// The container's own cgroup, read-only unless it is said otherwise: language runtimes read their limits
/// there.
void attach_cgroup_view(int target, const cgroup::Cgroup* cgroup, const MountOptions& options) {
  const std::uint64_t attributes = kNoEscape | (options.set & MOUNT_ATTR_RDONLY);
  const bool pure_v2 = cgroup == nullptr || cgroup->paths().v1.empty();
  if (pure_v2 && !sys::exists("/sys/fs/cgroup/unified")) {
    sys::attach_mount(sys::new_mount("cgroup2", "cgroup", {}, attributes).get(), target);
    return;
  }
  const sys::unique_fd base = sys::new_mount("tmpfs", "tmpfs", {{"mode", "755"}, {"size", "64k"}}, kNoEscape);
  sys::attach_mount(base.get(), target);
  const sys::unique_fd unified = Tree(base.get()).make("unified", Node::directory);
  sys::attach_mount(sys::new_mount("cgroup2", "cgroup", {}, attributes).get(), unified.get());
  if (cgroup != nullptr) {
    for (const std::string& path : cgroup->paths().v1) {
      const std::string controller =
          *std::next(std::filesystem::path(path).begin(), 4);  // / sys fs cgroup NAME
      const sys::unique_fd view = sys::clone_tree(AT_FDCWD, path, false);
      sys::set_mount_attributes(view.get(), {.set = attributes, .propagation = MS_PRIVATE});
      sys::attach_mount(view.get(), Tree(base.get()).make(controller, Node::directory).get());
    }
  }
  sys::set_mount_attributes(base.get(), {.set = MOUNT_ATTR_RDONLY});
}

bool is_proc(int fd) {
  struct statfs system {};
  if (::fstatfs(fd, &system) != 0) sys::throw_errno("look at a mount");
  return system.f_type == PROC_SUPER_MAGIC;
}

/// In /proc only proc itself and, as in runc, the files of lxcfs: anything else would be taken for the
/// kernel's (CVE-2019-16884).
bool may_lie_in_proc(const PreparedMount& prepared) {
  static constexpr std::array<std::string_view, 10> kLxcfs{
      "/proc/cpuinfo",  "/proc/diskstats", "/proc/loadavg", "/proc/meminfo", "/proc/net/dev",
      "/proc/slabinfo", "/proc/stat",      "/proc/swaps",   "/proc/uptime",  "/proc/sys/kernel/ns_last_pid"};
  return is_proc(prepared.tree.get()) ||
         std::find(kLxcfs.begin(), kLxcfs.end(), prepared.mount->destination) != kLxcfs.end();
}

[[noreturn]] void refuse_in_proc(const Mount& mount) {
  throw std::invalid_argument("mount " + mount.source + " on " + mount.destination +
                              ": nothing may be mounted there but the files of lxcfs");
}

/// Fills a new tmpfs with what lies where it is going to be, and gives it the mode that it is to have.
void finish_tmpfs(const PreparedMount& prepared, const MountOptions& options, int target) {
  const bool covered = takes_mode(*prepared.mount, options);
  if (!options.copy_up && !covered) return;
  if (prepared.mount->type != "tmpfs")
    throw std::invalid_argument("mount " + prepared.mount->destination + ": tmpcopyup is for tmpfs");
  const sys::unique_fd filled = sys::openat(prepared.tree.get(), ".", O_RDONLY | O_DIRECTORY);
  struct stat wanted {};
  if (::fstat(covered ? target : filled.get(), &wanted) != 0) sys::throw_errno("stat a new tmpfs");
  if (options.copy_up) sys::copy_tree(sys::openat(target, ".", O_RDONLY | O_DIRECTORY).get(), filled.get());
  if (::fchmod(filled.get(), wanted.st_mode & 07777) != 0) sys::throw_errno("chmod a new tmpfs");
  if ((options.set & MOUNT_ATTR_RDONLY) != 0)
    sys::set_mount_attributes(prepared.tree.get(), {.set = MOUNT_ATTR_RDONLY});
}

/// A directory that is made for a tmpfs is as open as one is by itself: the next time it is there already.
Node node_for(const PreparedMount& prepared, const MountOptions& options) {
  if (!prepared.is_directory) return Node::file;
  return takes_mode(*prepared.mount, options) ? Node::open_directory : Node::directory;
}

void attach(Tree& tree, const PreparedMount& prepared, const cgroup::Cgroup* cgroup) {
  const std::string& destination = prepared.mount->destination;
  const bool anywhere = !prepared.tree || may_lie_in_proc(prepared);
  if (!anywhere && covers("/proc", destination)) refuse_in_proc(*prepared.mount);
  const MountOptions options = parse_mount_options(prepared.mount->options);
  const sys::unique_fd target = tree.make(destination, node_for(prepared, options));
  // A link of the image may have led there as well.
  if (!anywhere && is_proc(target.get())) refuse_in_proc(*prepared.mount);
  if (!prepared.tree) return attach_cgroup_view(target.get(), cgroup, options);
  finish_tmpfs(prepared, options, target.get());
  sys::attach_mount(prepared.tree.get(), target.get());
  tree.covered(destination, prepared.tree.get());
}

/// The kernel's own words about an option are worth more than its number.
[[noreturn]] void name_mount(const Mount& mount, const std::system_error& error) {
  const std::string from = mount.source.empty() || mount.source == mount.type ? mount.type : mount.source;
  const std::string text = error.what();
  const auto reason = text.find('(');
  throw std::system_error(
      error.code(),
      "mount " + from + " on " + mount.destination +
          (reason == std::string::npos ? "" : " " + text.substr(reason, text.rfind(')') + 1 - reason)));
}

/// docker's list has one pattern: /sys/devices/system/cpu/cpu*/thermal_throttle.
std::vector<std::string> expand(const Tree& tree, const std::string& path) {
  const auto star = path.find('*');
  if (star == std::string::npos) return {path};
  const auto slash = path.rfind('/', star);
  const std::string parent = path.substr(0, slash);
  const std::string prefix = path.substr(slash + 1, star - slash - 1);
  std::vector<std::string> paths;
  const auto directory = tree.open(parent, O_PATH);
  if (!directory) return paths;
  for (const std::string& name : sys::list_directory(sys::fd_path(directory->get())))
    if (name.starts_with(prefix)) paths.push_back(parent + "/" + name + path.substr(star + 1));
  return paths;
}

/// What hidden paths show: an empty directory, or nothing to read.
class Masks {
 public:
  /// Never the container's own /dev/null but the host's, checked: an image could have replaced it
  /// (CVE-2025-31133).
  Masks()
      : directory_(sys::new_mount("tmpfs", "tmpfs", {{"nr_inodes", "2"}, {"size", "4k"}},
                                  MOUNT_ATTR_RDONLY | kNoEscape)),
        file_(sys::open("/dev/null", O_PATH)) {
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0 || !is_null_device(status)) sys::throw_errno("/dev/null", ENODEV);
  }

  void cover(int target) {
    if (!is_directory(target))
      return sys::attach_mount(sys::clone_tree(file_.get(), "", false).get(), target);
    // Before Linux 6.15 only what is attached can be cloned: the first directory gets the mount itself.
    if (!std::exchange(attached_, true)) return sys::attach_mount(directory_.get(), target);
    sys::attach_mount(sys::clone_tree(directory_.get(), "", false).get(), target);
  }

 private:
  sys::unique_fd directory_;
  sys::unique_fd file_;
  bool attached_ = false;
};

}  // namespace

std::vector<PreparedMount> prepare_mounts(const Spec& spec) {
  std::vector<PreparedMount> prepared;
  prepared.reserve(spec.mounts.size());
  for (const Mount& mount : spec.mounts) {
    try {
      prepared.push_back(prepare(mount));
    } catch (const std::system_error& error) {
      name_mount(mount, error);
    }
  }
  return prepared;
}

void attach_mounts(Tree& tree, std::vector<PreparedMount>& mounts, const cgroup::Cgroup* cgroup) {
  for (PreparedMount& prepared : mounts) {
    try {
      attach(tree, prepared, cgroup);
    } catch (const std::system_error& error) {
      name_mount(*prepared.mount, error);
    }
  }
}

void hide_paths(const Tree& tree, const Linux& linux_part) {
  if (!linux_part.masked_paths.empty()) {
    Masks masks;
    for (const std::string& pattern : linux_part.masked_paths)
      for (const std::string& path : expand(tree, pattern))
        if (const auto target = tree.open(path, O_PATH)) masks.cover(target->get());
  }
  for (const std::string& path : linux_part.readonly_paths) {
    const auto target = tree.open(path, O_PATH);
    if (!target) continue;
    const sys::unique_fd clone = sys::clone_tree(target->get(), "", true);
    sys::set_mount_attributes(clone.get(), {.set = MOUNT_ATTR_RDONLY | kNoEscape, .recursive = true});
    sys::attach_mount(clone.get(), target->get());
  }
}

}  // namespace runtime
