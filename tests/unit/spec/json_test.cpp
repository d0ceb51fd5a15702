// config.json, there and back.
#include "runtime/spec/json.hpp"

#include <gtest/gtest.h>

namespace runtime {
namespace {

Spec everything() {
  Spec spec;
  spec.root = {.path = "rootfs",
               .readonly = true,
               .overlay = Overlay{.lower = {"/a", "/b"}, .upper = "/u", .work = "/w"}};
  spec.mounts = {{.destination = "/proc", .type = "proc", .source = "proc", .options = {"nosuid"}}};
  spec.process = {.terminal = true,
                  .rows = 24,
                  .columns = 80,
                  .cwd = "/srv",
                  .create_cwd = true,
                  .env = {"A=1"},
                  .args = {"sh"},
                  .user = {.uid = 1,
                           .gid = 2,
                           .umask = 022,
                           .additional_gids = {3},
                           .name = "app",
                           .additional_groups = {"g"}},
                  .capabilities = Capabilities{.bounding = {"CAP_KILL"}, .ambient = {"CAP_CHOWN"}},
                  .rlimits = {{.type = "RLIMIT_NOFILE", .soft = 1, .hard = UINT64_MAX}},
                  .no_new_privileges = true,
                  .oom_score_adj = -5};
  spec.hostname = "box";
  spec.linux.namespaces = {{NamespaceType::pid}, {NamespaceType::network, "/proc/1/ns/net"}};
  spec.linux.uid_mappings = {{.container_id = 0, .host_id = 1000, .size = 1}};
  spec.linux.devices = {{.type = 'b', .path = "/dev/x", .major = 8, .minor = 1, .mode = 0600}};
  spec.linux.cgroups_path = "a/b";
  spec.linux.resources = {.devices = {{.allow = true, .type = 'c', .major = 1, .access = "r"}},
                          .memory = {.limit = 1 << 20, .swap = -1, .disable_oom_killer = true},
                          .cpu = {.shares = 5, .quota = -1, .period = 100000, .cpus = "0-1"},
                          .block_io = {.weight = 500,
                                       .weight_device = {{.major = 8, .weight = 10}},
                                       .throttle_write_iops = {{.major = 8, .rate = 7}}},
                          .pids_limit = 100,
                          .unified = {{"memory.high", "1"}}};
  spec.linux.seccomp.mode = SeccompMode::standard;
  spec.linux.sysctl = {{"net.ipv4.ip_forward", "1"}};
  spec.linux.masked_paths = {"/proc/kcore"};
  spec.annotations = {{"k", "v"}};
  spec.hooks = {.prestart = {{.path = "/a", .args = {"a", "b"}, .env = {"K=v"}, .timeout = 3}},
                .create_runtime = {{.path = "/b"}},
                .create_container = {{.path = "/c"}},
                .start_container = {{.path = "/d"}},
                .poststart = {{.path = "/e"}},
                .poststop = {{.path = "/f"}, {.path = "/g"}}};
  spec.init = true;
  return spec;
}

TEST(SpecJson, ComesBackAsItWasWritten) { EXPECT_EQ(spec_from_json(to_json(everything())), everything()); }

TEST(SpecJson, SeccompProfileComesBack) {
  Spec spec;
  spec.linux.seccomp = {
      .mode = SeccompMode::profile,
      .profile = {.default_action = "SCMP_ACT_ERRNO",
                  .default_errno_ret = 38,
                  .architectures = {"SCMP_ARCH_X86_64"},
                  .syscalls = {{.names = {"read"},
                                .action = "SCMP_ACT_ALLOW",
                                .args = {{.index = 1, .value = 2, .value_two = 3, .op = "SCMP_CMP_EQ"}}}}}};
  EXPECT_EQ(spec_from_json(to_json(spec)), spec);
}

std::string error_of(std::string_view text) {
  try {
    (void)spec_from_json(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(SpecJson, ErrorsNameThePlace) {
  EXPECT_EQ(error_of(R"({"process": {"cwd": 3}})"), "process.cwd: expected a string");
  EXPECT_EQ(error_of(R"({"process": {"args": ["a", 1]}})"), "process.args[1]: expected a string");
  EXPECT_EQ(error_of(R"({"linux": {"namespaces": [{"type": "time travel"}]}})"),
            "linux.namespaces[0]: expected a namespace type, not \"time travel\"");
  EXPECT_EQ(error_of(R"({"mounts": [{"type": "proc"}]})"), "mounts[0]: expected a destination");
  EXPECT_NE(error_of("{").find("not valid JSON"), std::string::npos);
}

TEST(SpecJson, NumbersThatDoNotFitAreNoOtherNumbers) {
  EXPECT_EQ(error_of(R"({"process": {"user": {"uid": 4294967296}}})"),
            "process.user.uid: expected a whole number from 0 to 4294967295");
  EXPECT_EQ(error_of(R"({"process": {"user": {"gid": -1}}})"),
            "process.user.gid: expected a whole number from 0 to 4294967295");
  EXPECT_EQ(error_of(R"({"process": {"oomScoreAdj": 1.5}})"),
            "process.oomScoreAdj: expected a whole number from -2147483648 to 2147483647");
  EXPECT_EQ(error_of(R"({"process": {"rlimits": [{"soft": 18446744073709551615}]}})"), "");
}

TEST(SpecJson, UnsupportedPropertiesAreRefusedWhereTheyAskForSomething) {
  EXPECT_EQ(error_of(R"({"linux": {"intelRdt": {"closID": "x"}}})"), "linux.intelRdt is not supported");
  EXPECT_EQ(error_of(R"({"process": {"ioPriority": {"class": "IOPRIO_CLASS_RT"}}})"),
            "process.ioPriority is not supported");
  EXPECT_EQ(error_of(R"({"mounts": [{"destination": "/x", "uidMappings": [{"size": 1}]}]})"),
            "mounts[0].uidMappings is not supported");
  EXPECT_EQ(error_of(R"({"linux": {"resources": {"network": {"classID": 5}}}})"),
            "linux.resources.network is not supported");
  EXPECT_EQ(
      error_of(R"({"linux": {"mountLabel": "", "resources": {"network": {"classID": 0}, "rdma": {}}}})"), "");
}

TEST(SpecJson, PropertiesNobodyKnowsArePassedOver) {
  EXPECT_EQ(error_of(R"({"ourOwn": {"process": 3}})"), "");
}

TEST(SpecJson, DestinationOfAMountIsBelowTheRoot) {
  EXPECT_EQ(spec_from_json(R"({"mounts": [{"destination": "data"}]})").mounts.at(0).destination, "/data");
}

TEST(SpecJson, HooksAreChecked) {
  EXPECT_EQ(error_of(R"({"hooks": {"poststop": [{"path": "hook"}]}})"),
            "hooks.poststop[0]: expected an absolute path");
  EXPECT_EQ(error_of(R"({"hooks": {"prestart": [{"path": "/hook", "timeout": 0}]}})"),
            "hooks.prestart[0]: expected a timeout greater than zero");
}

TEST(SpecJson, VersionIsEmptyWhereItIsMissing) { EXPECT_EQ(spec_from_json("{}").oci_version, ""); }

TEST(SpecJson, ProcessAndResourcesStandAlone) {
  EXPECT_EQ(process_from_json(R"({"args": ["sh"], "cwd": "/x"})"), (Process{.cwd = "/x", .args = {"sh"}}));
  EXPECT_EQ(resources_from_json(R"({"pids": {"limit": 5}})").pids_limit, 5);
}

}  // namespace
}  // namespace runtime
