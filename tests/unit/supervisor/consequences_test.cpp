// Who lives in whose namespaces, and who goes on beside what is gone.
#include "orchestrator/supervisor/consequences.hpp"

#include <gtest/gtest.h>

namespace orchestrator::supervisor {
namespace {

struct Sharing : testing::Test {
  Members members{};

  Member& add(const std::string& id, const project::Service& service) {
    auto member = std::make_unique<Member>();
    member->definition = std::make_shared<Definition>(Definition{.service = service});
    member->record = {.id = id, .name = "app-" + id, .service = service.name, .wanted = true};
    member->goal = Goal::running;
    return *members.emplace(id, std::move(member)).first->second;
  }
  static Member& start(Member& member) {
    member.life = std::make_unique<Incarnation>(
        Incarnation{.cgroup = runtime::cgroup::Cgroup::open({}), .search = LogSearch("", 0)});
    ++member.record.generation;
    return member;
  }
  Member& owner(const std::string& word = "service:vpn") { return *owner_of(word, members); }
};

TEST_F(Sharing, IsWithTheOneThatCanBeShared) {
  EXPECT_EQ(owner_of("service:vpn", members), nullptr);
  Member& first = add("vpn-1", {.name = "vpn"});
  EXPECT_EQ(&owner(), &first);
  Member& second = start(add("vpn-2", {.name = "vpn"}));
  EXPECT_EQ(&owner(), &second);
  EXPECT_EQ(&owner("container:app-vpn-1"), &first);
}

TEST_F(Sharing, IsWithTheOldOneUntilTheNewOneTakesOver) {
  Member& old = start(add("vpn-1", {.name = "vpn"}));
  Member& fresh = start(add("vpn-1b", {.name = "vpn"}));
  fresh.record.replaces = "vpn-1";
  EXPECT_EQ(&owner(), &old);
  old.retiring = fresh.takes_over = true;
  EXPECT_EQ(&owner(), &fresh);
}

TEST_F(Sharing, MakesGuestsOfThoseWhoLive) {
  const Member& vpn = start(add("vpn-1", {.name = "vpn"}));
  Member& guest = start(add("guest-1", {.name = "guest", .network_mode = "service:vpn"}));
  Member& tracer = start(add("tracer-1", {.name = "tracer", .pid = "service:vpn"}));
  add("dead-1", {.name = "dead", .network_mode = "service:vpn"});
  start(add("other-1", {.name = "other"}));
  EXPECT_EQ(guests_of(vpn, members), (std::vector<Member*>{&guest, &tracer}));
}

struct LeftBehind : Sharing {
  Member& db = start(add("db-1", {.name = "db"}));
  Member& web = start(add("web-1", {.name = "web", .depends_on = {{.service = "db", .restart = true}}}));
  LeftBehind() { web.record.bound_to = living_dependencies(web, members); }
};

TEST_F(LeftBehind, IsNobodyWhoseDependencyLives) { EXPECT_FALSE(is_left_behind(web, members)); }

TEST_F(LeftBehind, IsWhoDependsOnAnEarlierIncarnation) {
  start(db);
  EXPECT_TRUE(is_left_behind(web, members));
}

TEST_F(LeftBehind, IsWhoDependsOnOneThatIsAboutToBeAnother) {
  db.restart_requested = true;
  EXPECT_TRUE(is_left_behind(web, members));
}

TEST_F(LeftBehind, IsNobodyWhoDidNotAskForIt) {
  web.definition =
      std::make_shared<Definition>(Definition{.service = {.name = "web", .depends_on = {{.service = "db"}}}});
  start(db);
  EXPECT_FALSE(is_left_behind(web, members));
}

TEST_F(LeftBehind, IsNobodyForAJobThatIsDone) {
  db.life.reset();
  db.goal = Goal::stopped;
  EXPECT_FALSE(is_left_behind(web, members));
}

TEST_F(LeftBehind, IsWhoDependsOnTheOneThatWasReplaced) {
  Member& fresh = start(add("db-1b", {.name = "db"}));
  fresh.record.replaces = "db-1";
  EXPECT_FALSE(is_left_behind(web, members));
  db.retiring = fresh.takes_over = true;
  EXPECT_TRUE(is_left_behind(web, members));
}

}  // namespace
}  // namespace orchestrator::supervisor
