#include "runtime/container/sysctl.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime {
namespace {

struct Confined {
  std::string_view path;  ///< with a slash at its end: everything below
  NamespaceType by;
};
/// See namespaces(7), ipc_namespaces(7), and Documentation/admin-guide/sysctl in the kernel.
constexpr std::array<Confined, 12> kConfined{{{"net/", NamespaceType::network},
                                              {"fs/mqueue/", NamespaceType::ipc},
                                              {"kernel/msgmax", NamespaceType::ipc},
                                              {"kernel/msgmnb", NamespaceType::ipc},
                                              {"kernel/msgmni", NamespaceType::ipc},
                                              {"kernel/sem", NamespaceType::ipc},
                                              {"kernel/shmall", NamespaceType::ipc},
                                              {"kernel/shmmax", NamespaceType::ipc},
                                              {"kernel/shmmni", NamespaceType::ipc},
                                              {"kernel/shm_rmid_forced", NamespaceType::ipc},
                                              {"kernel/hostname", NamespaceType::uts},
                                              {"kernel/domainname", NamespaceType::uts}}};

/// sysctl(8): the first separator decides which one it is, so that "net/ipv4/conf/eth0.1/forwarding" works.
std::string path_of(std::string name) {
  const auto first = name.find_first_of("./");
  if (first == std::string::npos || name[first] == '/') return name;
  for (char& letter : name) letter = letter == '.' ? '/' : letter == '/' ? '.' : letter;
  return name;
}

void check(const std::string& name, const std::vector<Namespace>& own) {
  const std::string path = path_of(name);
  const auto found = std::find_if(kConfined.begin(), kConfined.end(), [&](const Confined& row) {
    return row.path.ends_with('/') ? path.starts_with(row.path) : path == row.path;
  });
  if (found != kConfined.end() &&
      std::any_of(own.begin(), own.end(), [&](const Namespace& one) { return one.type == found->by; }))
    return;
  throw std::invalid_argument("sysctl " + name + " would change the host");
}

constexpr std::string_view kPingGroups = "net.ipv4.ping_group_range";

/// The last group of a user namespace whose groups begin with 0.
std::string last_group() {
  std::istringstream map(sys::read_file("/proc/self/gid_map"));
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t size = 1;
  map >> inside >> outside >> size;
  return std::to_string(size - 1);
}

void write_sysctl(int proc, const std::string& name, const std::string& value) {
  const sys::unique_fd file = sys::openat2(proc, "sys/" + path_of(name), O_WRONLY,
                                           RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
  const auto written = [&](const std::string& text) {
    return sys::retry([&] { return ::write(file.get(), text.data(), text.size()); }) >= 0;
  };
  if (written(value)) return;
  // Everybody may ping; in a user namespace everybody is who has a number there.
  if (errno == EINVAL && name == kPingGroups && written("0 " + last_group())) return;
  sys::throw_errno("set sysctl " + name + " to " + value);
}

}  // namespace

void write_sysctls(int proc, const Linux& linux_part) {
  for (const auto& [name, value] : linux_part.sysctl) check(name, linux_part.namespaces);
  for (const auto& [name, value] : linux_part.sysctl) write_sysctl(proc, name, value);
}

}  // namespace runtime
