// S30 of the list of attacks: no name in a stack file is a path out of the directories we keep things in.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

constexpr const char* kRule =
    ": it is made of letters, digits, \"_\", \".\" and \"-\", and starts with a letter or digit";

TEST(Names, S30_ProjectIsNoPath) {
  EXPECT_EQ(Stack("name: ../../x\nservices: {web: {rootfs: /}}").project().name, "x");
  Stack asked("services: {web: {rootfs: /}}");
  asked.options.project_name = "../../x";
  EXPECT_NE(asked.errors().find("invalid project name \"../../x\""), std::string::npos);
}

TEST(Names, S30_ContainerIsNoPath) {
  for (const std::string name : {"../../x", "..", "a/b", "-x", "a b"})
    EXPECT_NE(errors_with("container_name: '" + name + "'").find("services.web.container_name"),
              std::string::npos)
        << name;
  EXPECT_EQ(errors_with("container_name: My_app.2-x"), "");
}

TEST(Names, S30_VolumeIsNoPath) {
  EXPECT_EQ(Stack("name: a\nservices: {web: {rootfs: /}}\nvolumes:\n  data: {name: ../../etc}").errors(),
            std::string("compose.yaml:4:16: volumes.data: invalid name \"../../etc\"") + kRule);
}

TEST(Names, S30_NetworkIsNoPath) {
  EXPECT_EQ(Stack("name: a\nservices: {web: {rootfs: /}}\nnetworks:\n  net: {name: ..}").errors(),
            std::string("compose.yaml:4:15: networks.net: invalid name \"..\"") + kRule);
}

TEST(Names, S30_ServiceIsNoPath) {
  EXPECT_EQ(Stack("name: a\nservices:\n  ../x: {rootfs: /}").errors(),
            "compose.yaml:3:3: services: \"../x\" is no name: it is made of letters, digits, \".\", \"_\" "
            "and \"-\"");
}

}  // namespace
}  // namespace orchestrator::compose::test
