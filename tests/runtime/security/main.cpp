// Protects this program from its containers first, as mdcompose does.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "runtime/sys/process.hpp"

namespace {

/// What a library of a hostile image does in CVE-2019-5736 when a container has made us its interpreter.
int overwrite_own_program() {
  const int self = ::open("/proc/self/exe", O_WRONLY | O_TRUNC | O_CLOEXEC);
  std::puts(self < 0 ? std::strerror(errno) : "overwritten");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && argv[1] == std::string_view("--overwrite-own-program")) return overwrite_own_program();
  runtime::sys::seal_own_binary(argv, ::environ);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
