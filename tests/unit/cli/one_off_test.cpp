// What `run` makes of a service.
#include "orchestrator/cli/one_off.hpp"

#include <gtest/gtest.h>

#include <array>

#include "orchestrator/cli/command.hpp"

namespace orchestrator::cli {
namespace {

Options options_of(const std::vector<std::string>& words) {
  for (const Command& command : commands())
    if (command.name == "run") {
      const std::array tables{command.options, global_options()};
      return parse(words, tables, command.parsing);
    }
  return {};
}

std::string file(const std::vector<std::string>& words, const OneOff& one_off = {.name = "n"}) {
  return one_off_file(options_of(words), one_off);
}

TEST(OneOffFile, HasNothingButANameAndNoPortsWithoutOptions) {
  EXPECT_EQ(file({"web"}),
            "services:\n"
            "  \"web\":\n"
            "    container_name: \"n\"\n"
            "    scale: 1\n"
            "    deploy: {replicas: 1}\n"
            "    tty: false\n"
            "    ports: !override []\n");
}

TEST(OneOffFile, TakesWordsAsTheyAre) {
  EXPECT_NE(file({"web", "sh", "-c", "echo \"$A\" \\\t"})
                .find("    command: [\"sh\", \"-c\", \"echo \\\"$$A\\\" \\\\\\x09\"]\n"),
            std::string::npos);
}

TEST(OneOffFile, LeavesTheCommandOutWithAnotherEntrypoint) {
  const std::string text = file({"--entrypoint", "a b", "web"});
  EXPECT_NE(text.find("    entrypoint: \"a b\"\n    command: []\n"), std::string::npos);
  EXPECT_NE(file({"--entrypoint", "", "web", "x"}).find("    entrypoint: []\n"), std::string::npos);
}

TEST(OneOffFile, AddsPorts) {
  EXPECT_NE(file({"-p", "80", "web"}).find("    ports: !override [\"80\"]\n"), std::string::npos);
  EXPECT_NE(file({"-P", "-p", "80", "web"}).find("    ports: [\"80\"]\n"), std::string::npos);
}

project::Project project() {
  return {.name = "app",
          .services = {{"web",
                        {.name = "web",
                         .scale = 3,
                         .profiles = {"debug"},
                         .restart = "always",
                         .deploy = project::Deploy{.replicas = 3, .memory_limit = 100},
                         .networks = {{"front", {.aliases = {"shop"}, .ipv4_address = "10.0.0.9"}}}}},
                       {"db", {.name = "db"}}}};
}

TEST(OneOffDefinition, HasItsOwnNameAndNothingThatOnlyServicesHave) {
  const auto definition = one_off_definition(project(), "web", {.id = "web-run-1"}, false);
  ASSERT_EQ(definition.services.size(), 1U);
  EXPECT_EQ(definition.services.at("web-run-1"),
            (project::Service{.name = "web-run-1",
                              .restart = "no",
                              .deploy = project::Deploy{.memory_limit = 100},
                              .networks = {{"front", {}}}}));
}

TEST(OneOffDefinition, AnswersToTheServicesNamesWhenAsked) {
  const auto definition = one_off_definition(project(), "web", {.id = "x"}, true);
  EXPECT_EQ(definition.services.at("x").networks.at("front").aliases,
            (std::vector<std::string>{"shop", "web"}));
}

}  // namespace
}  // namespace orchestrator::cli
