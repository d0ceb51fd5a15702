#include "orchestrator/network/gateway/port_owner.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <sstream>
#include <vector>

#include "runtime/sys/file.hpp"

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

namespace {

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// The inode behind "socket:[4711]", 0 for everything else.
std::uint64_t socket_inode(const std::string& link) {
  std::array<char, PATH_MAX> target{};
  const ssize_t size = ::readlink(link.c_str(), target.data(), target.size() - 1);
  constexpr std::string_view kPrefix = "socket:[";
  const std::string_view text(target.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
  if (!text.starts_with(kPrefix)) return 0;
  return std::stoull(std::string(text.substr(kPrefix.size())));
}

bool holds(const std::string& pid, const std::vector<std::uint64_t>& inodes) {
  const std::string directory = "/proc/" + pid + "/fd";
  const std::vector<std::string> fds = sys::list_directory(directory);
  return std::any_of(fds.begin(), fds.end(), [&](const std::string& fd) {
    return std::count(inodes.begin(), inodes.end(), socket_inode(directory + "/" + fd)) > 0;
  });
}

/// A gateway is `mdcompose __gateway PROJECT`.
std::string describe(const std::string& pid) {
  std::istringstream words(sys::read_file_if_exists("/proc/" + pid + "/cmdline").value_or(""));
  std::array<std::string, 3> argv;
  for (std::string& word : argv) std::getline(words, word, '\0');
  if (argv[1] == "__gateway" && !argv[2].empty()) return "the project " + argv[2];
  std::string name = sys::read_file_if_exists("/proc/" + pid + "/comm").value_or("?");
  name.erase(name.find_last_not_of('\n') + 1);
  return name + " (pid " + pid + ")";
}

}  // namespace

std::vector<std::uint64_t> inodes_bound_to(std::string_view table, std::uint16_t port) {
  constexpr int kTimeWait = 6;  // include/net/tcp_states.h
  std::vector<std::uint64_t> inodes;
  std::istringstream lines{std::string(table)};
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::array<std::string, 10>
        word;  // sl local_address rem_address st queues timer retrnsmt uid timeout inode
    for (std::string& next : word) words >> next;
    const auto colon = word[1].find(':');
    if (!words || colon == std::string::npos) continue;
    if (std::stoul(word[1].substr(colon + 1), nullptr, 16) != port) continue;
    if (std::stoi(word[3], nullptr, 16) != kTimeWait) inodes.push_back(std::stoull(word[9]));
  }
  return inodes;
}

std::optional<std::string> port_owner(Protocol protocol, std::uint16_t port) {
  const std::string table = protocol == Protocol::tcp ? "/proc/self/net/tcp" : "/proc/self/net/udp";
  std::vector<std::uint64_t> inodes;
  for (const char* family : {"", "6"})
    for (const auto inode : inodes_bound_to(sys::read_file_if_exists(table + family).value_or(""), port))
      inodes.push_back(inode);
  if (inodes.empty()) return std::nullopt;
  const std::string self = std::to_string(::getpid());
  std::optional<std::string> found;
  for (const std::string& pid : sys::list_directory("/proc")) {
    if (!is_number(pid) || !holds(pid, inodes)) continue;
    if (pid == self) return "another port of this project";
    found = describe(pid);
    break;
  }
  return found;
}

}  // namespace orchestrator::network::gateway
