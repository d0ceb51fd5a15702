#include "orchestrator/cli/usage.hpp"

#include <fmt/format.h>

#include <array>
#include <sstream>

namespace orchestrator::cli {
namespace {

/// Three or four digits and a unit: "512B", "1.5MiB", "12.34GiB" as docker prints sizes.
std::string scaled(std::uint64_t bytes, double base, const std::array<std::string_view, 6>& units) {
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= base && unit + 1 < units.size(); ++unit) value /= base;
  return fmt::format("{:.4g}{}", value, units.at(unit));
}

double share(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

/// A counter that began anew with the container counts from zero.
std::uint64_t grown(std::uint64_t before, std::uint64_t now) { return now >= before ? now - before : now; }

}  // namespace

std::string binary_size(std::uint64_t bytes) {
  return scaled(bytes, 1024, {"B", "KiB", "MiB", "GiB", "TiB", "PiB"});
}
std::string decimal_size(std::uint64_t bytes) {
  return scaled(bytes, 1000, {"B", "kB", "MB", "GB", "TB", "PB"});
}

Usage usage(const Sample& before, const Sample& now, std::chrono::nanoseconds between,
            std::uint64_t host_memory) {
  const auto& used = now.statistics;
  const std::uint64_t limit = used.memory_limit == 0 ? host_memory : used.memory_limit;
  const double cpu_ns =
      1000 * static_cast<double>(grown(before.statistics.cpu_usage_usec, used.cpu_usage_usec));
  const double memory_share = share(static_cast<double>(used.memory_current), static_cast<double>(limit));
  return {.name = now.name,
          .cpu = fmt::format("{:.2f}%", share(cpu_ns, static_cast<double>(between.count()))),
          .memory = binary_size(used.memory_current) + " / " + binary_size(limit),
          .memory_share = fmt::format("{:.2f}%", memory_share),
          .network = decimal_size(now.network_in) + " / " + decimal_size(now.network_out),
          .block = decimal_size(used.io_read_bytes) + " / " + decimal_size(used.io_write_bytes),
          .pids = std::to_string(used.pids_current)};
}

void read_traffic(const std::string& net_dev, Sample& sample) {
  std::istringstream lines(net_dev);
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || line.find("lo:") != std::string::npos) continue;
    std::istringstream numbers(line.substr(colon + 1));
    std::array<std::uint64_t, 9> field{};  // bytes in, seven more of what came in, bytes out
    for (std::uint64_t& value : field) numbers >> value;
    sample.network_in += field[0];
    sample.network_out += field[8];
  }
}

std::string usage_table(const std::vector<Usage>& lines) {
  std::vector<Row> rows{{"NAME", "CPU %", "MEM USAGE / LIMIT", "MEM %", "NET I/O", "BLOCK I/O", "PIDS"}};
  for (const Usage& it : lines)
    rows.push_back({it.name, it.cpu, it.memory, it.memory_share, it.network, it.block, it.pids});
  return columns(rows);
}

}  // namespace orchestrator::cli
