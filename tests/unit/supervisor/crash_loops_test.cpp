// Whether a crash loop may end by itself, because somebody else is still coming up.
#include "orchestrator/supervisor/crash_loops.hpp"

#include <gtest/gtest.h>

namespace orchestrator::supervisor {
namespace {

using namespace std::chrono_literals;
using state::Health;
using state::Phase;

struct CrashLoop : testing::Test {
  Clock::time_point now = Clock::now();
  Members members{};
  Member& app = add_crashing("app");

  Member& add(const project::Service& service) {
    auto member = std::make_unique<Member>();
    member->definition = std::make_shared<Definition>(Definition{.service = service});
    member->record = {.id = service.name + "-1", .service = service.name, .wanted = true};
    member->goal = Goal::running;
    return *members.emplace(member->record.id, std::move(member)).first->second;
  }
  Member& add_running(const project::Service& service, Health health, Clock::duration age = 1s) {
    Member& member = add(service);
    member.life = std::make_unique<Incarnation>(
        Incarnation{.cgroup = runtime::cgroup::Cgroup::open({}), .search = LogSearch("", 0)});
    member.life->started = now - age;
    member.record.phase = Phase::running;
    member.record.health = health;
    return member;
  }
  Member& add_crashing(const std::string& name) {
    Member& member = add({.name = name});
    member.restart_at = now;
    member.record.history.crash_looping = true;
    return member;
  }
  bool app_is_early() { return is_early(app, members, now); }
};

TEST_F(CrashLoop, OfTheOnlyOneIsForGood) {
  EXPECT_FALSE(app_is_early());
  EXPECT_TRUE(crashes_for_good(app, members));
}

TEST_F(CrashLoop, IsNotForGoodWhileSomebodyIsNotHealthyYet) {
  Member& db = add_running({.name = "db"}, Health::starting);
  EXPECT_TRUE(app_is_early());
  db.record.health = Health::healthy;
  EXPECT_FALSE(app_is_early());
  db.record.health = Health::unhealthy;
  EXPECT_FALSE(app_is_early());
}

TEST_F(CrashLoop, WithoutAHealthCheckSomebodyIsComingUpForAWhile) {
  Member& db = add_running({.name = "db"}, Health::none);
  EXPECT_TRUE(app_is_early());
  db.life->started = now - 30s;
  EXPECT_FALSE(app_is_early());
}

TEST_F(CrashLoop, IsJudgedByTheLastStart) {
  app.was_early = true;
  EXPECT_FALSE(crashes_for_good(app, members));
}

TEST_F(CrashLoop, OfAnotherOneMayEndFirst) {
  Member& backend = add_crashing("backend");
  EXPECT_FALSE(app_is_early()) << "two that crash for good do not wait for each other";
  EXPECT_TRUE(crashes_for_good(app, members));
  backend.was_early = true;
  EXPECT_FALSE(crashes_for_good(app, members));
}

TEST_F(CrashLoop, WaitsNeitherForReplicasNorForWhoWaits) {
  add_running({.name = "web", .depends_on = {{.service = "app"}}}, Health::none);
  Member& replica = add_running({.name = "replica"}, Health::starting);
  replica.record.service = "app";
  EXPECT_FALSE(app_is_early());
}

}  // namespace
}  // namespace orchestrator::supervisor
