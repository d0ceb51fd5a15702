#include "runtime/sys/poll.hpp"

#include <sys/epoll.h>

#include "runtime/sys/error.hpp"

namespace runtime::sys {

PollSet::PollSet() : fd_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!fd_) throw_errno("make an epoll descriptor");
}

void PollSet::add(int fd) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
  if (::epoll_ctl(fd_.get(), EPOLL_CTL_ADD, fd, &event) != 0) throw_errno("watch a descriptor");
}

}  // namespace runtime::sys
