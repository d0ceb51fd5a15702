// How many bytes of output a second of processor time writes down, and reads back.
#include <benchmark/benchmark.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "orchestrator/logs/fifo.hpp"
#include "orchestrator/logs/pump.hpp"
#include "orchestrator/logs/reader.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace {

namespace logs = orchestrator::logs;
namespace sys = runtime::sys;

constexpr std::size_t kOutput = 128 << 20;

class Directory {
 public:
  Directory() {
    if (!::mkdtemp(path.data())) std::abort();
  }
  ~Directory() { std::filesystem::remove_all(path); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  std::string path = (std::filesystem::temp_directory_path() / "mdcompose-bench-XXXXXX").string();
};

/// Lines of this length, with the newline, as a process with a full stdio buffer writes them.
std::string lines_of(std::size_t length, std::size_t size) {
  const std::string line = std::string(length - 1, 'x') + '\n';
  std::string text;
  while (text.size() + length <= size) text += line;
  return text;
}

/// A container that prints kOutput bytes and ends.
sys::Cloned start_container(int fifo, const std::string& block) {
  sys::Cloned child = sys::clone3(0);
  if (child.pid != 0) return child;
  for (std::size_t written = 0; written < kOutput; written += block.size()) sys::write_all(fifo, block);
  ::_exit(0);
}

void pump_output(benchmark::State& state) {
  const Directory instance;
  const Directory log;
  const std::string block = lines_of(static_cast<std::size_t>(state.range(0)), 64 << 10);
  logs::Pump pump(logs::open_fifo(instance.path + "/out"), logs::open_fifo(instance.path + "/err"),
                  {.directory = log.path, .max_size = 10 << 20, .max_files = 5});
  const int own = pump.fds().front();
  const sys::unique_fd writing = sys::open(instance.path + "/out", O_RDWR);
  for (auto _ : state) {
    const sys::Cloned container = start_container(writing.get(), block);
    while (!sys::has_ended(container.pidfd.get())) {
      std::array<pollfd, 2> waiting{{{own, POLLIN, 0}, {container.pidfd.get(), POLLIN, 0}}};
      ::poll(waiting.data(), waiting.size(), -1);
      pump.drain(own);
    }
    pump.finish();
    sys::wait_pidfd(container.pidfd.get());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kOutput));
}
BENCHMARK(pump_output)->Arg(64)->Arg(200)->Arg(2000)->Arg(60'000)->Unit(benchmark::kMillisecond);

/// 30 MB of records in three segments.
void fill(const Directory& log, std::size_t length) {
  logs::SegmentWriter writer(log.path, 10 << 20, 3);
  const auto header = logs::header(1'769'860'800'123'456'789, false);
  const std::string record = std::string(header.data(), header.size()) + std::string(length - 1, 'x') + '\n';
  std::string records;
  while (records.size() < 1 << 20) records += record;
  for (int i = 0; i < 29; ++i) writer.append(records, true);
}

void read_log(benchmark::State& state) {
  const Directory log;
  fill(log, static_cast<std::size_t>(state.range(0)));
  std::size_t bytes = 0;
  for (auto _ : state) {
    logs::Reader reader({.directory = log.path, .follow = false});
    while (const auto line = reader.next()) bytes += line->text.size() + 1;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(read_log)->Arg(64)->Arg(200)->Arg(2000)->Unit(benchmark::kMillisecond);

void read_last_lines(benchmark::State& state) {
  const Directory log;
  fill(log, 100);
  for (auto _ : state) {
    logs::Reader reader(
        {.directory = log.path, .tail = static_cast<std::size_t>(state.range(0)), .follow = false});
    while (const auto line = reader.next()) benchmark::DoNotOptimize(line->text.data());
  }
}
BENCHMARK(read_last_lines)->Arg(10)->Arg(1000)->Unit(benchmark::kMicrosecond);

}  // namespace
