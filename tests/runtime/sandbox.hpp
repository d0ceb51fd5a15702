// A container around busybox for tests: start it, read what it printed, see how it ended.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "runtime/container/container.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::test {

struct Outcome {
  sys::ExitStatus status{};
  std::string output{};
};

/// A root directory with busybox in it, gone at the end.
class Sandbox {
 public:
  Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  ~Sandbox();

  [[nodiscard]] std::string root() const { return path_ + "/root"; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  /// The host's mounts below it, from /proc/self/mountinfo; other tests mount elsewhere at the same time.
  [[nodiscard]] std::vector<std::string> host_mounts() const;
  void write(const std::string& name, const std::string& content, int mode = 0644) const;

  /// Docker's defaults around `args`, on the root as an overlay with an upper directory.
  [[nodiscard]] Spec spec(std::vector<std::string> args) const;
  [[nodiscard]] Spec shell(const std::string& script) const { return spec({"/bin/sh", "-c", script}); }

 private:
  std::string path_;
};

/// Starts, waits for the end, collects standard output and error. Throws StartError.
Outcome run(const Spec& spec, const cgroup::Cgroup* cgroup = nullptr);
Outcome finish(Started started, int output);

}  // namespace runtime::test
