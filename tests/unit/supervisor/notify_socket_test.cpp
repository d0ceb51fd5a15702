// What a container may say on $NOTIFY_SOCKET, and what it may not send there.
#include "orchestrator/supervisor/notify_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <filesystem>

#include "runtime/sys/error.hpp"
#include "runtime/sys/socket.hpp"

namespace orchestrator::supervisor {
namespace {

namespace sys = runtime::sys;

struct NotifySocket : testing::Test {
  std::string directory = (std::filesystem::temp_directory_path() / "mdcompose-notify-XXXXXX").string();
  sys::unique_fd socket{};
  sys::unique_fd inside{};

  void SetUp() override {
    ASSERT_NE(::mkdtemp(directory.data()), nullptr);
    socket = open_notify_socket(directory + "/notify.sock");
    inside = *sys::connect_unix(directory + "/notify.sock", SOCK_DGRAM);
  }
  void TearDown() override { std::filesystem::remove_all(directory); }
};

TEST_F(NotifySocket, HearsThatSomebodyIsReady) {
  sys::send_message(inside.get(), "STATUS=up\nREADY=1\n");
  EXPECT_TRUE(receive_ready(socket.get()));
  EXPECT_FALSE(receive_ready(socket.get()));
}

TEST_F(NotifySocket, TakesNoDescriptorsWhereTheKernelCanRefuseThem) {
  constexpr int kPassRights = 83;  // SO_PASSRIGHTS
  int passes = 1;
  socklen_t size = sizeof passes;
  if (::getsockopt(socket.get(), SOL_SOCKET, kPassRights, &passes, &size) != 0)
    GTEST_SKIP() << "Linux before 6.16";
  const int own = inside.get();
  try {
    sys::send_message(inside.get(), "FDSTORE=1\n", {&own, 1});
    FAIL() << "it was sent";
  } catch (const std::system_error& error) {
    EXPECT_EQ(sys::errno_of(error), EPERM);
  }
}

}  // namespace
}  // namespace orchestrator::supervisor
