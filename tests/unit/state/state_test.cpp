// The records and messages survive being written and read again.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "orchestrator/state/control.hpp"

namespace orchestrator::state {
namespace {

Instance running_web() {
  return {.id = "web-1",
          .name = "app-web-1",
          .service = "web",
          .goes_when_ended = true,
          .speaks_for = "db-1",
          .phase = Phase::running,
          .health = Health::unhealthy,
          .probes = {{.at_ns = 5, .exit_code = 1, .output = "refused"}},
          .oom_kills = 2,
          .exit = Exit{.code = 137,
                       .signal = 9,
                       .signal_sent = 15,
                       .oom_killed = true,
                       .started = false,
                       .memory_limit = 64,
                       .memory_peak = 63,
                       .limit_of_stack = true},
          .last_exit = Exit{.code = 1},
          .last_finished_ns = 3,
          .ended_by = EndCause::dependency,
          .waits_for = {"app-db-1 to be healthy"},
          .waits_since_ns = 6,
          .replaces = "web-1b",
          .history = {.failures = 3, .short_lives = {1, 2}, .crash_looping = true, .due_ns = 9},
          .ignores_dependencies = true,
          .starts_again = true,
          .gave_up = true,
          .wanted = true,
          .prepared = 2,
          .started_boottime_ns = 4,
          .next_run_ns = 6,
          .boot_id = "b",
          .greeted = 3,
          .said = {"ready"},
          .bound_to = {{"db-1", 7}},
          .pid = 7,
          .pidfd_inode = 1ULL << 40,
          .cgroup_v1 = {"/sys/fs/cgroup/pids/x"},
          .addresses = {{.network = "default", .ipv4 = "10.0.0.2"}},
          .ports = {{.host_ip = "127.0.0.1", .host_port = 8080, .container_port = 80}}};
}

TEST(InstanceRecord, ComesBackAsItWasWritten) {
  EXPECT_EQ(instance_from_json(to_json(running_web())), running_web());
}

TEST(InstanceRecord, IsValidJsonWhateverAProbePrinted) {
  Instance instance = running_web();
  instance.probes[0].output = "\xff\xfe";
  EXPECT_NO_THROW(instance_from_json(to_json(instance)));
}

TEST(InstanceRecord, BrokenFileIsMovedAsideAndTheOthersAreRead) {
  std::string directory = std::filesystem::temp_directory_path() / "mdcompose-state-XXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  const ProjectPaths paths = paths_of({.runtime = directory, .data = directory}, "app");
  std::filesystem::create_directories(paths.instance("web-1"));
  std::filesystem::create_directories(paths.instance("db-1"));
  save(paths, running_web());
  std::ofstream(paths.state_file("db-1")) << "{\"id\": \"db";
  EXPECT_EQ(load_instances(paths), std::vector<Instance>{running_web()});
  EXPECT_TRUE(std::filesystem::exists(paths.state_file("db-1") + ".bad"));
  std::filesystem::remove_all(directory);
}

TEST(ContainerId, IsAnotherOneForEveryContainerAndStaysWithIt) {
  Instance web{.id = "web-1", .name = "app-web-1", .created_ns = 1};
  const std::string id = container_id(web);
  EXPECT_EQ(id.size(), 12U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  Instance anew = web;
  anew.created_ns = 2;
  EXPECT_NE(container_id(anew), id);
  EXPECT_NE(container_id({.id = "db-1", .name = "app-db-1", .created_ns = 1}), id);
  web.generation = 7;
  web.phase = Phase::exited;
  EXPECT_EQ(container_id(web), id);
  EXPECT_TRUE(is_named(web, id));
  EXPECT_TRUE(is_named(web, "app-web-1"));
  EXPECT_FALSE(is_named(web, "web-1"));
}

TEST(ControlMessage, RequestComesBackAsItWasSent) {
  const Request request{.verb = "up",
                        .project = R"({"name":"a"})",
                        .services = {"web"},
                        .lease = true,
                        .abort_on = "exit",
                        .timeout = std::chrono::seconds(3),
                        .scale = {{"web", 2}}};
  EXPECT_EQ(request_from_line(to_line(request)), request);
}

TEST(ControlMessage, EventComesBackAsItWasSent) {
  const Event event{.type = EventType::instance, .name = "app-web-1", .instance = running_web()};
  EXPECT_EQ(event_from_line(to_line(event)), event);
}

TEST(ControlMessage, NonsenseIsOneSentence) {
  EXPECT_THROW(request_from_line("{"), std::runtime_error);
  EXPECT_THROW(event_from_line(R"({"type":"party"})"), std::runtime_error);
}

TEST(ProjectPaths, LeadNowhereElse) {
  for (const std::string name : {"..", "../../etc", ".", "", "a/b", "/etc", "-a", "a b"})
    EXPECT_THROW((void)paths_of({.runtime = "/run/x", .data = "/data/x"}, name), std::invalid_argument)
        << name;
}

}  // namespace
}  // namespace orchestrator::state
