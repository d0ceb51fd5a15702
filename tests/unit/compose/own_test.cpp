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

}  // namespace
}  // namespace orchestrator::compose::test
