// What the default filter costs each container: finding or compiling it, and loading it. Needs root. The
// limit for loading is 0.1 ms.
#include <benchmark/benchmark.h>
#include <linux/capability.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "runtime/seccomp/seccomp.hpp"
#include "runtime/sys/file.hpp"

namespace {

using namespace runtime::seccomp;

constexpr std::uint64_t kDocker = 0xa80425fb;
constexpr std::uint64_t kAnother = kDocker | (std::uint64_t{1} << CAP_SYS_PTRACE);

void find_compiled_filter(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(standard(kDocker));
}
BENCHMARK(find_compiled_filter)->Unit(benchmark::kMicrosecond);

void compile_for_other_capabilities(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(standard(kAnother));
}
BENCHMARK(compile_for_other_capabilities)->Unit(benchmark::kMicrosecond);

/// A filter cannot be taken off again, so each is loaded by a process of its own, which tells how long it
/// took.
std::chrono::nanoseconds load_in_child(const Filter& filter) {
  runtime::sys::Pipe pipe = runtime::sys::pipe();
  const pid_t child = ::fork();
  if (child == 0) {
    const auto start = std::chrono::steady_clock::now();
    load(filter);
    const std::int64_t took = (std::chrono::steady_clock::now() - start).count();
    (void)!::write(pipe.write.get(), &took, sizeof took);
    ::_exit(0);
  }
  std::int64_t took = 0;
  (void)!::read(pipe.read.get(), &took, sizeof took);
  ::waitpid(child, nullptr, 0);
  return std::chrono::nanoseconds(took);
}

void load_compiled_filter(benchmark::State& state) {
  const Filter filter = standard(kDocker);
  for (auto _ : state) state.SetIterationTime(std::chrono::duration<double>(load_in_child(filter)).count());
  state.counters["instructions"] = static_cast<double>(filter.size());
}
// Other load only ever adds: the least is what it costs.
BENCHMARK(load_compiled_filter)
    ->Unit(benchmark::kMicrosecond)
    ->UseManualTime()
    ->Iterations(50)
    ->Repetitions(20)
    ->ReportAggregatesOnly()
    ->ComputeStatistics("least", [](const std::vector<double>& times) {
      return *std::min_element(times.begin(), times.end());
    });

}  // namespace

BENCHMARK_MAIN();
