// Programs of the host: how they end, what they said, what is missing.
#include "orchestrator/storage/helper.hpp"

#include <gtest/gtest.h>

namespace orchestrator::storage {
namespace {

std::string failure_of(const std::string& program, const std::vector<std::string>& arguments) {
  try {
    run_helper(program, arguments, "dash");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(Helper, SuccessIsSilent) { EXPECT_EQ(failure_of("sh", {"-c", "echo much; exit 0"}), ""); }

TEST(Helper, FailureComesWithItsLastWords) {
  EXPECT_EQ(failure_of("sh", {"-c", "seq 9; echo why >&2; exit 3"}), "sh failed (3): 6\n7\n8\n9\nwhy");
}

TEST(Helper, LongOutputDoesNotBlockIt) {
  EXPECT_EQ(failure_of("sh", {"-c", "seq 200000; exit 1"}),
            "sh failed (1): 199996\n199997\n199998\n199999\n200000");
}

TEST(Helper, ArgumentsAreNoShellWords) {
  EXPECT_EQ(failure_of("test", {"a b; $(false)", "=", "a b; $(false)"}), "");
}

TEST(Helper, MissingProgramNamesItsPackage) {
  EXPECT_EQ(failure_of("no-such-program", {}), "no-such-program is not installed (package dash)");
}

}  // namespace
}  // namespace orchestrator::storage
