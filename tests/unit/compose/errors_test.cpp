// What people are told when a stack file is wrong: all of it at once, with the place and what to do.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

TEST(LoadErrors, UnknownKeysAreSuggested) {
  EXPECT_EQ(errors_with("comand: x\nhostnam: y"),
            "compose.yaml:5:5: services.web: unknown key \"comand\"; did you mean \"command\"?\n"
            "compose.yaml:6:5: services.web: unknown key \"hostnam\"; did you mean \"hostname\"?");
}

TEST(LoadErrors, ExtensionsAreNoUnknownKeys) { EXPECT_EQ(errors_with("x-anything: 1"), ""); }

TEST(LoadErrors, WrongKinds) {
  EXPECT_EQ(errors_with("ports: {a: b}"),
            "compose.yaml:5:12: services.web.ports must be a list, not mapping");
  EXPECT_EQ(errors_with("healthcheck: yes"),
            "compose.yaml:5:18: services.web.healthcheck must be a mapping, not string");
}

TEST(LoadErrors, WrongValues) {
  EXPECT_EQ(errors_with("mem_limit: lots"),
            "compose.yaml:5:16: services.web.mem_limit: \"lots\" is not a size such as 512m or 2g");
  EXPECT_EQ(errors_with("stop_grace_period: soon"),
            "compose.yaml:5:24: services.web.stop_grace_period: \"soon\" is not a duration such as 1m30s");
  EXPECT_EQ(errors_with("restart: sometimes"),
            "compose.yaml:5:14: services.web.restart: \"sometimes\" is none of no, always, on-failure[:N], "
            "unless-stopped");
  EXPECT_EQ(errors_with("x-mdcompose: {schedule: 0 0 31 2 *}"),
            "compose.yaml:5:29: services.web.x-mdcompose: schedule: this time never comes");
  EXPECT_EQ(errors_with("tty: maybe"), "compose.yaml:5:10: services.web.tty: \"maybe\" is not true or false");
}

TEST(LoadErrors, TimesThatAreNone) {
  EXPECT_EQ(errors_with("stop_grace_period: -1s"),
            "compose.yaml:5:24: services.web.stop_grace_period: must not be negative, and is \"-1s\"");
  EXPECT_EQ(
      errors_with("healthcheck: {test: [CMD, a], interval: 10us, timeout: -2s, retries: -1}"),
      "compose.yaml:5:45: services.web.healthcheck.interval: must not be shorter than 1ms, and is \"10µs\"\n"
      "compose.yaml:5:60: services.web.healthcheck.timeout: must not be negative, and is \"-2s\"\n"
      "compose.yaml:5:74: services.web.healthcheck.retries: must not be negative, and is \"-1\"");
  EXPECT_EQ(errors_with("healthcheck: {test: [CMD, a], interval: 0s, timeout: 0s, start_interval: 1ms}"), "");
  EXPECT_NE(errors_with("x-mdcompose: {probe: {tcp: 80, start_interval: 999us}}"), "");
}

TEST(LoadErrors, HooksWithoutACommand) {
  EXPECT_EQ(errors_with("post_start: [{command: [a]}, {command: []}]"),
            "compose.yaml:5:34: services.web.post_start[1]: a hook needs a command");
  for (const std::string hook :
       {"post_start: [{command: ''}]", "pre_stop: [{command: }]", "pre_start: [{user: a}]"})
    EXPECT_NE(errors_with(hook).find("command"), std::string::npos) << hook;
}

TEST(LoadErrors, SignalsThatAreNone) {
  EXPECT_EQ(
      errors_with("stop_signal: SIGTREM"),
      "compose.yaml:5:18: services.web.stop_signal: unknown signal \"SIGTREM\"; did you mean \"SIGTERM\"?");
  for (const std::string name : {"'0'", "'99'", "'-1'", "SIGRTMIN+40"})
    EXPECT_NE(errors_with("stop_signal: " + name), "") << name;
  for (const std::string name : {"SIGQUIT", "term", "'15'", "SIGRTMIN+3", "''"})
    EXPECT_EQ(errors_with("stop_signal: " + name), "") << name;
}

TEST(LoadErrors, ConditionsOfRestartsThatAreNone) {
  EXPECT_EQ(errors_with("deploy: {restart_policy: {condition: on-failur}}"),
            "compose.yaml:5:42: services.web.deploy.restart_policy: condition is none, on-failure, any or "
            "unless-stopped, not \"on-failur\"; did you mean \"on-failure\"?");
  for (const std::string word : {"none", "'no'", "on-failure", "any", "always", "unless-stopped"})
    EXPECT_EQ(errors_with("deploy: {restart_policy: {condition: " + word + "}}"), "") << word;
}

TEST(LoadErrors, NumbersOfUpdatesOutsideTheirRange) {
  EXPECT_EQ(errors_with("deploy: {update_config: {parallelism: -1}}"),
            "compose.yaml:5:43: services.web.deploy.update_config: parallelism must not be negative; 0 means "
            "all at once");
  for (const std::string ratio : {"-0.1", "1.5"})
    EXPECT_NE(errors_with("deploy: {update_config: {max_failure_ratio: " + ratio + "}}"), "") << ratio;
  for (const std::string ratio : {"0", "0.5", "1"})
    EXPECT_EQ(errors_with("deploy: {update_config: {max_failure_ratio: " + ratio + "}}"), "") << ratio;
}

TEST(LoadErrors, NumbersThatMustNotBeNegative) {
  EXPECT_EQ(errors_with("deploy: {replicas: -1}"),
            "compose.yaml:5:24: services.web.deploy.replicas: must not be negative, and is \"-1\"");
  EXPECT_EQ(Stack("name: a\nservices: {web: {rootfs: /}}\nx-mdcompose: {limits: {cpus: -1.5, pids: -1}}\n")
                .errors(),
            "compose.yaml:3:30: x-mdcompose.limits.cpus: must not be negative, and is \"-1.5\"\n"
            "compose.yaml:3:42: x-mdcompose.limits.pids: must not be negative, and is \"-1\"");
}

TEST(LoadErrors, OfAllPhasesComeAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(
      errors_with(
          "user: ${NEEDED?give it}\nprivilegd: true\nmem_limit: lots\nports: ['x']\ntty: [1]\ncgroup: hots"),
      "compose.yaml:5:11: services.web.user: required variable NEEDED is missing a value: give it\n"
      "compose.yaml:6:5: services.web: unknown key \"privilegd\"; did you mean \"privileged\"?\n"
      "compose.yaml:7:16: services.web.mem_limit: \"lots\" is not a size such as 512m or 2g\n"
      "compose.yaml:8:13: services.web.ports[0]: invalid port \"x\": the container's port is no number from "
      "1 to "
      "65535; expected [[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL], such as \"127.0.0.1:8080:80\"\n"
      "compose.yaml:9:10: services.web.tty must be a string or true or false, not list\n"
      "compose.yaml:10:13: services.web.cgroup: \"hots\" is none of host, private; did you mean \"host\"?");
}

TEST(LoadErrors, NamesAndAddressesThatAreNone) {
  EXPECT_EQ(errors_with("environment: ['A =1']"),
            "compose.yaml:5:19: services.web.environment: a blank ends the name in \"A =1\"; write the \"=\" "
            "right behind "
            "the name");
  EXPECT_EQ(
      errors_with("extra_hosts: [lonely]"),
      "compose.yaml:5:19: services.web.extra_hosts: invalid extra host \"lonely\"; expected name=address");
}

TEST(LoadErrors, Circles) {
  EXPECT_EQ(Stack("name: a\nservices:\n  a: {rootfs: /, depends_on: [b]}\n  b: {rootfs: /, depends_on: [c]}\n"
                  "  c: {rootfs: /, depends_on: [b]}\n")
                .errors(),
            "compose.yaml:4:31: dependencies go in a circle: b -> c -> b");
}

TEST(LoadErrors, UndefinedNames) {
  EXPECT_EQ(
      Stack("name: a\nservices: {web: {rootfs: /, depends_on: [databse]}, database: {rootfs: /}}").errors(),
      "compose.yaml:2:42: services.web.depends_on: service \"databse\" is not defined; did you mean "
      "\"database\"?");
  EXPECT_NE(errors_with("networks: [nowhere]").find("network \"nowhere\" is not defined"), std::string::npos);
  EXPECT_NE(errors_with("secrets: [none]").find("secret \"none\" is not defined"), std::string::npos);
}

TEST(LoadErrors, NoServices) {
  EXPECT_EQ(Stack("name: a\n").errors(), "compose.yaml:1:1: the stack file has no services");
}

TEST(LoadErrors, NoFile) {
  Stack stack("x: 1");
  stack.options.working_directory = "/proc";
  EXPECT_NE(stack.errors().find("no stack file found"), std::string::npos);
}

TEST(LoadErrors, BrokenYaml) { EXPECT_EQ(Stack("services: [\n").errors().substr(0, 13), "compose.yaml:"); }

TEST(LoadErrors, DuplicateKeys) {
  EXPECT_NE(errors_with("user: a\nuser: b").find("user"), std::string::npos);
}

TEST(LoadErrors, AliasesThatHoldThemselvesAndBombs) {
  EXPECT_NE(Stack("a: &a [*a]\nservices: {}\n").errors(), "");
  std::string bomb = "x-0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*x" + std::to_string(i - 1);
    bomb += "x-" + std::to_string(i) + ": &x" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_NE(Stack(bomb + "services: {web: {rootfs: /}}\n").errors(), "");
}

TEST(LoadErrors, BadProjectName) {
  Stack stack("services: {web: {rootfs: /}}");
  stack.options.project_name = "Not Good";
  EXPECT_EQ(stack.errors(),
            "invalid project name \"Not Good\" in --project-name: it is made of lower-case letters, digits, "
            "\"-\" and "
            "\"_\", and starts with a letter or digit; did you mean \"notgood\"?");
}

TEST(LoadWarnings, ANameInTheFileIsMadeNormal) {
  const Stack stack("name: Not Good\nservices: {web: {rootfs: /}}");
  EXPECT_EQ(stack.project().name, "notgood");
  EXPECT_EQ(stack.warnings(),
            "compose.yaml:1:7: the project is called \"notgood\": \"Not Good\" is no project name");
}

TEST(LoadWarnings, VersionIsObsolete) {
  EXPECT_EQ(Stack("version: '3'\nname: a\nservices: {web: {rootfs: /}}").warnings(),
            "compose.yaml:1:10: \"version\" is obsolete and has no effect");
}

}  // namespace
}  // namespace orchestrator::compose::test
