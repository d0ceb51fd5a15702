// What mdrun writes down, and what it tells engines.
#include "runtime/mdrun/documents.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace runtime::mdrun {
namespace {

using testing::HasSubstr;

Record record() {
  return {.id = "web",
          .bundle = "/bundles/web",
          .rootfs = "/bundles/web/rootfs",
          .created = "2026-01-02T03:04:05.000000006Z",
          .owner = 7,
          .phase = Phase::created,
          .process = {.pid = 42, .inode = 4711, .start_ticks = 12, .boot_id = "boot"},
          .cgroup = {.unified = "/sys/fs/cgroup/web", .v1 = {"/sys/fs/cgroup/pids/web"}},
          .cgroup_parents = {"/sys/fs/cgroup/a"},
          .hooks = true,
          .annotations = {{"key", "value"}}};
}

TEST(StateFile, ComesBackAsItWasWritten) { EXPECT_EQ(record_from_json(to_json(record())), record()); }

TEST(StateFile, OfSomebodyElseIsNotUnderstood) {
  EXPECT_THROW(record_from_json("{}"), std::runtime_error);
  EXPECT_THROW(record_from_json("["), std::runtime_error);
}

TEST(State, IsThatOfTheSpecification) {
  EXPECT_EQ(state_json(record(), Status::running), R"({
  "ociVersion": "1.0.2",
  "id": "web",
  "status": "running",
  "pid": 42,
  "bundle": "/bundles/web",
  "rootfs": "/bundles/web/rootfs",
  "created": "2026-01-02T03:04:05.000000006Z",
  "owner": 7,
  "annotations": {
    "key": "value"
  }
}
)");
}

TEST(State, OfAStoppedContainerHasNoProcess) {
  EXPECT_THAT(state_json(record(), Status::stopped), HasSubstr("\"status\": \"stopped\",\n  \"pid\": 0,"));
}

TEST(LogLine, IsOneObject) {
  EXPECT_EQ(log_line_json("error", "say \"no\"", "now"),
            "{\"level\":\"error\",\"msg\":\"say \\\"no\\\"\",\"time\":\"now\"}\n");
}

TEST(Features, NameWhatIsUnderstood) {
  const std::string features = features_json();
  for (const char* word : {"\"ociVersionMin\": \"1.0.0\"", "\"createContainer\"", "\"rslave\"", "\"CAP_BPF\"",
                           "\"SCMP_ACT_KILL_PROCESS\"", "\"SCMP_CMP_MASKED_EQ\"", "\"SCMP_ARCH_AARCH64\""})
    EXPECT_THAT(features, HasSubstr(word));
}

}  // namespace
}  // namespace runtime::mdrun
