#include "runtime/cgroup/detect.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/spec/split.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::cgroup {
namespace {

constexpr std::array<std::string_view, 13> kControllers{
    "cpu",   "cpuacct", "cpuset",     "memory", "devices",  "freezer", "net_cls",
    "blkio", "hugetlb", "perf_event", "pids",   "net_prio", "rdma"};

/// proc_pid_mountinfo(5): 4 root, 5 mount point, … "-" type source options.
void take_line(Hierarchy& hierarchy, std::string_view line) {
  // There may be hundreds of others.
  if (line.find(" /sys/fs/cgroup") == std::string_view::npos) return;
  const std::vector<std::string_view> words = split(line, ' ');
  const auto dash = std::find(words.begin(), words.end(), "-");
  if (words.size() < 5 || words.end() - dash < 4) return;
  const std::string point(words[4]);
  if (!point.starts_with("/sys/fs/cgroup")) return;
  if (dash[1] == "cgroup2") hierarchy.unified = point;
  if (dash[1] != "cgroup") return;
  Hierarchy::V1 v1{.base = point};
  for (const std::string_view option : split(dash[3], ','))
    if (std::find(kControllers.begin(), kControllers.end(), option) != kControllers.end())
      v1.controllers.emplace_back(option);
  // What is mounted later on the same point hides the earlier one.
  std::erase_if(hierarchy.v1, [&](const Hierarchy::V1& earlier) { return earlier.base == point; });
  if (!v1.controllers.empty()) hierarchy.v1.push_back(v1);
}

/// A mount may be hidden by another one on top of it or of a directory above.
bool is_cgroup(const std::string& path) {
  struct statfs status {};
  return ::statfs(path.c_str(), &status) == 0 &&
         (status.f_type == CGROUP2_SUPER_MAGIC || status.f_type == CGROUP_SUPER_MAGIC);
}

}  // namespace

Hierarchy parse_mounts(std::string_view mountinfo) {
  Hierarchy hierarchy;
  for (const std::string_view line : split(mountinfo, '\n')) take_line(hierarchy, line);
  if (hierarchy.unified.empty())
    hierarchy.version = Version::v1;
  else
    hierarchy.version = hierarchy.v1.empty() ? Version::v2 : Version::hybrid;
  return hierarchy;
}

std::string unified_path(std::string_view self_cgroup) {
  for (const std::string_view line : split(self_cgroup, '\n'))
    if (line.starts_with("0::")) return line.substr(3) == "/" ? "" : std::string(line.substr(3));
  return "";
}

Hierarchy detect() {
  Hierarchy hierarchy = parse_mounts(sys::read_file("/proc/self/mountinfo"));
  if (!is_cgroup(hierarchy.unified)) hierarchy.unified.clear();
  // Who may write the top makes groups there, as docker's cgroupfs driver does; others below their own group.
  if (!hierarchy.unified.empty() && ::access(hierarchy.unified.c_str(), W_OK) != 0)
    hierarchy.unified += unified_path(sys::read_file("/proc/self/cgroup"));
  std::erase_if(hierarchy.v1, [](const Hierarchy::V1& v1) {
    return !is_cgroup(v1.base) || ::access(v1.base.c_str(), W_OK) != 0;
  });
  return hierarchy;
}

}  // namespace runtime::cgroup
