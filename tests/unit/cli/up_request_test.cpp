// The options of `up` become one request.
#include "orchestrator/cli/up_request.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "orchestrator/cli/command.hpp"

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;
using state::Request;

TEST(Scale, IsAServiceAndANumber) {
  EXPECT_EQ(scale_of({"web=3", "db=0"}), (std::map<std::string, int>{{"web", 3}, {"db", 0}}));
  EXPECT_THROW(scale_of({"web"}), UsageError);
  EXPECT_THROW(scale_of({"web=-1"}), UsageError);
  EXPECT_THROW(scale_of({"web=2x"}), UsageError);
}

}  // namespace
}  // namespace orchestrator::cli
