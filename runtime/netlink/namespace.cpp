#include "runtime/netlink/namespace.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/mount.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::netlink {
namespace {

bool is_namespace(int fd) {
  struct statfs what {};
  return ::fstatfs(fd, &what) == 0 && what.f_type == NSFS_MAGIC;
}

class ComeBack {
 public:
  ComeBack() : own_(sys::open("/proc/self/ns/net", O_RDONLY)) {}
  ComeBack(const ComeBack&) = delete;
  ComeBack& operator=(const ComeBack&) = delete;
  /// setns(2) needs memory, which may be short for a moment. Who cannot come back would go on to make
  /// everything in the wrong network: he ends, and his successor begins where he should.
  ~ComeBack() {
    constexpr int kAttempts = 10;
    for (int attempt = 0; attempt < kAttempts; ++attempt)
      if (::setns(own_.get(), CLONE_NEWNET) == 0) return;
    std::abort();
  }

 private:
  sys::unique_fd own_;
};

}  // namespace

sys::unique_fd new_network_namespace() {
  const ComeBack back;
  sys::unshare(CLONE_NEWNET, "network namespace");
  return sys::open("/proc/self/ns/net", O_RDONLY);
}

void inside_network(int network_namespace, const std::function<void()>& work) {
  const ComeBack back;
  sys::setns(network_namespace, CLONE_NEWNET, "network namespace");
  work();
}

sys::unique_fd network_namespace_of(int pid) {
  return sys::open("/proc/" + std::to_string(pid) + "/ns/net", O_RDONLY);
}

void pin(int network_namespace, const std::string& path) {
  const sys::unique_fd place = sys::open(path, O_CREAT | O_RDONLY, 0600);
  if (is_namespace(place.get())) sys::throw_errno("pin a network namespace at " + path, EEXIST);
  const sys::unique_fd mount = sys::clone_tree(network_namespace, "", false);
  sys::attach_mount(mount.get(), place.get());
}

sys::unique_fd pinned(const std::string& path) {
  if (!sys::exists(path)) return {};
  sys::unique_fd place = sys::open(path, O_RDONLY);
  if (!is_namespace(place.get())) place.reset();
  return place;
}

void unpin(const std::string& path) {
  if (pinned(path)) sys::umount(path, MNT_DETACH);
  ::unlink(path.c_str());
}

}  // namespace runtime::netlink
