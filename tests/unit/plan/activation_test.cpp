// Which services that start on demand are to run.
#include "orchestrator/plan/activation.hpp"

#include <gmock/gmock.h>

namespace orchestrator::plan {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant kNow = Instant{} + 1h;

ActivationState on_demand() { return {.on_demand = true, .idle_timeout = 10min}; }

TEST(Activation, SleepsUntilSomebodyComes) {
  ActivationState web = on_demand();
  EXPECT_THAT(activation({{"web", web}}, kNow).awake, IsEmpty());
  web.waited_for = true;
  EXPECT_THAT(activation({{"web", web}}, kNow).awake, ElementsAre("web"));
}

TEST(Activation, WhoIsConnectedToOneThatHasEndedWakesNobody) {
  ActivationState web = on_demand();
  web.connected = true;
  EXPECT_THAT(activation({{"web", web}}, kNow).awake, IsEmpty());
  web.lives = true;
  EXPECT_THAT(activation({{"web", web}}, kNow).awake, ElementsAre("web"));
}

TEST(Activation, GoesToSleepAfterItsIdleTime) {
  ActivationState web = on_demand();
  web.last_used = kNow - 9min;
  EXPECT_EQ(activation({{"web", web}}, kNow), (Activation{.awake = {"web"}, .next = kNow + 1min}));
  EXPECT_EQ(activation({{"web", web}}, kNow + 1min), Activation{});
}

TEST(Activation, WithoutIdleTimeItStaysAwake) {
  ActivationState web = on_demand();
  web.idle_timeout.reset();
  web.last_used = kNow - 100h;
  EXPECT_EQ(activation({{"web", web}}, kNow), Activation{.awake = {"web"}});
}

TEST(Activation, WakesWhatItNeeds) {
  ActivationState web = on_demand();
  web.depends_on = {"app"};
  ActivationState app = on_demand();
  app.depends_on = {"db"};
  const std::map<std::string, ActivationState> asleep{{"web", web}, {"app", app}, {"db", on_demand()}};
  EXPECT_THAT(activation(asleep, kNow).awake, IsEmpty());
  auto used = asleep;
  used["web"].waited_for = true;
  EXPECT_THAT(activation(used, kNow).awake, ElementsAre("app", "db", "web"));
}

TEST(Activation, WhoRunsAlwaysKeepsWhatItNeedsAwake) {
  EXPECT_THAT(activation({{"web", {.depends_on = {"db"}}}, {"db", on_demand()}}, kNow).awake,
              ElementsAre("db", "web"));
}

TEST(Activation, NobodyWakesWhatAUserHasStopped) {
  ActivationState web = on_demand();
  web.wanted = false;
  web.waited_for = true;
  EXPECT_THAT(activation({{"web", web}}, kNow).awake, IsEmpty());
}

TEST(Activation, CirclesEnd) {
  ActivationState a = on_demand();
  a.depends_on = {"b"};
  a.waited_for = true;
  ActivationState b = on_demand();
  b.depends_on = {"a"};
  EXPECT_THAT(activation({{"a", a}, {"b", b}}, kNow).awake, ElementsAre("a", "b"));
}

}  // namespace
}  // namespace orchestrator::plan
