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

constexpr std::array<std::string_view, 5> kShells{"ash", "bash", "dash", "sh", "zsh"};

/// Of the process that init has started; empty where there is none. proc(5), /proc/pid/task/tid/children.
std::string child_of(const std::string& pid) {
  const std::string children =
      runtime::sys::read_file_if_exists("/proc/" + pid + "/task/" + pid + "/children").value_or("");
  return children.substr(0, children.find(' '));
}

/// The name of its executable file. Busybox is many programs in one file, and tells them apart by the name
/// that it is called by.
std::string program_of(const std::string& pid) {
  std::error_code error;
  const std::filesystem::path file = std::filesystem::read_symlink("/proc/" + pid + "/exe", error);
  if (error || file.filename() != "busybox") return file.filename();
  const std::string words = runtime::sys::read_file_if_exists("/proc/" + pid + "/cmdline").value_or("");
  return std::filesystem::path(words.substr(0, words.find('\0'))).filename();
}

}  // namespace

bool is_run_by_script(const Member& member) {
  std::string pid = std::to_string(member.record.pid);
  if (member.definition->service.init.value_or(false)) pid = child_of(pid);
  const std::string program = program_of(pid);
  return std::find(kShells.begin(), kShells.end(), program) != kShells.end();
}

}  // namespace orchestrator::supervisor
