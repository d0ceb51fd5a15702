// What containers use, as `stats` prints it. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "orchestrator/cli/layout.hpp"
#include "runtime/cgroup/cgroup.hpp"

namespace orchestrator::cli {

/// One look at one container.
struct Sample {
  std::string name{};
  runtime::cgroup::Statistics statistics{};
  std::uint64_t network_in = 0;  ///< bytes since the container began
  std::uint64_t network_out = 0;
};

/// NAME, CPU %, MEM USAGE / LIMIT, MEM %, NET I/O, BLOCK I/O, PIDS: as strings.
struct Usage {
  std::string name{};
  std::string cpu{};
  std::string memory{};
  std::string memory_share{};
  std::string network{};
  std::string block{};
  std::string pids{};
  friend bool operator==(const Usage&, const Usage&) = default;
};
/// What was used between two looks; `host_memory` in bytes stands in for a missing limit.
Usage usage(const Sample& before, const Sample& now, std::chrono::nanoseconds between,
            std::uint64_t host_memory);

/// "1.5MiB" and "1.5MB".
std::string binary_size(std::uint64_t bytes);
std::string decimal_size(std::uint64_t bytes);

/// Bytes received and sent by all interfaces but lo, from /proc/PID/net/dev.
void read_traffic(const std::string& net_dev, Sample& sample);

std::string usage_table(const std::vector<Usage>& lines);

}  // namespace orchestrator::cli
