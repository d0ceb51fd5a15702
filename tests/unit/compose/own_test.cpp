// What is ours alone stands under x-mdcompose, and is as closed as the specification's own mappings.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

TEST(OwnKeys, AreKnownOnServices) {
  EXPECT_EQ(errors_with("x-mdcompose: {oneshot: once, on_unhealthy: restart, idle_timeout: 5m, hold: true, "
                        "probe: {tcp: 5432, interval: 2s}, limits: {memory: 64m}, schedule: '0 3 * * *'}"),
            "");
}
TEST(OwnKeys, AreKnownAtTheTop) {
  EXPECT_EQ(Stack("name: a\nservices: {web: {rootfs: /}}\nx-mdcompose: {publish_address: 127.0.0.1, "
                  "limits: {cpus: '2'}, strict_limits: true, eager_probes: false}")
                .errors(),
            "");
}
TEST(OwnKeys, UnknownOnesAreSuggested) {
  EXPECT_EQ(
      errors_with("x-mdcompose: {oneshoot: once}"),
      "compose.yaml:5:19: services.web.x-mdcompose: unknown key \"oneshoot\"; did you mean \"oneshot\"?");
  EXPECT_EQ(Stack("name: a\nservices: {web: {rootfs: /}}\nx-mdcompose: {publish: nat}").errors(),
            "compose.yaml:3:15: x-mdcompose: unknown key \"publish\"");
}
TEST(OwnKeys, WrongWordsAreSuggested) {
  EXPECT_EQ(
      errors_with("x-mdcompose: {on_unhealthy: restrat}"),
      "compose.yaml:5:33: services.web.x-mdcompose.on_unhealthy: \"restrat\" is none of restart, stop, none; "
      "did you mean \"restart\"?");
}

TEST(OwnRootfs, IsDeclaredByPackagesAndSteps) {
  Stack stack(
      "name: a\nservices: {web: {rootfs: {build: {packages: [curl, nginx-light], steps: ['echo x > "
      "/etc/y']}}}}");
  ASSERT_EQ(stack.errors(), "");
  const project::Rootfs rootfs = *stack.project().services.at("web").rootfs;
  EXPECT_EQ(rootfs.path, "");
  EXPECT_EQ(rootfs.build->distribution, "bookworm");
  EXPECT_EQ(rootfs.build->packages, (project::Strings{"curl", "nginx-light"}));
  EXPECT_EQ(rootfs.build->steps, project::Strings{"echo x > /etc/y"});
}
TEST(OwnRootfs, IsEitherFoundOrBuilt) {
  EXPECT_EQ(Stack("name: a\nservices: {web: {rootfs: {path: /, build: {packages: [curl]}}}}").errors(),
            "compose.yaml:2:43: services.web.rootfs: \"path\" and \"build\" exclude each other");
  EXPECT_EQ(
      Stack("name: a\nservices: {web: {rootfs: {mode: overlay}}}").errors(),
      "compose.yaml:2:26: services.web.rootfs: neither \"path\" nor \"build\" says where it comes from");
}
TEST(OwnRootfs, PackagesAreNames) {
  EXPECT_EQ(Stack("name: a\nservices: {web: {rootfs: {build: {packages: ['--setup-hook=x']}}}}").errors(),
            "compose.yaml:2:45: services.web.rootfs.build: \"--setup-hook=x\" cannot be a name in packages");
}

}  // namespace
}  // namespace orchestrator::compose::test
