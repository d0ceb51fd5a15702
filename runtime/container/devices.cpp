#include "runtime/container/devices.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <utility>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/mount.hpp"

namespace runtime {
namespace {

struct Standard {
  const char* path;
  int major;
  int minor;
};
constexpr std::array<Standard, 6> kStandard{{{"/dev/null", 1, 3},
                                             {"/dev/zero", 1, 5},
                                             {"/dev/full", 1, 7},
                                             {"/dev/random", 1, 8},
                                             {"/dev/urandom", 1, 9},
                                             {"/dev/tty", 5, 0}}};

constexpr std::array<std::pair<const char*, const char*>, 6> kLinks{{{"/proc/self/fd", "fd"},
                                                                     {"/proc/self/fd/0", "stdin"},
                                                                     {"/proc/self/fd/1", "stdout"},
                                                                     {"/proc/self/fd/2", "stderr"},
                                                                     {"/proc/kcore", "core"},
                                                                     {"pts/ptmx", "ptmx"}}};

mode_t file_type(char type) {
  if (type == 'b') return S_IFBLK;
  return type == 'p' ? S_IFIFO : S_IFCHR;
}

void bind_host_node(const Tree& tree, const std::string& path) {
  const sys::unique_fd target = tree.make(path, Node::file);
  sys::attach_mount(sys::clone_tree(AT_FDCWD, path, false).get(), target.get());
}

void make_node(const Tree& tree, const Device& device) {
  const auto slash = device.path.rfind('/');
  const sys::unique_fd parent = tree.make(device.path.substr(0, slash), Node::directory);
  const std::string name = device.path.substr(slash + 1);
  const dev_t number = ::makedev(static_cast<unsigned>(device.major), static_cast<unsigned>(device.minor));
  if (::mknodat(parent.get(), name.c_str(), file_type(device.type) | device.mode, number) != 0) {
    if (errno == EPERM) return bind_host_node(tree, device.path);
    if (errno == EEXIST) return;
    sys::throw_errno("make device " + device.path);
  }
  if (::fchmodat(parent.get(), name.c_str(), device.mode, 0) != 0 ||
      ::fchownat(parent.get(), name.c_str(), device.uid, device.gid, AT_SYMLINK_NOFOLLOW) != 0)
    sys::throw_errno("set owner and mode of " + device.path);
}

}  // namespace

void make_devices(const Tree& tree, const std::vector<Device>& devices) {
  for (const Standard& standard : kStandard)
    make_node(tree, {.path = standard.path, .major = standard.major, .minor = standard.minor});
  for (const Device& device : devices) make_node(tree, device);
  const sys::unique_fd dev = tree.make("/dev", Node::directory);
  for (const auto& [target, name] : kLinks)
    if (::symlinkat(target, dev.get(), name) != 0 && errno != EEXIST)
      sys::throw_errno(std::string("make link /dev/") + name);
}

bool is_null_device(const struct stat& status) {
  return S_ISCHR(status.st_mode) && status.st_rdev == ::makedev(1, 3);
}

}  // namespace runtime
