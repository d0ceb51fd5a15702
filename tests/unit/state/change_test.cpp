// What has happened is what differs between two records.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "orchestrator/state/change.hpp"

namespace orchestrator::state {
namespace {

constexpr std::int64_t kNow = 5;

/// "die exitCode=3, restart restarts=1".
std::string between(const Instance& before, const Instance& after) {
  std::string text;
  for (const Change& change : changes_between(before, after, kNow)) {
    text += (text.empty() ? "" : ", ") + change.action;
    for (const auto& [name, value] : change.attributes) text += " " + name + "=" + value;
  }
  return text;
}

Instance running() {
  return {.id = "web-1", .name = "app-web-1", .service = "web", .phase = Phase::running, .generation = 1};
}
Instance ended(Exit exit, EndCause by = EndCause::itself) {
  Instance instance = running();
  instance.phase = Phase::exited;
  instance.exit = exit;
  instance.ended_by = by;
  return instance;
}

TEST(Change, FirstRecordIsACreation) {
  const std::vector<Change> changes = changes_between(std::nullopt, running(), kNow);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].action, "create");
  EXPECT_EQ(changes[0].name, "app-web-1");
  EXPECT_EQ(changes[0].at_ns, kNow);
}

TEST(Change, AContainerMadeAnewIsAnotherOne) {
  Instance another = running();
  another.phase = Phase::created;
  another.created_ns = 3;
  const std::vector<Change> changes = changes_between(running(), another, kNow);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0], destroyed(running(), kNow));
  EXPECT_EQ(changes[1].action, "create");
  EXPECT_EQ(changes[1].id, container_id(another));
}

TEST(Change, IsNothingWhereNothingHasHappened) { EXPECT_EQ(between(running(), running()), ""); }

TEST(Change, StartsWithEveryIncarnation) {
  Instance created = running();
  created.phase = Phase::created;
  EXPECT_EQ(between(created, running()), "start");
  Instance again = running();
  again.generation = 2;
  EXPECT_EQ(between(running(), again), "start");
}

TEST(Change, WhoIsNotToEndAnyMoreHasNotStartedAnew) {
  Instance stopping = running();
  stopping.phase = Phase::stopping;
  EXPECT_EQ(between(running(), stopping), "");
  EXPECT_EQ(between(stopping, running()), "");
}

TEST(Change, EndSaysHowAndByWhom) {
  EXPECT_EQ(between(running(), ended({.code = 3})), "die exitCode=3");
  EXPECT_EQ(between(running(), ended({.code = 143, .signal = SIGTERM}, EndCause::command)),
            "die by=command exitCode=143 signal=15");
  EXPECT_EQ(between(running(), ended({.lost = true})), "die exitCode=unknown");
}

TEST(Change, WantOfMemoryIsToldWhileItHappensAndOnce) {
  Instance smaller = running();
  smaller.oom_kills = 1;
  EXPECT_EQ(between(running(), smaller), "oom");
  Instance killed = ended({.code = 137, .signal = SIGKILL, .oom_killed = true});
  killed.oom_kills = 1;
  EXPECT_EQ(between(smaller, killed), "die exitCode=137 signal=9");
  EXPECT_EQ(between(running(), killed), "oom, die exitCode=137 signal=9");
}

TEST(Change, WhoNeverStartedDoesNotDie) {
  Instance failed = ended({.code = 127, .started = false});
  failed.error = "no such program";
  EXPECT_EQ(between(running(), failed), "error error=no such program");
}

TEST(Change, OfHealthIsToldWhenItIsKnown) {
  Instance healthy = running();
  healthy.health = Health::healthy;
  Instance starting = running();
  starting.health = Health::starting;
  EXPECT_EQ(between(running(), starting), "");
  EXPECT_EQ(between(starting, healthy), "health_status: healthy");
}

TEST(Change, PausesAndGoesOn) {
  Instance paused = running();
  paused.phase = Phase::paused;
  EXPECT_EQ(between(running(), paused), "pause");
  EXPECT_EQ(between(paused, running()), "unpause");
}

TEST(Change, CrashLoopIsToldOnce) {
  Instance looping = ended({.code = 1});
  looping.phase = Phase::restarting;
  looping.restarts = 1;
  looping.history.crash_looping = true;
  EXPECT_EQ(between(running(), looping), "die exitCode=1, restart restarts=1, crash_loop");
}

TEST(ChangeLine, ComesBackAsItWasWritten) {
  const Change change = destroyed(running(), kNow);
  EXPECT_EQ(change_from_line(to_line(change)), change);
  EXPECT_THROW(change_from_line(R"({"at_ns": 5, "act)"), std::runtime_error);
}

}  // namespace
}  // namespace orchestrator::state
