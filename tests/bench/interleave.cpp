// Times commands against each other: one round runs each of them once, so that what else the machine does
// hits all.
//
//   interleave ROUNDS NAME COMMAND [NAME COMMAND]...      COMMAND: words separated by blanks
//
// Prints the least and the median wall-clock time of each, and how many times the first one's they are; and
// the least processor time, that of all descendants, which other load disturbs less. A command that fails
// ends it: its time would mean nothing.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "figures.hpp"

namespace {

using Microseconds = double;

struct Contender {
  std::string name{};
  std::vector<std::string> words{};
  std::vector<Microseconds> times{};
  std::vector<Microseconds> processor{};
};

std::vector<std::string> split(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

Microseconds microseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
}

/// posix_spawn(3) does not copy this process, so its size does not count.
void time_once(Contender& contender) {
  std::vector<char*> argv;
  for (const std::string& word : contender.words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t quiet{};
  ::posix_spawn_file_actions_init(&quiet);
  ::posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const auto begin = std::chrono::steady_clock::now();
  pid_t pid = 0;
  if (::posix_spawnp(&pid, argv.front(), &quiet, nullptr, argv.data(), ::environ) != 0)
    throw std::runtime_error("cannot run " + contender.words.front());
  int status = 0;
  rusage used{};
  ::wait4(pid, &status, 0, &used);
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  ::posix_spawn_file_actions_destroy(&quiet);
  if (status != 0) throw std::runtime_error(fmt::format("{} failed: wait status {}", contender.name, status));
  contender.times.push_back(took.count());
  contender.processor.push_back(microseconds(used.ru_utime) + microseconds(used.ru_stime));
}

struct Row {
  bench::Figures time{};
  Microseconds processor = 0;
};

Row row_of(const Contender& contender) {
  return {.time = bench::figures_of(contender.times),
          .processor = bench::figures_of(contender.processor).least};
}

void print(const std::vector<Contender>& contenders) {
  const Row first = row_of(contenders.front());
  fmt::print("{:<24} {:>9} {:>9} {:>9}   {:>6} {:>6} {:>6}\n", "", "min us", "median", "cpu min", "x min",
             "x med", "x cpu");
  for (const Contender& one : contenders) {
    const Row own = row_of(one);
    fmt::print("{:<24} {:>9.0f} {:>9.0f} {:>9.0f}   {:>6.2f} {:>6.2f} {:>6.2f}\n", one.name, own.time.least,
               own.time.median, own.processor, own.time.least / first.time.least,
               own.time.median / first.time.median, own.processor / first.processor);
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc < 4 || argc % 2 != 0) {
    fmt::print(stderr, "usage: interleave ROUNDS NAME COMMAND [NAME COMMAND]...\n");
    return 2;
  }
  try {
    std::vector<Contender> contenders;
    for (int i = 2; i < argc; i += 2) contenders.push_back({.name = argv[i], .words = split(argv[i + 1])});
    const int rounds = std::atoi(argv[1]);
    for (Contender& one : contenders) time_once(one);  // page cache, dentries
    for (Contender& one : contenders) one = {.name = one.name, .words = one.words};
    for (int round = 0; round < rounds; ++round)
      for (Contender& one : contenders) time_once(one);
    print(contenders);
  } catch (const std::exception& error) {
    fmt::print(stderr, "interleave: {}\n", error.what());
    return 1;
  }
}
