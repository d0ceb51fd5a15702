// What is ours alone stands under x-mdcompose, and is as closed as the specification's own mappings.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

TEST(OwnKeys, AreKnownOnServices) {
  EXPECT_EQ(errors_with("x-mdcompose: {oneshot: once, on_unhealthy: restart, hold: true, "
                        "probe: {tcp: 5432, interval: 2s}, strict_limits: true, schedule: '0 3 * * *'}"),
            "");
  EXPECT_EQ(errors_with("ports: ['80']\nx-mdcompose: {activation: on-demand, idle_timeout: 5m}"), "");
}
TEST(OwnKeys, AreKnownAtTheTop) {
  EXPECT_EQ(
      Stack("name: a\nservices: {web: {rootfs: /}}\nx-mdcompose: {publish_address: 127.0.0.1, "
            "publish: nat, outbound: uplink, limits: {cpus: '2'}, strict_limits: true, eager_probes: false}")
          .errors(),
      "");
}
TEST(OwnKeys, UnknownOnesAreSuggested) {
  EXPECT_EQ(
      errors_with("x-mdcompose: {oneshoot: once}"),
      "compose.yaml:5:19: services.web.x-mdcompose: unknown key \"oneshoot\"; did you mean \"oneshot\"?");
  EXPECT_EQ(Stack("name: a\nservices: {web: {rootfs: /}}\nx-mdcompose: {publich: nat}").errors(),
            "compose.yaml:3:15: x-mdcompose: unknown key \"publich\"; did you mean \"publish\"?");
}
TEST(OwnKeys, LimitsForAllAreNoneOfAService) {
  EXPECT_EQ(
      errors_with("x-mdcompose: {limits: {memory: 64m}}"),
      "compose.yaml:5:19: services.web.x-mdcompose: unknown key \"limits\"; those of a container are cpus, "
      "mem_limit and pids_limit, and x-mdcompose.limits of the whole file is for all");
}
TEST(OwnKeys, StrictLimitsHoldForAServiceOrForAll) {
  EXPECT_EQ(web("").strict_limits, std::nullopt);
  EXPECT_EQ(web("x-mdcompose: {strict_limits: true}").strict_limits, true);
  const Stack stack(
      "name: a\nx-mdcompose: {strict_limits: true}\n"
      "services: {web: {rootfs: /}, db: {rootfs: /, x-mdcompose: {strict_limits: false}}}");
  EXPECT_TRUE(stack.project().strict_limits);
  EXPECT_EQ(stack.project().services.at("web").strict_limits, true);
  EXPECT_EQ(stack.project().services.at("db").strict_limits, false);
}
TEST(OwnKeys, WrongWordsAreSuggested) {
  EXPECT_EQ(
      errors_with("x-mdcompose: {on_unhealthy: restrat}"),
      "compose.yaml:5:33: services.web.x-mdcompose.on_unhealthy: \"restrat\" is none of restart, stop, none; "
      "did you mean \"restart\"?");
}

TEST(Schedule, IsAnIntervalOrTimes) {
  EXPECT_EQ(web("x-mdcompose: {schedule: 10m}").schedule,
            (project::Schedule{.every = std::chrono::minutes(10)}));
  EXPECT_EQ(web("x-mdcompose: {schedule: '0 3 * * *'}").schedule, (project::Schedule{.cron = "0 3 * * *"}));
  EXPECT_EQ(web("x-mdcompose: {schedule: {cron: '@daily', missed: skip}}").schedule,
            (project::Schedule{.cron = "@daily", .makes_up = false}));
  EXPECT_EQ(web("x-mdcompose: {schedule: {every: 1h30m}}").schedule,
            (project::Schedule{.every = std::chrono::minutes(90)}));
}
TEST(Schedule, SaysWhatIsWrong) {
  EXPECT_EQ(errors_with("x-mdcompose: {schedule: '0 25 * * *'}"),
            "compose.yaml:5:29: services.web.x-mdcompose: schedule: \"25\" is no hour");
  EXPECT_EQ(errors_with("x-mdcompose: {schedule: {cron: '@daily', every: 1h}}"),
            "compose.yaml:5:29: services.web.x-mdcompose.schedule: either cron or every is wanted");
  EXPECT_NE(errors_with("x-mdcompose: {schedule: 10ms}").find("at most once a second"), std::string::npos);
}

TEST(Hooks, AreReadInOrder) {
  const project::Service service =
      web("post_start: [{command: a b, user: u, privileged: true, working_dir: /w, environment: {A: 1}}, "
          "{command: "
          "[c]}]\npre_stop: [{command: d}]\npre_start: [{command: e, per_replica: true}]");
  EXPECT_EQ(service.post_start, (std::vector<project::Hook>{{.command = project::Strings{"a", "b"},
                                                             .user = "u",
                                                             .privileged = true,
                                                             .working_dir = "/w",
                                                             .environment = {{"A", "1"}}},
                                                            {.command = project::Strings{"c"}}}));
  EXPECT_EQ(service.pre_stop, (std::vector<project::Hook>{{.command = project::Strings{"d"}}}));
  EXPECT_EQ(service.pre_start,
            (std::vector<project::Hook>{{.command = project::Strings{"e"}, .per_replica = true}}));
}

std::string wrong_dependency(const std::string& text) {
  return Stack("name: a\nservices: {web: {rootfs: /, x-mdcompose: {depends_on: {db: {" + text +
               "}}}}, db: {rootfs: /}}")
      .errors();
}
TEST(OwnConditions, AreDependenciesForEverybody) {
  const Stack stack(
      "name: a\nservices:\n  db: {rootfs: /}\n  job: {rootfs: /}\n"
      "  web: {rootfs: /, depends_on: [db], x-mdcompose: {depends_on: {db: {log: ready}, "
      "job: {condition: service_completed, required: false}}}}\n");
  const auto list = stack.project().services.at("web").depends_on;
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].service, "db");
  EXPECT_EQ(list[0].condition, "service_log_ready");
  EXPECT_EQ(list[0].log, "ready");
  EXPECT_EQ(list[1].service, "job");
  EXPECT_EQ(list[1].condition, "service_completed");
  EXPECT_FALSE(list[1].required);
}
TEST(OwnConditions, SayWhatIsWrong) {
  EXPECT_NE(wrong_dependency("log: '('").find("is no regular expression"), std::string::npos);
  EXPECT_NE(wrong_dependency("condition: service_log_ready").find("go together"), std::string::npos);
  EXPECT_NE(wrong_dependency("condition: service_ready").find("is none of"), std::string::npos);
}
TEST(OwnConditions, MakeCirclesAsOthersDo) {
  EXPECT_NE(Stack("name: a\nservices: {web: {rootfs: /, depends_on: [db]}, db: {rootfs: /, x-mdcompose: "
                  "{depends_on: {web: {log: x}}}}}")
                .errors(),
            "");
}
TEST(Publish, ForTheFileIsForServicesThatDoNotSayOtherwise) {
  const Stack stack(
      "name: a\nx-mdcompose: {publish: nat, outbound: uplink}\nservices:\n  web: {rootfs: /}\n"
      "  own: {rootfs: /, x-mdcompose: {publish: proxy}}\n"
      "  late: {rootfs: /, x-mdcompose: {activation: on-demand}}\n");
  const project::Project project = stack.project();
  EXPECT_TRUE(project.services.at("web").access.nat);
  EXPECT_FALSE(project.services.at("own").access.nat);
  EXPECT_FALSE(project.services.at("late").access.nat);
  EXPECT_EQ(project.outbound, "uplink");
}
TEST(Publish, ByNatHidesClientsFromActivation) {
  EXPECT_EQ(errors_with("ports: ['80']\nx-mdcompose: {publish: nat, activation: on-demand}"),
            "compose.yaml:6:28: services.web.x-mdcompose: a service with activation: on-demand cannot have "
            "publish: nat");
}
TEST(OnDependency, IsOneOfThreeWords) {
  EXPECT_EQ(web("x-mdcompose: {on_dependency: stop}").on_dependency, "stop");
  EXPECT_NE(errors_with("x-mdcompose: {on_dependency: die}"), "");
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
