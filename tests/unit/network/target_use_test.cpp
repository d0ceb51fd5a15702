// Who is still connected to a container that no new client is sent to.
#include "orchestrator/network/gateway/target_use.hpp"

#include <gmock/gmock.h>

namespace orchestrator::network::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Uses : testing::Test {
  int changes = 0;
  std::shared_ptr<TargetUses> uses = std::make_shared<TargetUses>([this] { ++changes; });
  const Endpoint old = Endpoint::parse("10.1.0.1:80").value();
  const Endpoint fresh = Endpoint::parse("[fd00::2]:80").value();
};

TEST_F(Uses, OfATargetThatIsLeftLastAsLongAsItsLastClient) {
  std::shared_ptr<void> one = uses->begin(old);
  std::shared_ptr<void> other = uses->begin(old);
  EXPECT_THAT(uses->leaving(), IsEmpty());
  uses->expect_leaving({"10.1.0.1:80", "[fd00::9]:80"});
  EXPECT_THAT(uses->leaving(), ElementsAre("10.1.0.1:80"));
  one.reset();
  EXPECT_THAT(uses->leaving(), ElementsAre("10.1.0.1:80"));
  EXPECT_EQ(changes, 0);
  other.reset();
  EXPECT_THAT(uses->leaving(), IsEmpty());
  EXPECT_EQ(changes, 1);
}

TEST_F(Uses, OfOthersAreNotTold) {
  std::shared_ptr<void> client = uses->begin(fresh);
  uses->expect_leaving({"10.1.0.1:80"});
  EXPECT_THAT(uses->leaving(), IsEmpty());
}

}  // namespace
}  // namespace orchestrator::network::gateway
