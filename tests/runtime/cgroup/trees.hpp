// The cgroup trees of this machine, each with the same tests, and processes inside of groups.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "../group.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::test {

struct Tree {
  std::string name{};  ///< "v2" or "hybrid", as the machine is, and "v1" beside the latter
  cgroup::Hierarchy hierarchy{};

  /// Where limits of a controller go: the v2 tree ("io" stands for blkio there), else v1, else nowhere.
  [[nodiscard]] bool in_v2(const std::string& controller) const;
  [[nodiscard]] bool in_v1(const std::string& controller) const;
  [[nodiscard]] bool has(const std::string& controller) const {
    return in_v2(controller) || in_v1(controller);
  }
};
void PrintTo(const Tree& tree, std::ostream* out);
std::vector<Tree> trees();
std::string name_of(const testing::TestParamInfo<Tree>& tree);

struct OnEveryTree : testing::TestWithParam<Tree> {
  [[nodiscard]] const Tree& tree() const { return GetParam(); }
  [[nodiscard]] Group group(const Resources& resources) const { return Group(resources, tree().hierarchy); }
};

/// A child born in a group; what `work` returns is its exit code. Killed at the end.
class Inside {
 public:
  Inside(const cgroup::Cgroup& group, const std::function<int()>& work);
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside();
  [[nodiscard]] int pid() const { return process_.pid; }
  sys::ExitStatus wait();
  [[nodiscard]] bool ended() const { return sys::has_ended(process_.pidfd.get()); }

 private:
  sys::Cloned process_{};
  bool reaped_ = false;
};
sys::ExitStatus run_inside(const cgroup::Cgroup& group, const std::function<int()>& work);
int sleep_forever();

}  // namespace runtime::test
