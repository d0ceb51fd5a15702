// Stacks that become part of another one.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

TEST(Include, BringsServicesAndResources) {
  Stack stack(
      "name: a\ninclude: [sub/c.yaml]\nservices: {web: {rootfs: /, depends_on: [db], networks: [n]}}");
  stack.file("sub/c.yaml", "services: {db: {rootfs: ./r, networks: [n]}}\nnetworks: {n: }");
  const auto project = stack.project();
  EXPECT_EQ(project.services.at("db").rootfs->path, stack.directory() + "/sub/r");
  EXPECT_EQ(project.networks.at("n").name, "a_n");
}

TEST(Include, WhatIsSaidHereWins) {
  Stack stack("name: a\ninclude: [c.yaml]\nservices: {db: {user: mine, environment: {B: 2}}}");
  stack.file("c.yaml", "services: {db: {rootfs: /, user: theirs, environment: {A: 1, B: 1}}}");
  const auto db = stack.project().services.at("db");
  EXPECT_EQ(db.user, "mine");
  EXPECT_EQ(db.environment.at("A"), "1");
  EXPECT_EQ(db.environment.at("B"), "2");
}

TEST(Include, ResetActsOnWhatIsIncluded) {
  Stack stack("name: a\ninclude: [c.yaml]\nservices: {db: {user: !reset null}}");
  stack.file("c.yaml", "services: {db: {rootfs: /, user: theirs}}");
  EXPECT_EQ(stack.project().services.at("db").user, "");
}

TEST(Include, ServicesMayBeExtended) {
  Stack stack("name: a\ninclude: [c.yaml]\nservices: {web: {extends: base}}");
  stack.file("c.yaml", "services: {base: {rootfs: /, user: u}}");
  EXPECT_EQ(stack.project().services.at("web").user, "u");
}

TEST(Include, SeveralPathsOverrideEachOther) {
  Stack stack("name: a\ninclude: [{path: [b.yaml, o.yaml]}]");
  stack.file("b.yaml", "services: {db: {rootfs: /, user: b}}").file("o.yaml", "services: {db: {user: o}}");
  EXPECT_EQ(stack.project().services.at("db").user, "o");
}

TEST(Include, VariablesAreTheCallersThenThoseOfItsOwnEnvFile) {
  Stack stack(
      "name: a\ninclude: [sub/c.yaml]\nservices: {web: {rootfs: /, user: '$ONLY', hostname: '${BOTH}'}}");
  stack.file(".env", "BOTH=outer\n");
  stack.file("sub/.env", "ONLY=inner\nBOTH=inner\n");
  stack.file("sub/c.yaml", "services: {db: {rootfs: /, user: '$ONLY', hostname: '$BOTH'}}");
  const auto project = stack.project();
  EXPECT_EQ(project.services.at("web").user, "");
  EXPECT_EQ(project.services.at("db").user, "inner");
  EXPECT_EQ(project.services.at("db").hostname, "outer");
}

TEST(Include, EnvFilesAndTheDirectoryMayBeNamed) {
  Stack stack(
      "name: a\ninclude: [{path: sub/c.yaml, env_file: [one.env, two.env], project_directory: other}]");
  stack.file("one.env", "A=1\nB=1").file("two.env", "B=2").file("other/x", "");
  stack.file("sub/c.yaml", "services: {db: {rootfs: ./r, user: '$A$B'}}");
  const auto db = stack.project().services.at("db");
  EXPECT_EQ(db.user, "12");
  EXPECT_EQ(db.rootfs->path, stack.directory() + "/other/r");
}

TEST(Include, DevNullIsNoEnvFile) {
  Stack stack("name: a\ninclude: [{path: sub/c.yaml, env_file: /dev/null}]");
  stack.file("sub/.env", "A=1").file("sub/c.yaml", "services: {db: {rootfs: /, user: 'u${A}'}}");
  EXPECT_EQ(stack.project().services.at("db").user, "u");
}

TEST(Include, CirclesAreNamed) {
  Stack stack("name: a\ninclude: [b.yaml]\nservices: {web: {rootfs: /}}");
  stack.file("b.yaml", "include: [compose.yaml]");
  EXPECT_EQ(stack.errors(),
            "b.yaml:1:11: files include each other in a circle: compose.yaml -> b.yaml -> compose.yaml");
}

TEST(Include, TheSameFileOnTwoWaysIsOneThing) {
  Stack stack("name: a\ninclude: [l.yaml, r.yaml]");
  stack.file("l.yaml", "include: [c.yaml]\nservices: {l: {rootfs: /}}");
  stack.file("r.yaml", "include: [c.yaml]\nservices: {r: {rootfs: /}}");
  stack.file("c.yaml", "services: {c: {rootfs: /, security_opt: [x], external_links: [y]}}");
  EXPECT_EQ(stack.project().services.at("c").security_opt.size(), 1U);
}

TEST(Include, DiamondsUponDiamondsAreReadOnce) {
  Stack stack("name: a\ninclude: [l0.yaml, r0.yaml]");
  for (int i = 0; i < 40; ++i) {
    const std::string next = std::to_string(i + 1);
    const std::string both = "include: [l" + next + ".yaml, r" + next + ".yaml]";
    stack.file("l" + std::to_string(i) + ".yaml", both).file("r" + std::to_string(i) + ".yaml", both);
  }
  stack.file("l40.yaml", "services: {l: {rootfs: /}}").file("r40.yaml", "services: {r: {rootfs: /}}");
  EXPECT_EQ(stack.project().services.size(), 2U);
}

TEST(Include, NonsenseIsRefused) {
  EXPECT_EQ(Stack("name: a\ninclude: c.yaml").errors(),
            "compose.yaml:2:10: include must be a list, not string; write [c.yaml]");
  EXPECT_EQ(Stack("name: a\ninclude: [{pth: c}]").errors(),
            "compose.yaml:2:12: include[0]: unknown key \"pth\"; did you mean \"path\"?");
  EXPECT_EQ(Stack("name: a\ninclude: [{path: c.yaml, env_file: none.env}]").errors().substr(0, 17),
            "compose.yaml:2:11");
}

}  // namespace
}  // namespace orchestrator::compose::test
