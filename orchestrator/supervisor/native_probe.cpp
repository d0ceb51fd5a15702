#include "orchestrator/supervisor/native_probe.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

#include "runtime/netlink/namespace.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {

namespace sys = runtime::sys;

namespace {

/// Something in the container's file tree, wherever its links lead; never outside.
sys::unique_fd find_inside(const Looked& at, const std::string& path) {
  const sys::unique_fd root = sys::open("/proc/" + std::to_string(at.pid) + "/root", O_PATH | O_DIRECTORY);
  if (sys::has_ended(at.pidfd)) throw std::runtime_error("the container has ended");
  return sys::openat2(root.get(), path, O_PATH, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

bool connects(const sockaddr_un& address, socklen_t length, int type) {
  const sys::unique_fd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  if (!socket) sys::throw_errno("socket");
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0;
}

void connect_to_unix(const std::string& path, const Looked& at) {
  sockaddr_un address{.sun_family = AF_UNIX};
  sys::unique_fd found;
  std::string name = path;
  if (path.starts_with('@')) {
    sys::setns(network_of(at).get(), CLONE_NEWNET, "the container's network");
    name.front() = '\0';
  } else {
    found = find_inside(at, path);
    name = sys::fd_path(found.get());
  }
  if (name.size() >= sizeof address.sun_path) sys::throw_errno("connect to " + path, ENAMETOOLONG);
  std::memcpy(address.sun_path, name.data(), name.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
    if (connects(address, length, type)) return;
    if (errno != EPROTOTYPE) break;
  }
  sys::throw_errno("connect to " + path);
}

}  // namespace

sys::unique_fd network_of(const Looked& at) {
  sys::unique_fd network = runtime::netlink::network_namespace_of(at.pid);
  if (sys::has_ended(at.pidfd)) throw std::runtime_error("the container has ended");
  return network;
}

void look(const project::NativeProbe& probe, const Looked& at) {
  if (!probe.file.empty())
    (void)find_inside(at, probe.file);
  else
    connect_to_unix(probe.unix_socket, at);
}

}  // namespace orchestrator::supervisor
