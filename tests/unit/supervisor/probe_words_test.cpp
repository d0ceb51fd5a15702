// What native probes send and how they read the answers.
#include <gtest/gtest.h>

#include "orchestrator/supervisor/http_probe.hpp"
#include "orchestrator/supervisor/notify_socket.hpp"

namespace orchestrator::supervisor {
namespace {

using project::HttpProbe;

TEST(HttpProbe, AsksOnceAndClosesTheConnection) {
  EXPECT_EQ(
      http_request({.path = "/healthz"}, "127.0.0.1:80"),
      "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:80\r\nUser-Agent: mdcompose\r\nConnection: close\r\n\r\n");
}

TEST(HttpProbe, GivenHeadersWinWhateverTheirCase) {
  EXPECT_EQ(
      http_request({.headers = {{"X-Token", "1"}, {"host", "blog.lab"}}}, "127.0.0.1:80"),
      "GET / HTTP/1.1\r\nUser-Agent: mdcompose\r\nX-Token: 1\r\nhost: blog.lab\r\nConnection: close\r\n\r\n");
}

TEST(HttpProbe, ReadsTheStatus) {
  EXPECT_EQ(http_status("HTTP/1.1 204 No Content\r\n"), 204);
  EXPECT_EQ(http_status("HTTP/1.0 200\r\n"), 200);
  EXPECT_EQ(http_status("SSH-2.0-OpenSSH_9.2\r\n"), std::nullopt);
  EXPECT_EQ(http_status("HTTP/1.1 2x4 odd\r\n"), std::nullopt);
  EXPECT_EQ(http_status("HTTP/1.1 20"), std::nullopt);
  EXPECT_EQ(http_status(""), std::nullopt);
}

TEST(HttpProbe, SuccessAndRedirectsAreHealthyByDefault) {
  EXPECT_TRUE(accepts({}, 200));
  EXPECT_TRUE(accepts({}, 302));
  EXPECT_FALSE(accepts({}, 404));
  EXPECT_FALSE(accepts({}, 500));
}

TEST(HttpProbe, AcceptsTheStatusesItNames) {
  const HttpProbe probe{.status = {"401", "500-503"}};
  EXPECT_TRUE(accepts(probe, 401));
  EXPECT_TRUE(accepts(probe, 502));
  EXPECT_FALSE(accepts(probe, 200));
  EXPECT_FALSE(accepts(probe, 504));
}

TEST(NotifyMessage, ReadyIsALineOfItsOwn) {
  EXPECT_TRUE(says_ready("READY=1"));
  EXPECT_TRUE(says_ready("STATUS=up\nREADY=1\nMAINPID=7\n"));
  EXPECT_FALSE(says_ready("STATUS=READY=1"));
  EXPECT_FALSE(says_ready("READY=10"));
  EXPECT_FALSE(says_ready("READY=0"));
  EXPECT_FALSE(says_ready(""));
}

}  // namespace
}  // namespace orchestrator::supervisor
