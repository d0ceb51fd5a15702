// Services that begin with another one.
#include <gtest/gtest.h>

#include "orchestrator/compose/json.hpp"
#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

using project::Strings;

TEST(Extends, AServiceOfTheSameFile) {
  const Stack stack(
      "name: a\nservices:\n  base: {rootfs: /, user: u, environment: {A: 1, B: 1}}\n"
      "  web: {extends: base, environment: [B=2]}\n");
  const auto web = stack.project().services.at("web");
  EXPECT_EQ(web.user, "u");
  EXPECT_EQ(web.environment.at("A"), "1");
  EXPECT_EQ(web.environment.at("B"), "2");
}

TEST(Extends, ChainsAreFollowed) {
  const Stack stack(
      "name: a\nservices:\n  three: {extends: {service: two}, hostname: h}\n  two: {extends: one, user: u}\n"
      "  one: {rootfs: /, working_dir: /w}\n");
  const auto three = stack.project().services.at("three");
  EXPECT_EQ(three.hostname + three.user + three.working_dir, "hu/w");
}

TEST(Extends, AnotherFileSeesItsPathsFromItsOwnDirectory) {
  Stack stack(
      "name: a\nservices: {web: {extends: {file: sub/common.yaml, service: base}, volumes: ['./x:/mine']}}");
  stack.file("sub/common.yaml",
             "services: {base: {rootfs: ./root, volumes: ['./x:/theirs'], env_file: e.env}}");
  stack.file("sub/e.env", "A=1");
  const auto web = stack.project().services.at("web");
  EXPECT_EQ(web.rootfs->path, stack.directory() + "/sub/root");
  EXPECT_EQ(web.volumes.at(0).source, stack.directory() + "/sub/x");
  EXPECT_EQ(web.volumes.at(1).source, stack.directory() + "/x");
  EXPECT_EQ(web.environment.at("A"), "1");
}

TEST(Extends, AChainThroughFiles) {
  Stack stack("name: a\nservices: {web: {extends: {file: one/a.yaml, service: s}}}");
  stack.file("one/a.yaml", "services: {s: {extends: {file: two/b.yaml, service: t}, user: u}}");
  stack.file("one/two/b.yaml", "services: {t: {rootfs: ./r}}");
  EXPECT_EQ(stack.project().services.at("web").rootfs->path, stack.directory() + "/one/two/r");
}

TEST(Extends, ListsAreAppendedAndCommandsReplaced) {
  const Stack stack(
      "name: a\nservices:\n  base: {rootfs: /, command: [a, b], cap_add: [X], ports: [80]}\n"
      "  web: {extends: base, command: [c], cap_add: [Y], ports: [81]}\n");
  const auto web = stack.project().services.at("web");
  EXPECT_EQ(web.command, Strings{"c"});
  EXPECT_EQ(web.cap_add, (Strings{"X", "Y"}));
  EXPECT_EQ(web.ports.size(), 2U);
}

TEST(Extends, ResetAndOverrideActOnTheBase) {
  const Stack stack(
      "name: a\nservices:\n  base: {rootfs: /, user: u, ports: [80, 81]}\n"
      "  web: {extends: base, user: !reset null, ports: !override [82]}\n");
  const auto web = stack.project().services.at("web");
  EXPECT_EQ(web.user, "");
  EXPECT_EQ(web.ports.size(), 1U);
  EXPECT_EQ(stack.project().services.at("base").ports.size(), 2U);
}

TEST(Extends, VariablesAreFilledInInTheBase) {
  Stack stack("name: a\nservices: {web: {extends: {file: '$F.yaml', service: '$S'}}}");
  stack.file("c.yaml", "services: {base: {rootfs: /, user: '$U'}}");
  stack.options.environment = {{"F", "c"}, {"S", "base"}, {"U", "me"}};
  EXPECT_EQ(stack.project().services.at("web").user, "me");
}

TEST(Extends, CirclesAreNamed) {
  EXPECT_EQ(Stack("name: a\nservices:\n  a: {extends: b}\n  b: {extends: c}\n  c: {extends: b}\n").errors(),
            "compose.yaml:4:16: services extend each other in a circle: b -> c -> b");
  EXPECT_EQ(Stack("name: a\nservices: {a: {extends: a}}").errors(),
            "compose.yaml:2:25: services extend each other in a circle: a -> a");
}

TEST(Extends, WhatIsMissingIsSuggested) {
  EXPECT_EQ(Stack("name: a\nservices: {base: {rootfs: /}, web: {extends: bsae}}").errors(),
            "compose.yaml:2:46: services.web.extends: service \"bsae\" is not defined in compose.yaml; did "
            "you mean "
            "\"base\"?");
  EXPECT_EQ(
      Stack("name: a\nservices: {web: {extends: {file: none.yaml, service: s}}}").errors().substr(0, 17),
      "compose.yaml:2:34");
  EXPECT_EQ(Stack("name: a\nservices: {web: {extends: {}}}").errors(),
            "compose.yaml:2:27: services.web.extends: the name of a service is missing");
}

TEST(Extends, WhatIsWrongInTheBaseIsNamedThere) {
  Stack stack("name: a\nservices: {web: {extends: {file: c.yaml, service: s}}}");
  stack.file("c.yaml", "services:\n  s:\n    rootfs: /\n    ttty: true\n");
  EXPECT_EQ(stack.errors(), "c.yaml:4:5: services.web: unknown key \"ttty\"; did you mean \"tty\"?");
}

TEST(Extends, ThousandsOfServicesFromOneFileReadItOnce) {
  std::string text = "name: a\nservices:\n";
  for (int i = 0; i < 2000; ++i)
    text += "  s" + std::to_string(i) + ": {extends: {file: c.yaml, service: s}}\n";
  Stack stack(text);
  stack.file("c.yaml", "services: {s: {rootfs: /}}");
  EXPECT_EQ(stack.project().services.size(), 2000U);
}

}  // namespace
}  // namespace orchestrator::compose::test
