// Which files are read, and which variables they may use.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

const std::string kStack = "name: a\nservices: {web: {rootfs: /, user: '$WHO'}}";

std::string who(const Stack& stack) { return stack.project().services.at("web").user; }

TEST(Discovery, FindsTheFileInADirectoryAbove) {
  Stack stack(kStack);
  stack.file("deep/er/x", "").file(".env", "WHO=above");
  stack.options.working_directory = stack.directory() + "/deep/er";
  EXPECT_EQ(who(stack), "above");
  EXPECT_EQ(stack.project().directory, stack.directory());
}

TEST(Discovery, SaysWhichOfSeveralItTook) {
  Stack stack(kStack);
  stack.file("docker-compose.yml", "name: other\nservices: {web: {rootfs: /}}");
  EXPECT_EQ(stack.project().name, "a");
  EXPECT_EQ(stack.warnings().substr(0, 47), "compose.yaml is used, docker-compose.yml is not");
}

TEST(Discovery, OverridesAreTakenOnlyWhereTheFileWasFound) {
  Stack stack(kStack);
  stack.file("compose.override.yml", "services: {web: {user: over}}");
  EXPECT_EQ(who(stack), "over");
  stack.options.files = {"compose.yaml"};
  EXPECT_EQ(who(stack), "");
}

TEST(Discovery, ComposeFileNamesSeveral) {
  Stack stack(kStack);
  stack.file("b.yaml", "services: {web: {user: b}}");
  stack.options.environment = {{"COMPOSE_FILE", "compose.yaml:b.yaml"}};
  EXPECT_EQ(who(stack), "b");
  stack.options.environment = {{"COMPOSE_FILE", "compose.yaml;b.yaml"}, {"COMPOSE_PATH_SEPARATOR", ";"}};
  EXPECT_EQ(who(stack), "b");
}

TEST(Discovery, ComposeFileMayStandInDotEnv) {
  Stack stack(kStack);
  stack.file("b.yaml", "name: b\nservices: {web: {rootfs: /}}").file(".env", "COMPOSE_FILE=b.yaml");
  EXPECT_EQ(stack.project().name, "b");
}

TEST(Discovery, PathsBeginAtTheFirstFileOrTheProjectDirectory) {
  Stack stack("name: a\nservices: {web: {rootfs: ./r}}");
  stack.file("sub/c.yaml", "name: a\nservices: {web: {rootfs: ./r}}").file("other/x", "");
  stack.options.files = {"sub/c.yaml"};
  EXPECT_EQ(stack.project().services.at("web").rootfs->path, stack.directory() + "/sub/r");
  stack.options.project_directory = "other";
  EXPECT_EQ(stack.project().services.at("web").rootfs->path, stack.directory() + "/other/r");
}

TEST(Environment, TheCallersWinsThenTheLastEnvFile) {
  Stack stack(kStack);
  stack.file("one.env", "WHO=one").file("two.env", "WHO=two").file(".env", "WHO=dot");
  EXPECT_EQ(who(stack), "dot");
  stack.options.env_files = {"one.env", "two.env"};
  EXPECT_EQ(who(stack), "two");
  stack.options.environment = {{"WHO", "caller"}};
  EXPECT_EQ(who(stack), "caller");
}

TEST(Environment, EnvFilesMayBeNamedByAVariable) {
  Stack stack(kStack);
  stack.file("one.env", "WHO=one").file("two.env", "WHO=two");
  stack.options.environment = {{"COMPOSE_ENV_FILES", "one.env,two.env"}};
  EXPECT_EQ(who(stack), "two");
}

TEST(Environment, DotEnvCanBeTurnedOff) {
  Stack stack(kStack);
  stack.file(".env", "WHO=dot");
  stack.options.environment = {{"COMPOSE_DISABLE_ENV_FILE", "true"}};
  EXPECT_EQ(who(stack), "");
  stack.options.environment = {{"COMPOSE_DISABLE_ENV_FILE", "perhaps"}};
  EXPECT_EQ(stack.errors(), "COMPOSE_DISABLE_ENV_FILE is \"perhaps\", not true or false");
}

TEST(Environment, TheFilesDotEnvAddsToThatOfTheCallersDirectory) {
  Stack stack("");
  stack.file("sub/compose.yaml", "name: a\nservices: {web: {rootfs: /, user: '$A$B'}}");
  stack.file("sub/.env", "A=sub\nB=sub").file(".env", "A=here\nCOMPOSE_FILE=sub/compose.yaml");
  EXPECT_EQ(who(stack), "heresub");
}

TEST(Environment, AnEnvFileThatWasAskedForMustExist) {
  Stack stack(kStack);
  stack.options.env_files = {"none.env"};
  EXPECT_NE(stack.errors().find("none.env: No such file or directory"), std::string::npos);
}

TEST(Environment, TheProjectsNameIsAVariable) {
  const Stack stack("name: given\nservices: {web: {rootfs: /, user: '$COMPOSE_PROJECT_NAME'}}");
  EXPECT_EQ(who(stack), "given");
}

TEST(ProjectName, MayBeMadeOfVariables) {
  Stack stack("name: '${P:-x}-y'\nservices: {web: {rootfs: /}}");
  EXPECT_EQ(stack.project().name, "x-y");
  stack.options.environment = {{"COMPOSE_PROJECT_NAME", "env"}};
  EXPECT_EQ(stack.project().name, "env");
}

TEST(Profiles, AreNamedByAVariableToo) {
  Stack stack("name: a\nservices: {web: {rootfs: /}, d: {rootfs: /, profiles: [dev]}}");
  stack.options.environment = {{"COMPOSE_PROFILES", " other , dev "}};
  EXPECT_TRUE(stack.project().services.contains("d"));
  stack.options.profiles = {"*"};
  stack.options.environment = {};
  EXPECT_TRUE(stack.project().services.contains("d"));
}

}  // namespace
}  // namespace orchestrator::compose::test
