#include "runtime/netlink/namespace.hpp"

#include <fcntl.h>
#include <sched.h>

#include <string>

#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::netlink {
namespace {

class ComeBack {
 public:
  ComeBack() : own_(sys::open("/proc/self/ns/net", O_RDONLY)) {}
  ComeBack(const ComeBack&) = delete;
  ComeBack& operator=(const ComeBack&) = delete;
  ~ComeBack() { ::setns(own_.get(), CLONE_NEWNET); }

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

}  // namespace runtime::netlink
