// From argv to cli::run; the one catch; the exit status.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "orchestrator/cli/command.hpp"
#include "orchestrator/logs/write_log.hpp"
#include "orchestrator/network/gateway.hpp"
#include "orchestrator/supervisor/supervisor.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/process.hpp"

namespace {

/// A command that could not tell its result has failed: `mdcompose ps > /dev/full`.
int flushed(int status) {
  if (std::fflush(stdout) != 0) runtime::sys::throw_errno("write to standard output");
  return status;
}

int complain(const std::exception& error, int status) {
  fmt::print(stderr, "mdcompose: {}\n", error.what());
  return status;
}

}  // namespace

int main(int argc, char* argv[]) {
  constexpr int kFailed = 1;
  constexpr int kNotUnderstood = 2;
  try {
    runtime::sys::sanitise_descriptors();
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() == 4 && words[0] == "__supervise")
      return orchestrator::supervisor::run({.runtime = words[1], .data = words[2]}, words[3]);
    if (words.size() == 2 && words[0] == "__gateway")
      return orchestrator::network::gateway::run(orchestrator::network::gateway::kControl,
                                                 orchestrator::network::gateway::kProjectNetns);
    if (!words.empty() && words[0] == orchestrator::logs::kWriteLog)
      return orchestrator::logs::write_log({words.begin() + 1, words.end()});
    const auto seal = [&] { runtime::sys::seal_own_binary(argv, ::environ); };
    return flushed(orchestrator::cli::run(words, seal));
  } catch (const orchestrator::cli::UsageError& error) {
    return complain(error, kNotUnderstood);
  } catch (const std::exception& error) {
    return complain(error, kFailed);
  }
}
