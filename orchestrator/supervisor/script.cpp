#include "orchestrator/supervisor/script.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {
namespace {

constexpr std::array<std::string_view, 6> kShells{"ash", "bash", "busybox", "dash", "sh", "zsh"};

/// Of the process that init has started; empty where there is none. proc(5), /proc/pid/task/tid/children.
std::string child_of(const std::string& pid) {
  const std::string children =
      runtime::sys::read_file_if_exists("/proc/" + pid + "/task/" + pid + "/children").value_or("");
  return children.substr(0, children.find(' '));
}

}  // namespace

bool is_run_by_script(const Member& member) {
  std::string pid = std::to_string(member.record.pid);
  if (member.definition->service.init.value_or(false)) pid = child_of(pid);
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/" + pid + "/exe", error);
  return !error && std::find(kShells.begin(), kShells.end(), program.filename().string()) != kShells.end();
}

}  // namespace orchestrator::supervisor
