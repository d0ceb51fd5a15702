// A project survives its way to the supervisor.
#include "orchestrator/project/json.hpp"

#include <gtest/gtest.h>

namespace orchestrator::project {
namespace {

using namespace std::chrono_literals;

Service web() {
  return {.name = "web",
          .source = {.file = "compose.yaml", .line = 3, .column = 5},
          .rootfs = Rootfs{.path = "/"},
          .command = Strings{},
          .environment = {{"SET", "1"}, {"UNSET", std::nullopt}},
          .depends_on = {{.service = "db", .required = false}},
          .healthcheck = HealthCheck{.test = {"CMD", "true"}, .interval = 1500ms, .retries = 0},
          .volumes = {{.type = "bind", .source = "/a", .target = "/b", .create_host_path = false}},
          .cpus = 0.5,
          .networks = {{"default", {.aliases = {"www"}}}},
          .attach = false};
}

TEST(ProjectJson, ComesBackAsItWasWritten) {
  const Project project{
      .name = "app",
      .services = {{"web", web()}, {"db", {.name = "db", .tty = true}}},
      .networks = {{"default", {.key = "default", .name = "app_default", .internal = true}}},
      .configs = {{"c", {.key = "c", .content = ""}}}};
  EXPECT_EQ(from_json(to_json(project)), project);
}

TEST(ProjectJson, NonsenseIsRefused) {
  EXPECT_THROW(from_json("{"), std::runtime_error);
  EXPECT_THROW(from_json(R"({"services": {"web": {"command": 3, "tty": "x"}}})"), std::runtime_error);
}

TEST(ServiceHash, ChangesWithTheDefinition) {
  Service other = web();
  other.environment["SET"] = "2";
  EXPECT_NE(service_hash(other), service_hash(web()));
}

TEST(ServiceHash, IgnoresPlacesDependenciesAndReplicas) {
  Service other = web();
  other.source.line = 99;
  other.rootfs->source.line = 7;
  other.depends_on.clear();
  other.scale = 3;
  EXPECT_EQ(service_hash(other), service_hash(web()));
}

}  // namespace
}  // namespace orchestrator::project
