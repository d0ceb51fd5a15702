#include "orchestrator/supervisor/notify_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace sys = runtime::sys;

namespace {

constexpr int kAtOnce = 64;

}  // namespace

sys::unique_fd open_notify_socket(const std::string& path) {
  const auto slash = path.rfind('/');
  const sys::unique_fd directory = sys::open(path.substr(0, slash), O_PATH | O_DIRECTORY);
  ::unlink(path.c_str());
  // The path itself may be longer than an address can be.
  const std::string name = sys::fd_path(directory.get()) + path.substr(slash);
  sockaddr_un address{.sun_family = AF_UNIX};
  if (name.size() >= sizeof address.sun_path) sys::throw_errno("bind " + path, ENAMETOOLONG);
  std::memcpy(address.sun_path, name.data(), name.size());
  sys::unique_fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    sys::throw_errno("bind " + path);
  if (::chmod(path.c_str(), 0666) != 0) sys::throw_errno("chmod " + path);
  return socket;
}

bool receive_ready(int socket) {
  bool ready = false;
  std::array<char, 4096> message{};
  // A container that floods us is not served for ever; the rest is read when we are told again.
  for (int i = 0; i < kAtOnce; ++i) {
    const ssize_t size =
        sys::retry([&] { return ::recv(socket, message.data(), message.size(), MSG_DONTWAIT); });
    if (size < 0) break;
    ready = ready || says_ready({message.data(), static_cast<std::size_t>(size)});
  }
  return ready;
}

bool says_ready(std::string_view message) {
  while (!message.empty()) {
    const auto newline = message.find('\n');
    if (message.substr(0, newline) == "READY=1") return true;
    message.remove_prefix(newline == std::string_view::npos ? message.size() : newline + 1);
  }
  return false;
}

}  // namespace orchestrator::supervisor
