// Steps of building a root filesystem, in a tree with busybox.
#include "orchestrator/storage/step.hpp"

#include "sandbox.hpp"

namespace runtime::test {
namespace {

using orchestrator::storage::run_step;

struct Step : testing::Test {
  Sandbox box{};
};

TEST_F(Step, ChangesTheTree) {
  run_step(box.root(), "mkdir -p /srv/app && echo built > /srv/app/file");
  EXPECT_EQ(sys::read_file(box.root() + "/srv/app/file"), "built\n");
}

TEST_F(Step, SeesNothingOfTheHost) {
  box.write("secret", "host\n");
  EXPECT_THROW(run_step(box.root(), "cat " + (box / "secret")), std::runtime_error);
}

TEST_F(Step, FailureNamesTheLineAndItsLastWords) {
  try {
    run_step(box.root(), "echo before; false; echo never");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "step \"echo before; false; echo never\" failed (1): before");
  }
}

}  // namespace
}  // namespace runtime::test
