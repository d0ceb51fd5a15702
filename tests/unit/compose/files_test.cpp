#include "orchestrator/compose/files.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <string>
#include <system_error>

#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose {
namespace {

/// While it lives no further descriptor can be opened.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    const rlimit none{static_cast<rlim_t>(next), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;

 private:
  rlimit before_{};
};

int error_of_reading(const std::string& path) {
  try {
    (void)read_text_file(path, path, {});
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

TEST(ReadTextFile, AMissingFileIsTheStacksMistake) {
  EXPECT_THROW((void)read_text_file("/nonexistent/compose.yaml", "compose.yaml", {}), LoadError);
}

TEST(ReadTextFile, NoDescriptorLeftIsTheMachinesFailure) {
  const NoDescriptorsLeft none;
  EXPECT_EQ(error_of_reading("/etc/passwd"), EMFILE);
}

TEST(ReadTextFile, AFileThatCannotBeReadToItsEndIsNotTakenForAShorterOne) {
  // Nothing is mapped at its beginning.
  EXPECT_EQ(error_of_reading("/proc/self/mem"), EIO);
}

TEST(ReadTextFile, StandardInputThatCannotBeReadIsNotAnEmptyFile) {
  const int before = ::dup(STDIN_FILENO);
  const int directory = ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ::dup2(directory, STDIN_FILENO);
  EXPECT_EQ(error_of_reading("-"), EISDIR);
  ::dup2(before, STDIN_FILENO);
  ::close(directory);
  ::close(before);
  std::clearerr(stdin);
  std::cin.clear();
}

}  // namespace
}  // namespace orchestrator::compose
