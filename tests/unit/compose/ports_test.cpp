// Published ports in all forms.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

std::string ports(const std::string& list) {
  std::string text;
  for (const project::Port& port : web("ports: [" + list + "]").ports)
    text += (text.empty() ? "" : ", ") + port.host_ip + ":" + port.published + ":" +
            std::to_string(port.target) + "/" + port.protocol;
  return text;
}

TEST(Ports, ShortForms) {
  EXPECT_EQ(ports("80"), "::80/tcp");
  EXPECT_EQ(ports("'8080:80'"), ":8080:80/tcp");
  EXPECT_EQ(ports("'127.0.0.1:8080:80/udp'"), "127.0.0.1:8080:80/udp");
  EXPECT_EQ(ports("'127.0.0.1::80'"), "127.0.0.1::80/tcp");
  EXPECT_EQ(ports("'[::1]:8080:80'"), "::1:8080:80/tcp");
}

TEST(Ports, RangesPairUp) { EXPECT_EQ(ports("'8000-8001:80-81'"), ":8000:80/tcp, :8001:81/tcp"); }

TEST(Ports, ARangeForOnePortIsAChoice) { EXPECT_EQ(ports("'8000-8009:80'"), ":8000-8009:80/tcp"); }

TEST(Ports, LongForm) {
  EXPECT_EQ(ports("{target: 80, published: 8080, host_ip: 10.0.0.1}"), "10.0.0.1:8080:80/tcp");
}

TEST(Ports, NonsenseIsNamedWithItsPlace) {
  EXPECT_EQ(errors_with("ports: ['80:http']"),
            "compose.yaml:5:13: services.web.ports[0]: invalid port \"80:http\": the container's port is no "
            "number from 1 to 65535; "
            "expected "
            "[[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL], such as \"127.0.0.1:8080:80\"");
  EXPECT_NE(errors_with("ports: ['70000:80']").find("the published port"), std::string::npos);
  EXPECT_NE(errors_with("ports: ['1-3:80-81']").find("same length"), std::string::npos);
  EXPECT_NE(errors_with("ports: ['80/icmp']").find("unknown protocol"), std::string::npos);
}

}  // namespace
}  // namespace orchestrator::compose::test
