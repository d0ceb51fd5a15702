// The list of instances looks as in docker compose.
#include "orchestrator/cli/ps.hpp"

#include <gtest/gtest.h>

#include "orchestrator/cli/json_output.hpp"
#include "orchestrator/cli/options.hpp"
#include "orchestrator/cli/ps_template.hpp"

namespace orchestrator::cli {
namespace {

using state::Instance;
using state::Phase;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 1'800'000'000 * kSecond;

Instance web() {
  return {.id = "web-1",
          .name = "app-web-1",
          .service = "web",
          .image = "nginx:alpine",
          .command = "/docker-entrypoint.sh nginx",
          .phase = Phase::running,
          .created_ns = kNow - 5 * kSecond,
          .started_ns = kNow - 3 * kSecond,
          .addresses = {{.network = "default"}, {.network = "back"}},
          .ports = {{.host_ip = "0.0.0.0", .host_port = 8080, .container_port = 80}}};
}
Instance job() {
  return {.id = "job-1",
          .name = "app-job-1",
          .service = "job",
          .image = "/",
          .command = "true",
          .phase = Phase::exited,
          .exit = state::Exit{},
          .created_ns = kNow - 9 * kSecond,
          .finished_ns = kNow - 8 * kSecond};
}

TEST(Ps, IsATable) {
  EXPECT_EQ(ps_table({job(), web()}, kNow, true),
            "NAME        IMAGE          COMMAND                  SERVICE   CREATED         STATUS            "
            "         PORTS\n"
            "app-job-1   /              \"true\"                   job       9 seconds ago   Exited (0) 8 "
            "seconds ago\n"
            "app-web-1   nginx:alpine   \"/docker-entrypoint.…\"   web       5 seconds ago   Up 3 seconds    "
            "           "
            "0.0.0.0:8080->80/tcp\n");
}

TEST(Ps, ShowsWholeCommandsOnRequest) {
  EXPECT_NE(ps_table({web()}, kNow, false).find("\"/docker-entrypoint.sh nginx\""), std::string::npos);
}

TEST(Ps, ShowsWhatRunsUnlessAskedForMore) {
  const std::vector<Instance> both{job(), web()};
  EXPECT_EQ(filtered(both, {}), std::vector{web()});
  EXPECT_EQ(filtered(both, {.all = true}), both);
  EXPECT_EQ(filtered(both, {.statuses = {"exited"}}), std::vector{job()});
}

std::string by_template(const std::string& format) {
  return ps_by_template("app", {job(), web()}, kNow, format);
}

TEST(Ps, ByTemplate) {
  EXPECT_EQ(by_template("{{.Name}} is {{ .State }}"), "app-job-1 is exited\napp-web-1 is running\n");
  EXPECT_EQ(by_template("{{.Project}}/{{.Service}}\\t{{.ExitCode}}"), "app/job\t0\napp/web\t0\n");
  EXPECT_EQ(by_template("table {{.Service}}\\t{{.RunningFor}}\\t{{.Ports}}"),
            "SERVICE   CREATED         PORTS\n"
            "job       9 seconds ago\n"
            "web       5 seconds ago   0.0.0.0:8080->80/tcp\n");
}

TEST(Ps, AOneOffContainerIsOfTheServiceItWasMadeLike) {
  Instance task = job();
  task.service = "job-run-1a2b";
  task.one_off_of = "job";
  EXPECT_EQ(ps_by_template("app", {task}, kNow, "{{.Service}}"), "job\n");
  EXPECT_EQ(ps_table({task}, kNow, true).find("job-run"), std::string::npos);
}

TEST(Ps, AnEndThatNobodyKnowsIsNoSuccess) {
  Instance lost = job();
  lost.exit = state::Exit{.lost = true};
  EXPECT_EQ(ps_by_template("app", {lost}, kNow, "{{.ExitCode}} {{.Status}}"),
            "255 Exited (unknown) 8 seconds ago\n");
}

TEST(Ps, WhatIsNoTemplateIsSaid) {
  const auto complaint = [](const std::string& format) -> std::string {
    try {
      return by_template(format);
    } catch (const UsageError& error) {
      return error.what();
    }
  };
  EXPECT_EQ(complaint("xml"),
            "--format is \"table\", \"json\" or a template such as \"{{.Name}}\", not \"xml\"");
  EXPECT_EQ(complaint("{{.Nane}}"), "--format: containers have no field \"Nane\"; did you mean \"Name\"?");
  EXPECT_EQ(complaint("{{json .}}"), "--format: \"{{json .}}\" is not a field such as \"{{.Name}}\"");
  EXPECT_EQ(complaint("{{.Name"), "--format: \"{{\" without \"}}\"");
}

TEST(Ps, AsJsonHasTheKeysOfDockerCompose) {
  EXPECT_EQ(
      json_line("app", web(), kNow),
      R"({"Command":"/docker-entrypoint.sh nginx","CreatedAt":"2027-01-15 07:59:55 +0000 UTC","ExitCode":0,)"
      R"("Health":"","ID":"104dac8671cd","Image":"nginx:alpine","Name":"app-web-1","Networks":"default,back",)"
      R"("Ports":"0.0.0.0:8080->80/tcp","Project":"app","Publishers":[{"Protocol":"tcp","PublishedPort":8080,)"
      R"("TargetPort":80,"URL":"0.0.0.0"}],"RunningFor":"5 seconds ago","Service":"web","State":"running",)"
      R"("Status":"Up 3 seconds"})"
      "\n");
}

}  // namespace
}  // namespace orchestrator::cli
