// What a group has used, and whom the out-of-memory killer has killed in it.
#include <algorithm>
#include <sstream>

#include "runtime/cgroup/cgroup.hpp"
#include "runtime/cgroup/control_files.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::cgroup {
namespace {

/// As docker shows it: what the kernel would give back first is not counted.
std::uint64_t without(std::uint64_t used, std::uint64_t inactive_file) {
  return used - std::min(used, inactive_file);
}

/// This and the others: false where no controller counts it.
bool read_memory(Statistics& result, const std::string& v2, const std::string& v1) {
  if (sys::exists(v2 + "/memory.current")) {
    result.memory_current =
        without(number_in(v2 + "/memory.current"), keyed(v2 + "/memory.stat", "inactive_file"));
    result.memory_limit = number_in(v2 + "/memory.max");
    result.memory_peak = number_in(v2 + "/memory.peak");
    return true;
  }
  if (!v1.empty()) {
    // Unlimited is the largest number of whole pages.
    constexpr std::uint64_t kUnlimited = INT64_MAX / 4096 * 4096;
    const std::uint64_t limit = number_in(v1 + "/memory.limit_in_bytes");
    result.memory_current =
        without(number_in(v1 + "/memory.usage_in_bytes"), keyed(v1 + "/memory.stat", "total_inactive_file"));
    result.memory_limit = limit >= kUnlimited ? 0 : limit;
    result.memory_peak = number_in(v1 + "/memory.max_usage_in_bytes");
  }
  return !v1.empty();
}

/// io.stat: "254:0 rbytes=1459200 wbytes=314773504 rios=192 …"; smaps_rollup: "Pss:    123 kB".
std::uint64_t sum_of_keys(const std::string& text, const std::string& key) {
  std::uint64_t sum = 0;
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1))
    sum += std::stoull(text.substr(at + key.size()));
  return sum;
}

/// blkio.throttle.io_service_bytes: "254:0 Read 1459200".
std::uint64_t sum_of_lines(const std::string& text, const std::string& operation) {
  std::istringstream lines(text);
  std::uint64_t sum = 0;
  for (std::string line; std::getline(lines, line);)
    if (const auto at = line.find(" " + operation + " "); at != std::string::npos)
      sum += std::stoull(line.substr(at + operation.size() + 2));
  return sum;
}

bool read_block_io(Statistics& result, const std::string& v2, const std::string& v1) {
  if (const auto text = sys::read_file_if_exists(v2 + "/io.stat")) {
    result.io_read_bytes = sum_of_keys(*text, "rbytes=");
    result.io_write_bytes = sum_of_keys(*text, "wbytes=");
    return true;
  }
  if (!v1.empty()) {
    const auto bytes = sys::read_file_if_exists(v1 + "/blkio.throttle.io_service_bytes");
    result.io_read_bytes = sum_of_lines(bytes.value_or(""), "Read");
    result.io_write_bytes = sum_of_lines(bytes.value_or(""), "Write");
  }
  return !v1.empty();
}

bool read_pids(Statistics& result, const std::string& v2, const std::string& v1) {
  const bool is_v2 = sys::exists(v2 + "/pids.current");
  result.pids_current = number_in((is_v2 ? v2 : v1) + "/pids.current");
  return is_v2 || !v1.empty();
}

/// A page that several processes share counts once, as parts.
std::uint64_t memory_of(const std::string& process) {
  return 1024 * sum_of_keys(sys::read_file_if_exists(process + "/smaps_rollup").value_or(""), "\nPss:");
}

/// /proc/PID/io: "read_bytes: 4096".
void add_block_io(Statistics& sum, const std::string& process) {
  const std::string text = sys::read_file_if_exists(process + "/io").value_or("");
  sum.io_read_bytes += value_of(text, "read_bytes:");
  sum.io_write_bytes += value_of(text, "write_bytes:");
}

}  // namespace

Statistics Cgroup::statistics() const {
  Statistics result;
  const std::string& v2 = paths_.unified;
  const bool has_memory = read_memory(result, v2, v1_directory(paths_, "memory"));
  const bool has_block_io = read_block_io(result, v2, v1_directory(paths_, "blkio"));
  const bool has_pids = read_pids(result, v2, v1_directory(paths_, "pids"));
  // A group that has no limits has no controllers either: they cost time at each start.
  for (const int pid : processes()) {
    const std::string process = "/proc/" + std::to_string(pid);
    if (!has_memory) result.memory_current += memory_of(process);
    if (!has_block_io) add_block_io(result, process);
    if (!has_pids) result.pids_current += sys::list_directory(process + "/task").size();
  }
  result.cpu_usage_usec = v2.empty() ? number_in(v1_directory(paths_, "cpuacct") + "/cpuacct.usage") / 1000
                                     : keyed(v2 + "/cpu.stat", "usage_usec");
  result.oom_kills = oom_kills();
  return result;
}

std::uint64_t Cgroup::oom_kills() const {
  const std::uint64_t unified =
      paths_.unified.empty() ? 0 : keyed(paths_.unified + "/memory.events", "oom_kill");
  if (unified != 0) return unified;
  const std::string memory = v1_directory(paths_, "memory");
  return memory.empty() ? 0 : keyed(memory + "/memory.oom_control", "oom_kill");
}

}  // namespace runtime::cgroup
