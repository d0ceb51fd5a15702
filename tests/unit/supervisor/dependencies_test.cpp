// Whether what a container depends on is there, and what the end of that means for it.
#include "orchestrator/supervisor/dependencies.hpp"

#include <gtest/gtest.h>

#include "orchestrator/supervisor/consequences.hpp"

namespace orchestrator::supervisor {
namespace {

using project::Dependency;
using project::Service;
using state::EndCause;
using state::Health;
using state::Phase;

struct Stack : testing::Test {
  Members members{};

  Member& add(const Service& service) {
    auto member = std::make_unique<Member>();
    const std::string id = service.name + "-1";
    member->definition = std::make_shared<Definition>(Definition{.service = service});
    member->record = {.id = id, .name = "app-" + id, .service = service.name, .wanted = true};
    member->goal = Goal::running;
    return *members.emplace(id, std::move(member)).first->second;
  }
  Member& add_running(const Service& service) { return bring_to_life(add(service)); }
  static Member& bring_to_life(Member& member) {
    member.life = std::make_unique<Incarnation>(
        Incarnation{.cgroup = runtime::cgroup::Cgroup::open({}), .search = LogSearch("", 0)});
    ++member.record.generation;
    member.record.has_run = true;
    member.record.phase = Phase::running;
    return member;
  }
  static void end(Member& member, int code, EndCause cause = EndCause::itself, Goal goal = Goal::stopped) {
    member.life.reset();
    member.record.exit = state::Exit{.code = code};
    member.record.phase = Phase::exited;
    member.record.ended_by = cause;
    member.goal = goal;
  }
  /// A service "web" that depends on "db".
  Member& add_web(Dependency dependency) {
    dependency.service = "db";
    return add({.name = "web", .depends_on = {std::move(dependency)}});
  }
  std::string readiness(const Member& member) {
    const Readiness answer = dependencies_of(member, members);
    switch (answer.state) {
      case Readiness::State::ready:
        return answer.warnings.empty() ? "ready" : "ready: " + answer.warnings.front();
      case Readiness::State::waiting:
        return "waiting";
      case Readiness::State::failed:
        return (answer.may_pass ? "for now: " : "") + answer.why;
    }
    return "";
  }
};

using DependsOn = Stack;

TEST_F(DependsOn, ServiceStarted) {
  Member& db = add({.name = "db"});
  const Member& web = add_web({});
  EXPECT_EQ(readiness(web), "waiting");
  bring_to_life(db);
  EXPECT_EQ(readiness(web), "ready");
  end(db, 0);
  EXPECT_EQ(readiness(web), "ready");
}

TEST_F(DependsOn, OneWhoseProcessHasEndedIsNotThereThoughItIsNotClearedAway) {
  Member& db = add_running({.name = "db"});
  const Member& web = add_web({});
  db.life->ended = true;
  EXPECT_EQ(readiness(web), "waiting");
  end(db, 137, EndCause::itself, Goal::running);
  EXPECT_EQ(readiness(web), "waiting");
  bring_to_life(db);
  EXPECT_EQ(readiness(web), "ready");
}

TEST_F(DependsOn, ServiceStartedWithItsHooks) {
  Member& db = add_running({.name = "db", .post_start = {{.command = project::Strings{"register"}}}});
  const Member& web = add_web({});
  EXPECT_EQ(readiness(web), "waiting");
  db.record.greeted = db.record.generation;
  EXPECT_EQ(readiness(web), "ready");
  db.life->failed_hooks = true;
  db.failure = "a hook has failed";
  EXPECT_EQ(readiness(web), "dependency failed to start: a hook has failed");
}

TEST_F(DependsOn, NamesTheFirstCauseOnce) {
  Member& db = add_running({.name = "db"});
  const Member& web = add_web({});
  db.record.phase = state::Phase::exited;
  db.life.reset();
  db.failure = "dependency failed to start: container app-job-1 exited (1)\nlog lines of app-job-1:\n  no";
  EXPECT_EQ(readiness(web), "dependency failed to start: container app-job-1 exited (1)");
}

TEST_F(DependsOn, AHookThatKeepsARunningOneIsNoObstacle) {
  Member& db = add_running({.name = "db"});
  const Member& web = add_web({});
  db.failure = "a pre_stop hook has failed";
  EXPECT_EQ(readiness(web), "ready");
}

TEST_F(DependsOn, AScheduledJobIsThereWhileItWaits) {
  Member& db = add({.name = "db"});
  const Member& web = add_web({.condition = "service_completed_successfully"});
  EXPECT_EQ(readiness(web), "waiting");
  db.record.next_run_ns = 1;
  EXPECT_EQ(readiness(web), "ready");
}

TEST_F(DependsOn, ServiceHealthy) {
  Member& db = add_running({.name = "db"});
  const Member& web = add_web({.condition = "service_healthy"});
  EXPECT_EQ(readiness(web), "dependency failed to start: container app-db-1 has no healthcheck configured");
  db.record.health = Health::starting;
  EXPECT_EQ(readiness(web), "waiting");
  db.record.health = Health::healthy;
  EXPECT_EQ(readiness(web), "ready");
  db.record.health = Health::unhealthy;
  EXPECT_EQ(readiness(web), "for now: dependency failed to start: container app-db-1 is unhealthy");
  end(db, 3);
  EXPECT_EQ(readiness(web), "dependency failed to start: container app-db-1 exited (3)");
}

TEST_F(DependsOn, ACrashLoopIsToldInsteadOfWaitedFor) {
  Member& db = add_running({.name = "db"});
  const Member& web = add_web({.condition = "service_healthy"});
  db.record.health = Health::starting;
  db.record.history.crash_looping = true;
  EXPECT_EQ(readiness(web), "waiting") << "it may be early";
  db.crash_report = "container app-db-1 crashes again and again";
  EXPECT_EQ(readiness(web),
            "for now: dependency failed to start: container app-db-1 crashes again and again");
}

TEST_F(DependsOn, ServiceCompletedSuccessfully) {
  Member& db = add_running({.name = "db", .success_exit_codes = {7}});
  const Member& web = add_web({.condition = "service_completed_successfully"});
  EXPECT_EQ(readiness(web), "waiting");
  end(db, 3);
  EXPECT_EQ(readiness(web), "service \"db\" didn't complete successfully: exit 3");
  end(db, 7);
  EXPECT_EQ(readiness(web), "ready");
}

TEST_F(DependsOn, ServiceCompletedWhateverTheCode) {
  Member& db = add_running({.name = "db"});
  const Member& web = add_web({.condition = "service_completed"});
  EXPECT_EQ(readiness(web), "waiting");
  end(db, 3);
  EXPECT_EQ(readiness(web), "ready");
}

TEST_F(DependsOn, AJobThatIsToRunAgainIsNotComplete) {
  Member& db = add_running({.name = "db"});
  const Member& web = add_web({.condition = "service_completed"});
  end(db, 0, EndCause::itself, Goal::running);
  EXPECT_EQ(readiness(web), "waiting");
}

TEST_F(DependsOn, ServiceLogReady) {
  Member& db = add_running({.name = "db"});
  const Member& web = add_web({.condition = "service_log_ready", .log = "ready"});
  EXPECT_EQ(readiness(web), "waiting");
  end(db, 1);
  EXPECT_EQ(readiness(web), "dependency failed to start: container app-db-1 exited (1)");
}

TEST_F(DependsOn, AnOptionalOneThatFailsIsAWarning) {
  Member& db = add_running({.name = "db"});
  const Member& web = add_web({.condition = "service_healthy", .required = false});
  end(db, 3);
  EXPECT_EQ(readiness(web), "ready: optional dependency failed to start: container app-db-1 exited (3)");
}

TEST_F(DependsOn, OneThatAUserHasStoppedIsNoObstacle) {
  Member& db = add_running({.name = "db"});
  const Member& web = add_web({.condition = "service_healthy"});
  end(db, 143, EndCause::command);
  db.record.wanted = false;
  EXPECT_EQ(readiness(web), "ready");
}

TEST_F(DependsOn, OneThatIsPausedIsNotReadyUntilSomebodyLetsItGoOn) {
  Member& db = add_running({.name = "db"});
  for (const char* condition : {"service_started", "service_healthy", "service_completed_successfully"}) {
    const Member& web = add_web({.condition = condition});
    db.record.phase = Phase::paused;
    EXPECT_EQ(
        readiness(web),
        "for now: dependency failed to start: container app-db-1 is paused; mdcompose unpause db lets it "
        "go on");
    members.erase("web-1");
  }
}

TEST_F(DependsOn, WhoSharesANamespaceWaitsForOneThatAUserHasStopped) {
  Member& db = add_running({.name = "db"});
  const Member& web = add({.name = "web", .depends_on = {{.service = "db"}}, .pid = "service:db"});
  EXPECT_EQ(readiness(web), "ready");
  end(db, 143, EndCause::command);
  db.record.wanted = false;
  EXPECT_EQ(
      readiness(web),
      "for now: dependency failed to start: container app-db-1, whose namespace it shares, is not running");
  EXPECT_EQ(dependencies_of(web, members).waits_for, std::vector<std::string>{"app-db-1 to run"});
  bring_to_life(db).goal = Goal::running;
  EXPECT_EQ(readiness(web), "ready");
}

TEST_F(DependsOn, EveryInstanceHasToBeThere) {
  add_running({.name = "db"});
  auto second = std::make_unique<Member>();
  second->definition = members.at("db-1")->definition;
  second->record = {.id = "db-2", .service = "db", .wanted = true};
  second->goal = Goal::running;
  members.emplace("db-2", std::move(second));
  EXPECT_EQ(readiness(add_web({})), "waiting");
}

struct Bound : Stack {
  Member& db = add_running({.name = "db"});

  /// A living service that was started when `db` lived.
  Member& add_bound(Service service) {
    service.name = "web";
    service.depends_on = {{.service = "db"}};
    Member& web = add_running(service);
    web.record.bound_to = living_dependencies(web, members);
    return web;
  }
};

TEST_F(Bound, ToWhomItDependsOn) {
  add_running({.name = "other"});
  EXPECT_EQ(add_bound({}).record.bound_to, (std::map<std::string, std::int64_t>{{"db-1", 1}}));
}

TEST_F(Bound, ACrashMeansWhatTheServiceSays) {
  Member& web = add_bound({});
  end(db, 1);
  EXPECT_EQ(consequence_of(web, members), Consequence::none);
  for (const auto& [word, consequence] : {std::pair{"restart", Consequence::restart},
                                          {"stop", Consequence::stop},
                                          {"ignore", Consequence::none}}) {
    web.definition =
        std::make_shared<Definition>(Definition{.service = {.name = "web", .on_dependency = word}});
    EXPECT_EQ(consequence_of(web, members), consequence) << word;
  }
}

TEST_F(Bound, ALaterIncarnationIsAnotherOne) {
  const Member& web = add_bound({.on_dependency = "restart"});
  EXPECT_EQ(consequence_of(web, members), Consequence::none);
  end(db, 1, EndCause::itself, Goal::running);
  bring_to_life(db);
  EXPECT_EQ(consequence_of(web, members), Consequence::restart);
}

TEST_F(Bound, CommandsAreNoCrash) {
  const Member& web = add_bound({.on_dependency = "restart"});
  db.restart_requested = true;
  EXPECT_EQ(consequence_of(web, members), Consequence::none);
  end(db, 143, EndCause::command);
  EXPECT_EQ(consequence_of(web, members), Consequence::none);
}

TEST_F(Bound, UnhealthyAndPassedOnEndsAreCrashes) {
  const Member& web = add_bound({.on_dependency = "restart"});
  db.life->is_unfit = true;
  EXPECT_EQ(consequence_of(web, members), Consequence::restart);
  end(db, 143, EndCause::dependency);
  EXPECT_EQ(consequence_of(web, members), Consequence::restart);
}

TEST_F(Bound, WhoSharesANamespaceComesBackWithItsOwner) {
  const Member& web = add_bound({.ipc = "service:db"});
  db.restart_requested = true;
  EXPECT_EQ(consequence_of(web, members), Consequence::restart);
  db.goal = Goal::stopped;
  EXPECT_EQ(consequence_of(web, members), Consequence::none);
  end(db, 1, EndCause::itself, Goal::running);
  EXPECT_EQ(consequence_of(web, members), Consequence::restart);
}

TEST_F(Bound, ANetworkOutlivesItsOwner) {
  const Member& web = add_bound({.network_mode = "service:db"});
  EXPECT_EQ(host_of(web, members), &db);
  EXPECT_TRUE(has_guests(db, members));
  end(db, 1, EndCause::itself, Goal::running);
  EXPECT_EQ(consequence_of(web, members), Consequence::none);
  EXPECT_TRUE(has_guests(db, members));
}

TEST_F(Bound, WhoIsKilledWithAPidNamespaceIsToldFromWhoCrashes) {
  const Member& web = add_bound({.pid = "service:db"});
  EXPECT_FALSE(dies_with_its_namespace(web, members));
  db.life->ended = true;
  EXPECT_TRUE(dies_with_its_namespace(web, members));
}

TEST_F(Bound, WhoHasToEndBecauseOfADependencyEndsFirst) {
  Member& web = add_bound({.on_dependency = "stop"});
  EXPECT_FALSE(has_ending_dependants(db, members));
  db.life->is_unfit = true;
  EXPECT_TRUE(has_ending_dependants(db, members));
  end(web, 0);
  EXPECT_FALSE(has_ending_dependants(db, members));
}

}  // namespace
}  // namespace orchestrator::supervisor
