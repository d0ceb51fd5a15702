#include "runtime/keeper/program/connection.hpp"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace runtime::keeper {

namespace {

/// The keeper must be able to start another supervisor when everything else is full.
constexpr rlim_t kReserve = 16;

bool is_beyond_reserve(int fd) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<rlim_t>(fd) + kReserve >= limit.rlim_cur;
}

/// The first descriptor of the message; others are closed.
int take_descriptor(msghdr& message) {
  int taken = -1;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd = -1;
      ::memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
      if (taken < 0)
        taken = fd;
      else
        ::close(fd);
    }
  }
  return taken;
}

bool is_understood(const Packet& packet, bool has_descriptor) {
  const bool has_name = packet.name[0] && ::memchr(packet.name, '\0', sizeof packet.name);
  switch (packet.kind) {
    case Kind::store:
      return has_name && has_descriptor;
    case Kind::drop:
      return has_name && !has_descriptor;
    case Kind::acknowledge:
    case Kind::ready:
    case Kind::quit:
      return !has_descriptor;
    case Kind::stored:
    case Kind::exited:
    case Kind::hello_done:
    case Kind::refused:
      return false;
  }
  return false;
}

int error_of(const Arrival& arrival, ssize_t size, int flags) {
  if (arrival.fd >= 0 && is_beyond_reserve(arrival.fd)) return EMFILE;
  if ((flags & MSG_CTRUNC) && arrival.fd < 0) return EMFILE;
  if (size != sizeof(Packet) || (flags & MSG_CTRUNC)) return EBADMSG;
  return is_understood(arrival.packet, arrival.fd >= 0) ? 0 : EBADMSG;
}

}  // namespace

int Connection::open() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  fd_ = ends[0];
  return ends[1];
}

void Connection::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Delivery Connection::send(const Packet& packet, int fd) {
  iovec part{const_cast<Packet*>(&packet), sizeof packet};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    ::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  if (::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return Delivery::sent;
  if (errno == EAGAIN) return Delivery::queue_full;
  // ETOOMANYREFS: the user has too many descriptors in flight (unix(7)); they land as others read.
  const bool later = errno == ENOBUFS || errno == ENOMEM || errno == ETOOMANYREFS;
  return later ? Delivery::no_memory : Delivery::gone;
}

bool Connection::receive(Arrival& arrival) {
  arrival = Arrival{};
  iovec part{&arrival.packet, sizeof arrival.packet};
  alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t size = 0;
  do size = ::recvmsg(fd_, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (size < 0 && errno == EINTR);
  if (size < 0) return false;
  arrival.fd = take_descriptor(message);
  // An empty datagram looks like end of file; both end the conversation until the supervisor itself has
  // ended.
  if (size == 0 && arrival.fd < 0) return false;
  arrival.error = error_of(arrival, message.msg_flags & MSG_TRUNC ? 0 : size, message.msg_flags);
  if (arrival.error && arrival.fd >= 0) {
    ::close(arrival.fd);
    arrival.fd = -1;
  }
  return true;
}

}  // namespace runtime::keeper
