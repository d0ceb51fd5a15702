// What a container says on $NOTIFY_SOCKET, and what it must not be able to do there.
#include "orchestrator/supervisor/notify_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {
namespace {

namespace sys = runtime::sys;

struct NotifySocket : testing::Test {
  std::array<sys::unique_fd, 2> ends = connected();
  const int ours = ends[0].get();

  static std::array<sys::unique_fd, 2> connected() {
    std::array<int, 2> fds{};
    if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds.data()) != 0) std::abort();
    return {sys::unique_fd(fds[0]), sys::unique_fd(fds[1])};
  }
  /// As a container; `brought` goes along.
  void say(std::string text, sys::unique_fd brought = {}) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    iovec piece{.iov_base = text.data(), .iov_len = text.size()};
    msghdr message{.msg_iov = &piece, .msg_iovlen = 1};
    if (brought) {
      message.msg_control = control.data();
      message.msg_controllen = control.size();
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int));
      const int fd = brought.get();
      std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    ASSERT_EQ(::sendmsg(ends[1].get(), &message, 0), static_cast<ssize_t>(text.size()));
  }
};

TEST_F(NotifySocket, ReadinessIsHeardAmongOtherMessages) {
  say("STATUS=begins");
  EXPECT_FALSE(receive_ready(ours).ready);
  say("STATUS=runs\nREADY=1");
  say("WATCHDOG=1");
  EXPECT_TRUE(receive_ready(ours).ready);
  EXPECT_FALSE(receive_ready(ours).ready);
}

TEST_F(NotifySocket, DescriptorsAreClosedByAChild) {
  sys::Pipe pipe = sys::pipe(O_NONBLOCK);
  say("READY=1", std::move(pipe.write));
  say("STATUS=next");
  const Heard heard = receive_ready(ours);
  EXPECT_TRUE(heard.ready);
  EXPECT_TRUE(heard.brings_descriptors);
  char byte = 0;
  EXPECT_EQ(::read(pipe.read.get(), &byte, 1), -1) << "nobody has closed it yet";
  sys::finish(close_descriptors(ours), "closing descriptors");
  EXPECT_EQ(::read(pipe.read.get(), &byte, 1), 0) << "it is closed";
  EXPECT_FALSE(receive_ready(ours).brings_descriptors) << "the next message is another one";
}

TEST_F(NotifySocket, AtTheEndEverythingIsClosed) {
  std::array pipes{sys::pipe(), sys::pipe()};
  for (sys::Pipe& pipe : pipes) say("FDSTORE=1", std::move(pipe.write));
  sys::finish(close_all_descriptors(ours), "closing descriptors");
  for (const sys::Pipe& pipe : pipes) EXPECT_EQ(sys::read_all(pipe.read.get()), "");
  EXPECT_FALSE(receive_ready(ours).brings_descriptors);
}

}  // namespace
}  // namespace orchestrator::supervisor
