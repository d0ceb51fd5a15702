#include "orchestrator/supervisor/notify_socket.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <functional>
#include <span>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace sys = runtime::sys;

namespace {

constexpr int kAtOnce = 64;

/// Takes a message and closes what it brings, in the background where its owner lets us. False where there is
/// no message.
bool close_brought(int socket) {
  constexpr std::size_t kMost = 253;  // SCM_MAX_FD
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMost * sizeof(int))> control{};
  msghdr message{.msg_control = control.data(), .msg_controllen = control.size()};
  if (::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0) return false;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return true;
  std::array<int, kMost> brought{};
  const std::size_t size = header->cmsg_len - CMSG_LEN(0);
  std::memcpy(brought.data(), CMSG_DATA(header), size);
  for (const int fd : std::span(brought).first(size / sizeof(int))) {
    const linger none{};
    (void)::setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    ::close(fd);
  }
  return true;
}

sys::Worker start_alone(int socket, const std::function<void()>& work) {
  return sys::start_worker([&] {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (socket > 0) ::close_range(0, static_cast<unsigned>(socket) - 1, 0);
    ::close_range(static_cast<unsigned>(socket) + 1, ~0U, 0);
    work();
  });
}

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

Heard receive_ready(int socket) {
  Heard heard;
  std::array<char, 4096> text{};
  // A container that floods us is not served for ever; the rest is read when we are told again.
  for (int i = 0; i < kAtOnce; ++i) {
    iovec piece{.iov_base = text.data(), .iov_len = text.size()};
    msghdr message{.msg_iov = &piece, .msg_iovlen = 1};
    // Without room for descriptors MSG_CTRUNC says that there are some.
    const ssize_t size = sys::retry([&] { return ::recvmsg(socket, &message, MSG_PEEK | MSG_DONTWAIT); });
    if (size < 0) break;
    heard.ready = heard.ready || says_ready({text.data(), static_cast<std::size_t>(size)});
    heard.brings_descriptors = (message.msg_flags & MSG_CTRUNC) != 0;
    if (heard.brings_descriptors) break;
    (void)!::recv(socket, nullptr, 0, MSG_DONTWAIT);
  }
  return heard;
}

sys::Worker close_descriptors(int socket) {
  return start_alone(socket, [socket] { close_brought(socket); });
}

sys::Worker close_all_descriptors(int socket) {
  return start_alone(socket, [socket] {
    while (close_brought(socket)) {
    }
  });
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
