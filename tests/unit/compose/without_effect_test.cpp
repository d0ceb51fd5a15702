// Nobody shall believe that a limit holds which does not.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

std::string warnings(const std::string& line) { return with(line).warnings(); }

TEST(WithoutEffect, IsSaid) {
  EXPECT_EQ(warnings("cgroup_parent: other.slice"),
            "compose.yaml:5:20: services.web.cgroup_parent has no effect: control groups lie below "
            "mdcompose/PROJECT");
  for (const char* line :
       {"cpu_count: 2", "cpu_percent: 50", "credential_spec: {file: a}", "gpus: all", "isolation: hyperv",
        "storage_opt: {size: 1G}", "use_api_socket: true", "userns_mode: private"})
    EXPECT_NE(warnings(line).find("has no effect: "), std::string::npos) << line;
}

TEST(WithoutEffect, IsSaidOfReservedDevices) {
  EXPECT_EQ(
      warnings("deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}"),
      "compose.yaml:5:50: services.web.deploy.resources.reservations.devices has no effect: name the device "
      "files under \"devices\"");
}

TEST(WithoutEffect, IsNotSaidOfWhatHappensAnyway) {
  EXPECT_EQ(warnings("isolation: default"), "");
  EXPECT_EQ(warnings("userns_mode: host"), "");
}

}  // namespace
}  // namespace orchestrator::compose::test
