// What `up` does before, and what after a rolling update.
#include "orchestrator/plan/stages.hpp"

#include <gtest/gtest.h>

#include "stacks.hpp"

namespace orchestrator::plan {
namespace {

/// "app-1 | db: db-1 db-2 | web-1": what is done together, and the service that is rolled out after it.
std::string text(const std::vector<Stage>& stages) {
  std::string text;
  for (const Stage& stage : stages) {
    for (const Step& step : stage.together) text += step.id + " ";
    if (stage.rolled_out.empty()) continue;
    text += "| " + stage.rolled_out + ": ";
    for (const Step& step : stage.replaced) text += step.id + " ";
    text += "| ";
  }
  return text;
}

/// Of a stack that runs as `before` says.
std::string stages(const std::string& before, const std::string& after,
                   const std::set<std::string>& rolled_out) {
  const project::Project project = test::stack(after);
  return text(stages_of(reconcile(project, test::running(test::stack(before)), {}), project, rolled_out));
}

TEST(Stages, AreOneWhereNothingIsRolledOut) {
  EXPECT_EQ(stages("db:\nweb:\n", "db:\n  hostname: new\nweb:\n  depends_on: [db]\n", {}), "db-1 web-1 ");
}

TEST(Stages, TouchWhoDependsOnAServiceWhenItsUpdateIsThrough) {
  const std::string around = "app:\n  depends_on: [web]\nother:\nweb:\n  depends_on: [db]\n";
  EXPECT_EQ(stages(around + "db:\n", around + "db:\n  hostname: new\n", {"db"}),
            "other-1 | db: db-1 | web-1 app-1 ");
}

TEST(Stages, RollOutOneServiceAfterTheOther) {
  const std::string around = "app:\n  depends_on: [web]\nweb:\n  depends_on: [db]\n";
  EXPECT_EQ(stages(around + "db:\n", around + "  hostname: new\ndb:\n  hostname: new\n", {"db", "web"}),
            "| db: db-1 | | web: web-1 | app-1 ");
}

TEST(Stages, ChangeTheNumberOfContainersLast) {
  EXPECT_EQ(stages("web:\n  scale: 2\n", "web:\n  scale: 3\n  hostname: new\n", {"web"}),
            "| web: web-1 web-2 | web-3 ");
  EXPECT_EQ(stages("web:\n  scale: 2\n", "web:\n  scale: 1\n  hostname: new\n", {"web"}),
            "| web: web-1 | web-2 ");
}

TEST(Stages, RemoveOrphansFirst) {
  const project::Project project = test::stack("web:\n  hostname: new\n");
  const Plan plan = reconcile(project, test::running(test::stack("old:\nweb:\n")), {.remove_orphans = true});
  EXPECT_EQ(text(stages_of(plan, project, {"web"})), "old-1 | web: web-1 | ");
}

}  // namespace
}  // namespace orchestrator::plan
