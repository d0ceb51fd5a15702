// What a config.json may say, and what is added to it.
#include "runtime/mdrun/bundle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "runtime/container/container.hpp"
#include "runtime/spec/json.hpp"

namespace runtime::mdrun {
namespace {

using testing::Contains;

/// What is wrong with the default once `change` has been made; "" for nothing.
std::string error_with(const std::function<void(Spec&)>& change) {
  Spec spec = default_spec();
  change(spec);
  try {
    check(spec);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(Check, HasNothingAgainstTheDefaults) {
  EXPECT_EQ(error_with([](Spec&) {}), "");
  EXPECT_NO_THROW(check(default_rootless_spec(1000, 1000)));
}

TEST(Check, VersionIsOneOfOurs) {
  EXPECT_EQ(error_with([](Spec& spec) { spec.oci_version = ""; }), "ociVersion is missing");
  EXPECT_EQ(error_with([](Spec& spec) { spec.oci_version = "2.0.0"; }),
            "ociVersion 2.0.0 is not supported: expected 1.0.0 or a later 1.x");
  EXPECT_EQ(error_with([](Spec& spec) { spec.oci_version = "1.2.1-dev"; }), "");
}

TEST(Check, RootIsNeeded) {
  EXPECT_EQ(error_with([](Spec& spec) { spec.root.path = ""; }), "root.path is missing");
}

TEST(Check, ProcessMayBeMissingUntilItIsStarted) {
  EXPECT_EQ(error_with([](Spec& spec) { spec.process = {}; }), "");
}

TEST(Check, WorkingDirectoryIsAbsolute) {
  EXPECT_EQ(error_with([](Spec& spec) { spec.process.cwd = "srv"; }),
            "process.cwd: expected an absolute path, not \"srv\"");
}

TEST(Check, LimitIsSetOnce) {
  EXPECT_EQ(error_with([](Spec& spec) {
              spec.process.rlimits = {{.type = "RLIMIT_CORE"}, {.type = "RLIMIT_CORE"}};
            }),
            "process.rlimits: RLIMIT_CORE is there twice");
}

TEST(Check, NamespacesFit) {
  const auto error_of = [](std::vector<Namespace> namespaces) {
    return error_with([&](Spec& spec) { spec.linux.namespaces = namespaces; });
  };
  EXPECT_EQ(error_of({}), "linux.namespaces: a mount namespace of its own is missing");
  EXPECT_EQ(error_of({{NamespaceType::mount, "/proc/1/ns/mnt"}}),
            "linux.namespaces: a mount namespace of its own is missing");
  EXPECT_EQ(error_of({{NamespaceType::mount}, {NamespaceType::pid}, {NamespaceType::pid}}),
            "linux.namespaces: one type is there twice");
  EXPECT_EQ(error_of({{NamespaceType::mount}, {NamespaceType::pid, "ns/pid"}}),
            "linux.namespaces: ns/pid is no absolute path");
  EXPECT_EQ(error_of({{NamespaceType::mount}, {NamespaceType::user, "/proc/1/ns/user"}}),
            "linux.namespaces: joining an existing user namespace is not supported");
  EXPECT_EQ(error_of({{NamespaceType::mount}, {NamespaceType::user}}),
            "linux.uidMappings and linux.gidMappings are missing for the user namespace");
}

TEST(Check, HostIsNotRenamed) {
  const auto in_uts_of_host = [](Spec& spec) {
    std::erase_if(spec.linux.namespaces, [](const Namespace& one) { return one.type == NamespaceType::uts; });
  };
  EXPECT_EQ(error_with(in_uts_of_host), "hostname wants a uts namespace: it would rename the host");
}

TEST(Check, PathsAreAbsolute) {
  EXPECT_EQ(error_with([](Spec& spec) { spec.linux.masked_paths = {"proc/keys"}; }),
            "linux.maskedPaths, linux.readonlyPaths: \"proc/keys\" is no absolute path");
  EXPECT_EQ(error_with([](Spec& spec) { spec.linux.devices = {{.path = "dev/x"}}; }),
            "linux.devices: \"dev/x\" is no absolute path");
  EXPECT_EQ(error_with([](Spec& spec) { spec.linux.devices = {{.type = 'x', .path = "/dev/x"}}; }),
            "linux.devices: unknown type \"x\" of /dev/x");
}

TEST(Check, CgroupIsBelowTheBase) {
  const auto error_of = [](const std::string& path) {
    return error_with([&](Spec& spec) { spec.linux.cgroups_path = path; });
  };
  EXPECT_EQ(error_of("/a/../../b"), "linux.cgroupsPath: \"/a/../../b\" leads up");
  EXPECT_EQ(error_of("//"), "linux.cgroupsPath: a container cannot be in the topmost cgroup");
  EXPECT_EQ(error_of("/a/..b"), "");
}

TEST(Check, PropagationIsAKnownWord) {
  EXPECT_EQ(error_with([](Spec& spec) { spec.linux.rootfs_propagation = "rslave"; }), "");
  EXPECT_EQ(error_with([](Spec& spec) { spec.linux.rootfs_propagation = "ro"; }),
            "linux.rootfsPropagation: unknown word \"ro\"");
}

TEST(Complete, RelativePathsAreThoseOfTheBundle) {
  Spec spec = default_spec();
  spec.mounts = {{.destination = "/a", .type = "bind", .source = "data"},
                 {.destination = "/b", .source = "data", .options = {"rbind"}},
                 {.destination = "/c", .type = "bind", .source = "/data"},
                 {.destination = "/d", .type = "tmpfs", .source = "tmpfs"}};
  complete(spec, "/bundle");
  EXPECT_EQ(spec.root.path, "/bundle/rootfs");
  EXPECT_EQ(spec.mounts[0].source, "/bundle/data");
  EXPECT_EQ(spec.mounts[1].source, "/bundle/data");
  EXPECT_EQ(spec.mounts[2].source, "/data");
  EXPECT_EQ(spec.mounts[3].source, "tmpfs");
}

TEST(Complete, NobodyHasCapabilitiesThatAreNotGiven) {
  Spec spec;
  complete(spec, "/bundle");
  EXPECT_EQ(spec.process.capabilities, Capabilities{});
}

TEST(Complete, DevicesAreDeniedButForThoseOfEverybody) {
  Spec spec;
  const DeviceRule fuse{.allow = true, .type = 'c', .major = 10, .minor = 229};
  spec.linux.resources.devices = {fuse};
  complete(spec, "/bundle");
  const auto& rules = spec.linux.resources.devices;
  EXPECT_EQ(rules.front(), (DeviceRule{.allow = false, .type = 'a'}));
  EXPECT_EQ(rules[1], fuse);
  EXPECT_THAT(rules, Contains(DeviceRule{.allow = true, .type = 'c', .major = 1, .minor = 3}));
  EXPECT_EQ(std::count(rules.begin(), rules.end(), rules.front()), 1);
}

TEST(DefaultSpec, IsWhatItIsReadAs) { EXPECT_EQ(spec_from_json(to_json(default_spec())), default_spec()); }

TEST(DefaultSpec, ForAnOrdinaryUserMapsHimToRoot) {
  const Spec spec = default_rootless_spec(1000, 100);
  EXPECT_THAT(spec.linux.namespaces, Contains(Namespace{NamespaceType::user}));
  EXPECT_EQ(spec.linux.uid_mappings.at(0), (IdMapping{.container_id = 0, .host_id = 1000, .size = 1}));
  EXPECT_EQ(spec.linux.gid_mappings.at(0), (IdMapping{.container_id = 0, .host_id = 100, .size = 1}));
  EXPECT_EQ(spec.linux.resources, Resources{});
}

}  // namespace
}  // namespace runtime::mdrun
