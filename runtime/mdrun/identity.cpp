#include "runtime/mdrun/identity.hpp"

#include <sstream>

#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::mdrun {
namespace {

/// proc_pid_stat(5), field 22; the name in field 2 may contain anything but ends with the last parenthesis.
std::uint64_t start_ticks(pid_t pid) {
  const std::string stat = sys::read_file_if_exists("/proc/" + std::to_string(pid) + "/stat").value_or("");
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string word;
  for (int field = 3; field <= 22; ++field) fields >> word;
  return std::stoull(word);
}

}  // namespace

Identity identify(pid_t pid, int pidfd) {
  const std::uint64_t inode = sys::pidfd_inode(pidfd);
  return {.pid = pid,
          .inode = inode,
          .start_ticks = inode == 0 ? start_ticks(pid) : 0,
          .boot_id = sys::boot_id()};
}

std::optional<sys::unique_fd> find_process(const Identity& identity) {
  if (identity.pid == 0) return std::nullopt;
  auto pidfd = sys::pidfd_open_if_exists(identity.pid);
  if (!pidfd || sys::has_ended(pidfd->get()) || identify(identity.pid, pidfd->get()) != identity)
    return std::nullopt;
  return pidfd;
}

}  // namespace runtime::mdrun
