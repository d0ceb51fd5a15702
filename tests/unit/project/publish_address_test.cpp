// Every project has a loopback address of its own.
#include "orchestrator/project/publish_address.hpp"

#include <gtest/gtest.h>

#include <set>

namespace orchestrator::project {
namespace {

TEST(PublishAddress, IsTheProjectsOwn) {
  EXPECT_EQ(loopback_address_of("app"), loopback_address_of("app"));
  std::set<std::string> addresses;
  for (int i = 0; i < 100; ++i) addresses.insert(loopback_address_of("worktree" + std::to_string(i)));
  EXPECT_EQ(addresses.size(), 100U);
  for (const std::string& address : addresses) {
    EXPECT_TRUE(address.starts_with("127."));
    EXPECT_FALSE(address.starts_with("127.0.") || address.starts_with("127.1."));
  }
}

TEST(PublishAddress, IsThatOfPortsThatSayNone) {
  Project project{.name = "app"};
  project.services["web"].ports = {{.target = 80}, {.target = 81, .host_ip = "10.0.0.1"}};
  publish_at(project, "auto");
  EXPECT_EQ(project.services["web"].ports[0].host_ip, loopback_address_of("app"));
  EXPECT_EQ(project.services["web"].ports[1].host_ip, "10.0.0.1");
  Project other{.name = "app"};
  other.services["web"].ports = {{.target = 80}};
  publish_at(other, "192.0.2.1");
  EXPECT_EQ(other.services["web"].ports[0].host_ip, "192.0.2.1");
}

TEST(PublishAddress, HasNames) { EXPECT_EQ(host_name_of("app", "Web"), "web.app.localhost"); }

}  // namespace
}  // namespace orchestrator::project
