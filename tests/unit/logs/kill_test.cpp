// A pump that is killed again and again loses no line.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <random>

#include "directory.hpp"
#include "drain.hpp"
#include "orchestrator/logs/fifo.hpp"
#include "orchestrator/logs/pump.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {
namespace {

namespace sys = runtime::sys;

constexpr int kLines = 1'000'000;

class Fifos {
 public:
  [[nodiscard]] std::string out() const { return directory_.path() + "/out"; }
  [[nodiscard]] std::string err() const { return directory_.path() + "/err"; }

 private:
  Directory directory_;
};

/// A container that writes numbered lines in blocks which end anywhere.
pid_t start_container(const Fifos& fifos) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  FILE* out = ::fopen(fifos.out().c_str(), "r+");
  for (int i = 0; i < kLines; ++i) std::fprintf(out, "line %d of the container\n", i);
  std::fclose(out);
  ::_exit(0);
}

[[noreturn]] void pump_for_ever(const Fifos& fifos, const PumpOptions& options) {
  Pump pump(open_fifo(fifos.out()), open_fifo(fifos.err()), options);
  for (;;) {
    pollfd waiting{.fd = pump.fds().front(), .events = POLLIN, .revents = 0};
    ::poll(&waiting, 1, -1);
    drain(pump);
  }
}

TEST(Pump, LosesNoLineWhenItIsKilledAgainAndAgain) {
  const Fifos fifos;
  const Directory log;
  const PumpOptions options{.directory = log.path(), .max_size = 1 << 20, .max_files = 1000};
  // The keeper's part: the FIFOs live on without a pump.
  const sys::unique_fd out = open_fifo(fifos.out());
  const sys::unique_fd err = open_fifo(fifos.err());
  const pid_t container = start_container(fifos);
  std::mt19937 random(7);
  int kills = 0;
  int status = 0;
  while (::waitpid(container, &status, WNOHANG) == 0) {
    const pid_t pump = ::fork();
    if (pump == 0) pump_for_ever(fifos, options);
    ::usleep(std::uniform_int_distribution<unsigned>(500, 8000)(random));
    ::kill(pump, SIGKILL);
    ::waitpid(pump, nullptr, 0);
    ++kills;
  }
  Pump last(sys::dup(out.get()), sys::dup(err.get()), options);
  last.finish();

  std::vector<int> seen(kLines);
  int strange = 0;
  Reader reader({.directory = log.path()});
  while (const auto line = reader.next()) {
    int number = -1;
    int length = 0;
    const bool whole = std::sscanf(line->text.c_str(), "line %d of the container%n", &number, &length) == 1 &&
                       length == static_cast<int>(line->text.size()) && number >= 0 && number < kLines;
    if (whole)
      ++seen[static_cast<std::size_t>(number)];
    else
      ++strange;
  }
  int lost = 0;
  int repeated = 0;
  for (const int times : seen) {
    lost += times == 0;
    repeated += times > 1 ? times - 1 : 0;
  }
  RecordProperty("kills", kills);
  RecordProperty("repeated", repeated);
  RecordProperty("strange", strange);
  EXPECT_GT(kills, 3);
  EXPECT_EQ(lost, 0);
  EXPECT_LE(repeated, kills * static_cast<int>(kLargestPiece) / 24);
  EXPECT_LE(strange, 2 * kills);
}

}  // namespace
}  // namespace orchestrator::logs
