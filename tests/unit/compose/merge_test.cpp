// How later files override earlier ones.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

using project::Strings;

project::Service merged(const std::string& base, const std::string& over) {
  Stack stack("name: a\nservices: {web: {rootfs: /, " + base + "}}\nvolumes: {vol: {}, web: {}}");
  stack.file("compose.override.yaml", "services: {web: {" + over + "}}");
  return stack.project().services.at("web");
}

TEST(Override, IsFoundBesideTheFile) { EXPECT_EQ(merged("user: a", "user: b").user, "b"); }
TEST(Override, KeepsWhatItDoesNotName) { EXPECT_EQ(merged("user: a", "hostname: h").user, "a"); }
TEST(Override, CommandsAreReplaced) { EXPECT_EQ(merged("command: a b", "command: c").command, Strings{"c"}); }
TEST(Override, EnvironmentIsMerged) {
  const auto environment = merged("environment: [A=1, B=1]", "environment: {B: 2}").environment;
  EXPECT_EQ(environment.at("A"), "1");
  EXPECT_EQ(environment.at("B"), "2");
}
TEST(Override, VolumesMeetAtTheirTarget) {
  const auto volumes = merged("volumes: ['vol:/x', 'vol:/y']", "volumes: ['web:/x']").volumes;
  ASSERT_EQ(volumes.size(), 2U);
  EXPECT_EQ(volumes[0].source, "web");
}
TEST(Override, PortsAreAdded) { EXPECT_EQ(merged("ports: [80]", "ports: ['81:81', 80]").ports.size(), 2U); }
TEST(Override, DependenciesAreMerged) {
  Stack stack("name: a\nservices: {web: {rootfs: /, depends_on: [db]}, db: {rootfs: /}, mq: {rootfs: /}}");
  stack.file("compose.override.yaml", "services: {web: {depends_on: {mq: {condition: service_healthy}}}}");
  EXPECT_EQ(stack.project().services.at("web").depends_on.size(), 2U);
}
TEST(Override, ResetRemovesAndOverrideReplaces) {
  EXPECT_EQ(merged("user: a", "user: !reset null").user, "");
  EXPECT_EQ(merged("ports: [80, 81]", "ports: !override [82]").ports.size(), 1U);
}
TEST(Override, FilesOnTheCommandLineInTheirOrder) {
  Stack stack("name: a\nservices: {web: {rootfs: /, user: a}}");
  stack.file("b.yaml", "services: {web: {user: b}}").file("c.yaml", "services: {web: {user: c}}");
  stack.options.files = {"compose.yaml", "c.yaml", "b.yaml"};
  EXPECT_EQ(stack.project().services.at("web").user, "b");
}

}  // namespace
}  // namespace orchestrator::compose::test
