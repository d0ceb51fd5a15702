// What becomes of output that is not kept, or that another process keeps.
#include "orchestrator/logs/output.hpp"

#include <gtest/gtest.h>

#include "directory.hpp"
#include "orchestrator/logs/fifo.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {
namespace {

namespace sys = runtime::sys;

TEST(OutputThatIsNotKept, IsTakenAllTheSame) {
  const Directory log;
  const Directory instance;
  const sys::unique_fd out = open_fifo(instance.path() + "/out");
  Output output(sys::dup(out.get()), open_fifo(instance.path() + "/err"),
                {.log = {.directory = log.path()}, .is_kept = false});
  EXPECT_EQ(output.fds().size(), 2U);
  for (int i = 0; i < 10; ++i) {
    sys::write_all(out.get(), std::string(60'000, 'x'));  // would block if nothing was taken
    EXPECT_TRUE(output.drain());
  }
  output.finish();
  EXPECT_TRUE(log.names().empty());
}

}  // namespace
}  // namespace orchestrator::logs
