// Commands that come at once act as if they had come one after the other.
#include "orchestrator/supervisor/turns.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace orchestrator::supervisor {
namespace {

class TurnsTest : public testing::Test {
 protected:
  using Place = std::unique_ptr<Turns::Turn>;
  Place arrive(const std::string& verb, std::vector<std::string> services = {}) {
    return Place(new Turns::Turn(
        turns_.arrive({.verb = verb, .services = std::move(services)}, [this] { return is_awaited_; })));
  }
  Place arrive_to_stop_and_remove(std::vector<std::string> services) {
    return Place(new Turns::Turn(turns_.arrive(
        {.verb = "remove", .services = std::move(services), .force = true}, [this] { return is_awaited_; })));
  }

  bool is_awaited_ = true;

 private:
  Turns turns_{};
};

TEST_F(TurnsTest, UpsFollowOneAnother) {
  Place first = arrive("up");
  const Place second = arrive("up");
  EXPECT_TRUE(first->has_come());
  EXPECT_FALSE(second->has_come());
  first.reset();
  EXPECT_TRUE(second->has_come());
}

TEST_F(TurnsTest, WhoStartsOrRestartsDoesNotWaitForAnUpThatMayWaitForIt) {
  const Place up = arrive("up");
  EXPECT_TRUE(arrive("restart")->has_come());
  EXPECT_TRUE(arrive("start")->has_come());
}

TEST_F(TurnsTest, StopAndKillComeAtOnce) {
  const Place up = arrive("up");
  const Place down = arrive("down");
  EXPECT_TRUE(arrive("stop")->has_come());
  EXPECT_TRUE(arrive("kill")->has_come());
}

TEST_F(TurnsTest, DownEndsWhatCameBeforeAndFollowsIt) {
  Place running = arrive("up");
  Place waiting = arrive("up");
  const Place down = arrive("down");
  const Place after = arrive("up");
  EXPECT_TRUE(running->is_over());
  EXPECT_TRUE(waiting->is_over());
  EXPECT_FALSE(after->is_over());
  EXPECT_FALSE(down->has_come());
  running.reset();
  waiting.reset();
  EXPECT_TRUE(down->has_come());
  EXPECT_FALSE(after->has_come());
}

TEST_F(TurnsTest, StopOfEverythingEndsWhatCameBefore) {
  const Place up = arrive("up");
  const Place some = arrive("stop", {"web"});
  EXPECT_FALSE(up->is_over());
  const Place all = arrive("stop");
  EXPECT_TRUE(up->is_over());
}

TEST_F(TurnsTest, WhoStopsToRemoveComesAtOnceAndIsWaitedFor) {
  const Place up = arrive("up");
  Place removal = arrive_to_stop_and_remove({"web"});
  EXPECT_TRUE(removal->has_come());
  EXPECT_FALSE(up->is_over());
  EXPECT_FALSE(arrive("start")->has_come());
  removal.reset();
  EXPECT_TRUE(arrive("start")->has_come());
}

TEST_F(TurnsTest, WhoStopsAndRemovesEverythingEndsWhatCameBefore) {
  const Place up = arrive("up");
  const Place all = arrive_to_stop_and_remove({});
  EXPECT_TRUE(up->is_over());
}

TEST_F(TurnsTest, DownMayHurryWhoStopsToRemove) {
  const Place removal = arrive_to_stop_and_remove({});
  EXPECT_TRUE(arrive("down")->has_come());
}

TEST_F(TurnsTest, WhoIsNotAwaitedGivesUp) {
  const Place up = arrive("up");
  EXPECT_FALSE(up->is_over());
  is_awaited_ = false;
  EXPECT_TRUE(up->is_over());
}

TEST_F(TurnsTest, NobodyStartsWhatIsBeingRemoved) {
  Place removal = arrive("remove");
  const Place start = arrive("start");
  EXPECT_FALSE(start->has_come());
  removal.reset();
  EXPECT_TRUE(start->has_come());
}

}  // namespace
}  // namespace orchestrator::supervisor
