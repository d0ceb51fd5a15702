#include "runtime/sys/socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cstdio>
#include <cstring>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::sys {

namespace {

constexpr std::size_t kMaxDescriptors = 16;

/// The address of `path`; a path too long for sun_path is named through `directory`, which must outlive its
/// use.
struct UnixAddress {
  sockaddr_un address{};
  unique_fd directory{};

  explicit UnixAddress(const std::string& path) {
    address.sun_family = AF_UNIX;
    std::string name = path;
    if (name.size() >= sizeof address.sun_path) {
      const auto slash = path.rfind('/');
      directory = open(path.substr(0, slash), O_PATH | O_DIRECTORY);
      name = fd_path(directory.get()) + path.substr(slash);
    }
    if (name.size() >= sizeof address.sun_path) throw_errno("use socket " + path, ENAMETOOLONG);
    std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
  }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
};

}  // namespace

std::pair<unique_fd, unique_fd> seqpacket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw_errno("make a socket pair");
  return {unique_fd(ends[0]), unique_fd(ends[1])};
}

unique_fd listen_unix(const std::string& path, int type) {
  unique_fd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  if (!socket) throw_errno("make a socket");
  const std::string temporary = path + ".new";
  const UnixAddress address(temporary);
  ::unlink(temporary.c_str());
  // The mode of the socket's own inode decides who may connect; set it before the name appears.
  if (::fchmod(socket.get(), 0600) != 0) throw_errno("chmod " + path);
  if (::bind(socket.get(), address.get(), sizeof address.address) != 0) throw_errno("bind " + path);
  if (::listen(socket.get(), SOMAXCONN) != 0) throw_errno("listen on " + path);
  if (::rename(temporary.c_str(), path.c_str()) != 0) throw_errno("rename " + temporary);
  return socket;
}

std::optional<unique_fd> connect_unix(const std::string& path, int type) {
  unique_fd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  if (!socket) throw_errno("make a socket");
  try {
    const UnixAddress address(path);
    if (retry([&] { return ::connect(socket.get(), address.get(), sizeof address.address); }) == 0)
      return socket;
  } catch (const std::system_error& error) {
    if (errno_of(error) != ENOENT) throw;
    return std::nullopt;
  }
  if (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR) return std::nullopt;
  throw_errno("connect to " + path);
}

bool send_message(int socket, std::string_view data, std::span<const int> fds, int flags) {
  iovec part{.iov_base = const_cast<char*>(data.data()), .iov_len = data.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    if (fds.size() > kMaxDescriptors) throw_errno("send descriptors", E2BIG);
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(header), fds.data(), fds.size_bytes());
  }
  if (retry([&] { return ::sendmsg(socket, &message, flags | MSG_NOSIGNAL); }) >= 0) return true;
  if (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN) return false;
  throw_errno("send a message");
}

bool send_all(int socket, std::string_view data) {
  while (!data.empty()) {
    const ssize_t size = retry([&] { return ::send(socket, data.data(), data.size(), MSG_NOSIGNAL); });
    if (size < 0 && (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN)) return false;
    if (size < 0) throw_errno("send a message");
    data.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

std::optional<Message> receive_message(int socket, int flags, std::size_t limit) {
  Message result;
  result.data.resize(limit);
  iovec part{.iov_base = result.data.data(), .iov_len = result.data.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = retry([&] { return ::recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC); });
  if (size < 0 && errno != ECONNRESET) throw_errno("receive a message");
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); size >= 0 && header;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    std::array<int, kMaxDescriptors> numbers{};
    std::memcpy(numbers.data(), CMSG_DATA(header), count * sizeof(int));
    for (std::size_t i = 0; i < count; ++i) result.fds.emplace_back(numbers[i]);
  }
  if (size <= 0) return std::nullopt;
  result.data.resize(static_cast<std::size_t>(size));
  return result;
}

Peer peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    throw_errno("ask who is connected");
  return {.pid = credentials.pid, .uid = credentials.uid, .gid = credentials.gid};
}

}  // namespace runtime::sys
