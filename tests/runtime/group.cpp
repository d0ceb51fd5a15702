#include "group.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>

#include "runtime/sys/file.hpp"

namespace runtime::test {

bool real_root() {
  std::istringstream map(sys::read_file("/proc/self/uid_map"));
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t size = 0;
  map >> inside >> outside >> size;
  return ::geteuid() == 0 && inside == 0 && outside == 0 && size == UINT32_MAX;
}

std::string fresh_group_name() {
  static int count = 0;
  return "mdcompose-test." + std::to_string(::getpid()) + "/" + std::to_string(++count);
}

Group::Group(const Resources& resources, const cgroup::Hierarchy& hierarchy)
    : cgroup_(cgroup::Cgroup::create(hierarchy, fresh_group_name(), resources, warnings_)) {}

Group::~Group() {
  constexpr int kMilliseconds = 10'000;
  cgroup_.kill();
  EXPECT_TRUE(cgroup_.wait_empty(kMilliseconds));
  EXPECT_TRUE(cgroup_.remove());
}

std::vector<std::string> Group::directories() const {
  std::vector<std::string> all = cgroup_.paths().v1;
  if (!cgroup_.paths().unified.empty()) all.push_back(cgroup_.paths().unified);
  return all;
}

std::string Group::value(const std::string& file) const {
  for (const std::string& directory : directories())
    if (const auto text = sys::read_file_if_exists(directory + "/" + file))
      return text->substr(0, text->find('\n'));
  return "";
}

}  // namespace runtime::test
