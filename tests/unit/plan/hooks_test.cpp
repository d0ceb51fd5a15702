// What hooks run: the container of a step, the process of a hook.
#include "orchestrator/plan/hooks.hpp"

#include <gtest/gtest.h>

namespace orchestrator::plan {
namespace {

using project::Hook;
using project::Service;
using project::Strings;

project::Project stack() {
  project::Project project{.name = "app"};
  Service web{.name = "web", .image = "app:1", .command = Strings{"serve"}, .entrypoint = Strings{"/init"}};
  web.rootfs = project::Rootfs{.path = "/srv/root"};
  web.environment = {{"A", "service"}, {"B", "service"}};
  web.working_dir = "/srv";
  web.restart = "always";
  web.ports = {{.target = 80}};
  web.healthcheck = project::HealthCheck{};
  web.depends_on = {{.service = "db"}};
  web.volumes = {{.type = "volume", .source = "data", .target = "/data"},
                 {.type = "tmpfs", .target = "/scratch"}};
  web.volumes_from = {"other"};
  web.networks["default"].aliases = {"www"};
  web.networks["default"].ipv4_address = "10.0.0.9";
  web.pre_start = {{.command = Strings{"migrate"}, .image = "app:1", .environment = {{"B", "step"}}},
                   {.image = "tools:2", .user = "root", .privileged = true, .working_dir = "/"}};
  web.post_start = {{.command = Strings{"register"}}};
  project.services = {{"web", web}};
  return project;
}
Service step(std::size_t number) {
  const std::string id = step_id("web-1", number);
  return step_of(stack(), "web", number, id, "app-web-1").services.at(id);
}

TEST(PreStart, RunsTheStepsCommandWithWhatTheServiceHas) {
  const Service one = step(0);
  EXPECT_EQ(one.name, "web-1-pre_start-0");
  EXPECT_EQ(one.container_name, "app-web-1-pre_start-0");
  EXPECT_EQ(one.command, Strings{"migrate"});
  EXPECT_EQ(one.entrypoint, std::nullopt);
  EXPECT_EQ(one.working_dir, "/srv");
  EXPECT_EQ(one.environment.at("A"), "service");
  EXPECT_EQ(one.environment.at("B"), "step");
  EXPECT_EQ(one.rootfs->path, "/srv/root");
  EXPECT_TRUE(one.networks.contains("default"));
}
TEST(PreStart, HasItsOwnUserPrivilegesAndImage) {
  const Service two = step(1);
  EXPECT_EQ(two.image, "tools:2");
  EXPECT_EQ(two.rootfs, std::nullopt);
  EXPECT_EQ(two.command, std::nullopt);
  EXPECT_EQ(two.user, "root");
  EXPECT_EQ(two.working_dir, "/");
  EXPECT_TRUE(two.privileged);
}
TEST(PreStart, IsNotTheServiceItself) {
  const Service one = step(0);
  EXPECT_EQ(one.restart, "no");
  EXPECT_EQ(one.ports, std::vector<project::Port>{});
  EXPECT_EQ(one.healthcheck, std::nullopt);
  EXPECT_EQ(one.depends_on, std::vector<project::Dependency>{});
  EXPECT_EQ(one.networks.at("default").aliases, Strings{});
  EXPECT_EQ(one.networks.at("default").ipv4_address, "");
  EXPECT_EQ(one.pre_start, std::vector<Hook>{});
  EXPECT_EQ(one.post_start, std::vector<Hook>{});
}
TEST(PreStart, TakesOverTheVolumesOfTheContainerThatItPrepares) {
  EXPECT_EQ(step(0).volumes_from, (Strings{"container:app-web-1", "other"}));
  const auto own = step(0).volumes;
  ASSERT_EQ(own.size(), 1U);
  EXPECT_EQ(own.at(0).target, "/scratch");
}
TEST(PreStart, IsDoneUntilStepsOrRootChange) {
  const Service web = stack().services.at("web");
  Service other = web;
  other.environment["C"] = "1";
  other.rootfs->source.line = 7;
  EXPECT_TRUE(prepares_alike(web, other));
  other.pre_start.pop_back();
  EXPECT_FALSE(prepares_alike(web, other));
  other = web;
  other.rootfs->path = "/srv/new";
  EXPECT_FALSE(prepares_alike(web, other));
}

TEST(Hook, RunsAsTheServiceDoes) {
  const runtime::Process own{
      .terminal = true, .cwd = "/srv", .env = {"A=1", "B=2"}, .args = {"serve"}, .user = {.name = "app"}};
  const runtime::Process hook = hook_process(
      own, {.command = Strings{"flush", "now"}, .environment = {{"B", "3"}, {"C", std::nullopt}}});
  EXPECT_EQ(hook.args, (Strings{"flush", "now"}));
  EXPECT_EQ(hook.env, (Strings{"A=1", "B=3"}));
  EXPECT_EQ(hook.cwd, "/srv");
  EXPECT_EQ(hook.user.name, "app");
  EXPECT_FALSE(hook.terminal);
}
TEST(Hook, HasItsOwnUserDirectoryAndPrivileges) {
  const runtime::Process own{.cwd = "/srv", .user = {.name = "app"}, .capabilities = runtime::Capabilities{}};
  const runtime::Process hook = hook_process(own, {.user = "root", .privileged = true, .working_dir = "/"});
  EXPECT_EQ(hook.user.name, "root");
  EXPECT_EQ(hook.cwd, "/");
  EXPECT_EQ(hook.capabilities, std::nullopt);
}

}  // namespace
}  // namespace orchestrator::plan
