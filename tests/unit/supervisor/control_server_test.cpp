// Who comes when the supervisor is about to leave is not left in doubt.
#include "orchestrator/supervisor/control_server.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstdlib>
#include <filesystem>

#include "runtime/sys/socket.hpp"

namespace orchestrator::supervisor {
namespace {

class ControlServerTest : public testing::Test {
 protected:
  ControlServerTest() { EXPECT_NE(::mkdtemp(directory_.data()), nullptr); }
  ~ControlServerTest() override { std::filesystem::remove_all(directory_); }
  std::string path() const { return directory_ + "/socket"; }

  std::string directory_ = (std::filesystem::temp_directory_path() / "mdcompose-control-XXXXXX").string();
  boost::asio::io_context loop_{1};
};

TEST_F(ControlServerTest, WhoWasNotHeardAnyMoreIsToldToAskAnother) {
  ControlServer server(
      loop_, runtime::sys::listen_unix(path(), SOCK_STREAM),
      [](auto, auto) -> boost::asio::awaitable<void> { co_return; }, [](Session&) {});
  server.start();
  const auto client = runtime::sys::connect_unix(path(), SOCK_STREAM);
  ASSERT_TRUE(client);
  ASSERT_TRUE(runtime::sys::send_all(client->get(), state::to_line(state::Request{.verb = "up"})));
  server.stop();
  const auto answer = runtime::sys::receive_message(client->get());
  ASSERT_TRUE(answer);
  EXPECT_TRUE(state::event_from_line(answer->data).ask_another);
  EXPECT_FALSE(runtime::sys::receive_message(client->get()));
  EXPECT_FALSE(runtime::sys::connect_unix(path(), SOCK_STREAM));
}

}  // namespace
}  // namespace orchestrator::supervisor
