// The wrappers of system calls that need no privilege keep the promises of their headers.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "runtime/sys/file.hpp"
#include "runtime/sys/poll.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/signal.hpp"
#include "runtime/sys/socket.hpp"
#include "runtime/sys/watch.hpp"

namespace runtime::sys {
namespace {

class Directory : public testing::Test {
 protected:
  Directory() { EXPECT_NE(::mkdtemp(path_.data()), nullptr); }
  ~Directory() override { std::filesystem::remove_all(path_); }
  std::string path_ = (std::filesystem::temp_directory_path() / "mdcompose-sys-XXXXXX").string();
};

TEST(Signals, ThatAreBlockedComeOutOfTheDescriptorOneByOne) {
  BlockedSignals signals{SIGUSR1, SIGUSR2};
  EXPECT_EQ(signals.take(), std::nullopt);
  ::raise(SIGUSR2);
  EXPECT_EQ(signals.take(), SIGUSR2);
  EXPECT_EQ(signals.take(), std::nullopt);
}

TEST_F(Directory, WatchTellsOfAFileThatIsRenamedIntoPlace) {
  DirectoryWatch watch(path_);
  replace_file(path_ + "/state.json", "{}");
  pollfd waiting{.fd = watch.fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&waiting, 1, 0), 1);
  watch.clear();
  EXPECT_EQ(::poll(&waiting, 1, 0), 0);
}

TEST_F(Directory, WatchTellsOfSeveralDirectoriesAndOfTheirEnd) {
  DirectoryWatch watch(path_);
  std::filesystem::create_directory(path_ + "/web-1");
  EXPECT_TRUE(watch.add(path_ + "/web-1"));
  EXPECT_FALSE(watch.add(path_ + "/db-1"));
  watch.clear();
  PollSet set;
  set.add(watch.fd());
  pollfd waiting{.fd = set.fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&waiting, 1, 0), 0);
  std::filesystem::remove(path_ + "/web-1");
  EXPECT_EQ(::poll(&waiting, 1, 0), 1);
}

TEST_F(Directory, SocketThatHasAppearedCanBeConnectedToAlsoInPlaceOfADeadOne) {
  const std::string path = path_ + "/control.sock";
  EXPECT_FALSE(connect_unix(path, SOCK_STREAM));
  { const unique_fd dead = listen_unix(path, SOCK_STREAM); }
  EXPECT_FALSE(connect_unix(path, SOCK_STREAM));
  const unique_fd alive = listen_unix(path, SOCK_STREAM);
  EXPECT_TRUE(connect_unix(path, SOCK_STREAM));
  EXPECT_EQ(list_directory(path_), std::vector<std::string>{"control.sock"});
}

TEST(Socket, TakesAMessageLongerThanItsBufferAndTellsWhenThePeerIsGone) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  unique_fd here(ends[0]);
  unique_fd there(ends[1]);
  const std::string sent(4 << 20, 'x');
  std::size_t received = 0;
  std::thread reader([&] {
    while (received < sent.size()) received += receive_message(there.get())->data.size();
    there.reset();
  });
  EXPECT_TRUE(send_all(here.get(), sent));
  reader.join();
  EXPECT_EQ(received, sent.size());
  EXPECT_FALSE(send_all(here.get(), "more"));
}

TEST(ExitStatus, IsKnownWhileSomebodyElseReaps) {
  for (int code = 0; code < 256; ++code) {
    const Cloned child = clone3(0);
    if (child.pid == 0) ::_exit(code);
    std::thread reaper([&] { wait_pidfd(child.pidfd.get()); });
    while (!has_ended(child.pidfd.get())) std::this_thread::yield();
    const auto status = exit_status_of(child.pidfd.get(), child.pid);
    reaper.join();
    // Before Linux 6.15 it is gone with the zombie.
    if (status) {
      EXPECT_EQ(status->code, code);
    }
  }
}

TEST(Exiting, IsWhoHasEndedOrIsGone) {
  EXPECT_FALSE(is_exiting(::getpid()));
  const Cloned child = clone3(0);
  if (child.pid == 0) ::_exit(0);
  while (!has_ended(child.pidfd.get())) std::this_thread::yield();
  EXPECT_TRUE(is_exiting(child.pid));
  wait_pidfd(child.pidfd.get());
  EXPECT_TRUE(is_exiting(child.pid));
}

}  // namespace
}  // namespace runtime::sys
