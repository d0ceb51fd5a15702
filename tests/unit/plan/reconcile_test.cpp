// What `up` decides to do.
#include "orchestrator/plan/reconcile.hpp"

#include <gtest/gtest.h>

namespace orchestrator::plan {
namespace {

using state::Instance;
using state::Phase;

Wanted web(int number = 1, std::string hash = "h") {
  return {.service = "web",
          .number = number,
          .name = "app-web-" + std::to_string(number),
          .hash = std::move(hash)};
}
Instance running(const std::string& service, int number = 1) {
  const std::string id = service + "-" + std::to_string(number);
  return {.id = id,
          .name = "app-" + id,
          .service = service,
          .number = number,
          .config_hash = "h",
          .phase = Phase::running};
}
std::string decide(const std::vector<Wanted>& wanted, const std::vector<Instance>& observed,
                   const Choices& choices = {}) {
  return to_text(reconcile(wanted, {"web", "db"}, observed, choices));
}

TEST(Reconcile, CreatesWhatIsNotThere) { EXPECT_EQ(decide({web()}, {}), "create web-1: not there\n"); }

TEST(Reconcile, KeepsWhatRunsUnchanged) { EXPECT_EQ(decide({web()}, {running("web")}), "keep web-1\n"); }

TEST(Reconcile, RecreatesOnlyWhatChanged) {
  EXPECT_EQ(decide({web(1, "new"), web(2)}, {running("web", 1), running("web", 2)}),
            "recreate web-1: definition changed\nkeep web-2\n");
}

TEST(Reconcile, StartsWhatHasEnded) {
  Instance ended = running("web");
  ended.phase = Phase::exited;
  EXPECT_EQ(decide({web()}, {ended}), "start web-1: not running\n");
}

TEST(Reconcile, LeavesWhatIsWaitingToRestart) {
  Instance waiting = running("web");
  waiting.phase = Phase::restarting;
  EXPECT_EQ(decide({web()}, {waiting}), "keep web-1\n");
}

TEST(Reconcile, ScalesDownFromTheEnd) {
  EXPECT_EQ(decide({web(1)}, {running("web", 1), running("web", 2)}),
            "remove web-2: scaled down\nkeep web-1\n");
}

TEST(Reconcile, NamesOrphansAndRemovesThemWhenAsked) {
  EXPECT_EQ(reconcile({web()}, {"web"}, {running("web"), running("old")}, {}).orphans,
            std::vector<std::string>{"app-old-1"});
  EXPECT_EQ(to_text(reconcile({web()}, {"web"}, {running("web"), running("old")}, {.remove_orphans = true})),
            "remove old-1: not in the project\nkeep web-1\n");
}

TEST(Reconcile, LooksOnlyAtSelectedServices) {
  EXPECT_EQ(decide({web(), {.service = "db", .name = "app-db-1"}}, {running("web", 7)}, {.selected = {"db"}}),
            "create db-1: not there\n");
}

TEST(Reconcile, ForceAndNoRecreate) {
  EXPECT_EQ(decide({web()}, {running("web")}, {.force_recreate = {"web"}}), "recreate web-1: asked for\n");
  EXPECT_EQ(decide({web(1, "new")}, {running("web")}, {.no_recreate = true}), "keep web-1\n");
}

}  // namespace
}  // namespace orchestrator::plan
