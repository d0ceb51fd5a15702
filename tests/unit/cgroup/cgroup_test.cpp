// What the kernel's tables say, and which files limits go into.
#include <gtest/gtest.h>

#include "runtime/cgroup/detect.hpp"
#include "runtime/cgroup/device_filter.hpp"
#include "runtime/cgroup/settings.hpp"

namespace runtime::cgroup {
namespace {

constexpr const char* kHybrid =
    "25 20 0:22 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
    "26 25 0:23 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
    "27 25 0:24 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "28 25 0:25 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "29 25 0:26 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n";

TEST(DetectCgroups, Hybrid) {
  const Hierarchy hierarchy = parse_mounts(kHybrid);
  EXPECT_EQ(hierarchy.version, Version::hybrid);
  EXPECT_EQ(hierarchy.unified, "/sys/fs/cgroup/unified");
  EXPECT_EQ(hierarchy.v1, (std::vector<Hierarchy::V1>{
                              {.controllers = {"cpu", "cpuacct"}, .base = "/sys/fs/cgroup/cpu,cpuacct"},
                              {.controllers = {"memory"}, .base = "/sys/fs/cgroup/memory"}}));
}

TEST(DetectCgroups, LaterMountHidesTheEarlierOne) {
  EXPECT_EQ(parse_mounts(std::string(kHybrid) + kHybrid), parse_mounts(kHybrid));
}

TEST(DetectCgroups, PureV2) {
  const Hierarchy hierarchy = parse_mounts("29 22 0:25 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n");
  EXPECT_EQ(hierarchy.version, Version::v2);
  EXPECT_EQ(hierarchy.unified, "/sys/fs/cgroup");
}

TEST(DetectCgroups, PureV1) {
  EXPECT_EQ(parse_mounts("28 25 0:25 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n").version,
            Version::v1);
}

TEST(DetectCgroups, OwnPathInTheUnifiedTree) {
  EXPECT_EQ(unified_path("4:memory:/x\n0::/user.slice/a.scope\n"), "/user.slice/a.scope");
  EXPECT_EQ(unified_path("0::/\n"), "");
}

std::string text(const std::vector<Setting>& settings) {
  std::string lines;
  for (const Setting& setting : settings) lines += setting.file + " " + setting.value + "\n";
  return lines;
}
std::string v2(const Resources& resources) {
  std::vector<std::string> unsupported;
  return text(v2_settings(resources, unsupported));
}

TEST(CgroupSettings, MemoryAndSwap) {
  const Resources resources{.memory = {.limit = 100, .swap = 150}};
  EXPECT_EQ(text(v1_settings(resources)), "memory.limit_in_bytes 100\nmemory.memsw.limit_in_bytes 150\n");
  EXPECT_EQ(v2(resources), "memory.max 100\nmemory.oom.group 1\nmemory.swap.max 50\n");
}

TEST(CgroupSettings, UnlimitedSwap) {
  EXPECT_EQ(v2({.memory = {.limit = 100, .swap = -1}}),
            "memory.max 100\nmemory.oom.group 1\nmemory.swap.max max\n");
}

TEST(CgroupSettings, CpuQuotaAndShares) {
  const Resources resources{.cpu = {.shares = 1024, .quota = 50000, .period = 100000}};
  EXPECT_EQ(text(v1_settings(resources)),
            "cpu.shares 1024\ncpu.cfs_period_us 100000\ncpu.cfs_quota_us 50000\n");
  EXPECT_EQ(v2(resources), "cpu.weight 100\ncpu.max 50000 100000\n");
}

TEST(CgroupSettings, PidsWithoutLimit) {
  EXPECT_EQ(v2({.pids_limit = 0}), "pids.max max\n");
  EXPECT_EQ(v2({.pids_limit = 200}), "pids.max 200\n");
}

TEST(CgroupSettings, RatesOfOneDeviceAreOneLine) {
  EXPECT_EQ(v2({.block_io = {.throttle_read_bps = {{.major = 8, .rate = 5}},
                             .throttle_write_iops = {{.major = 8, .rate = 7}}}}),
            "io.max 8:0 rbps=5 wiops=7\n");
}

TEST(CgroupSettings, WhatV2CannotDoIsNamed) {
  std::vector<std::string> unsupported;
  (void)v2_settings({.memory = {.swappiness = 10}}, unsupported);
  EXPECT_EQ(unsupported, std::vector<std::string>{"mem_swappiness has no effect on cgroup v2"});
}

TEST(CgroupSettings, WeightFollowsShares) {
  EXPECT_EQ(weight_of_shares(2), 1U);
  EXPECT_EQ(weight_of_shares(1024), 100U);
  EXPECT_EQ(weight_of_shares(262144), 10000U);
}

TEST(DeviceRules, AsV1WantsThem) {
  EXPECT_EQ(v1_device_rule({.type = 'a'}), "a");
  EXPECT_EQ(v1_device_rule({.allow = true, .type = 'c', .major = 136, .access = "rw"}), "c 136:* rw");
}

}  // namespace
}  // namespace runtime::cgroup
