// What --dry-run says of commands other than `up`.
#include "orchestrator/plan/rehearsal.hpp"

#include <gtest/gtest.h>

#include "stacks.hpp"

namespace orchestrator::plan {
namespace {

using state::Phase;

std::string rehearse(const state::Request& request) {
  Observed observed = test::running(test::stack("web:\nold:\n---\nvolumes: {data: }"));
  state::Instance& old = test::record(observed, "old-1");
  old.phase = Phase::exited;
  old.addresses.clear();
  return to_text(rehearsal_of(request, observed));
}

TEST(Rehearsal, OfStop) { EXPECT_EQ(rehearse({.verb = "stop"}), "stop container app-web-1\n"); }
TEST(Rehearsal, OfStart) { EXPECT_EQ(rehearse({.verb = "start"}), "start container app-old-1\n"); }
TEST(Rehearsal, OfStartWithWhatItDependsOnButForJobsThatAreDone) {
  Observed observed =
      test::running(test::stack("web:\n  depends_on: {db: {condition: service_started}, job: {condition: "
                                "service_completed_successfully}}\n"
                                "db:\njob:\nother:\n"));
  for (ObservedInstance& one : observed.instances) {
    one.record.phase = Phase::exited;
    one.record.exit = state::Exit{};
  }
  const auto start = [&](std::vector<std::string> services) {
    return to_text(rehearsal_of({.verb = "start", .services = std::move(services)}, observed));
  };
  EXPECT_EQ(start({"web"}), "start container app-db-1\nstart container app-web-1\n");
  EXPECT_EQ(start({"job"}), "start container app-job-1\n");
  EXPECT_EQ(start({}), "start container app-db-1\nstart container app-other-1\nstart container app-web-1\n");
}
TEST(Rehearsal, OfRestart) {
  EXPECT_EQ(rehearse({.verb = "restart"}), "start container app-old-1\nrestart container app-web-1\n");
}
TEST(Rehearsal, OfRm) {
  EXPECT_EQ(rehearse({.verb = "remove"}), "remove container app-old-1\n");
  EXPECT_EQ(rehearse({.verb = "remove", .services = {"web"}, .force = true}), "remove container app-web-1\n");
}
TEST(Rehearsal, OfDown) {
  EXPECT_EQ(rehearse({.verb = "down", .volumes = true}),
            "remove container app-old-1\nremove container app-web-1\nremove network app_default\n"
            "remove volume app_data\n");
  EXPECT_EQ(rehearse({.verb = "down", .services = {"web"}}), "remove container app-web-1\n");
  EXPECT_EQ(rehearse({.verb = "down", .known = {"web"}}), "remove container app-web-1\n");
}
TEST(Rehearsal, OfWhoGoesAlong) {
  const Observed observed =
      test::running(test::stack("a:\n"
                                "b:\n  depends_on: {c: {condition: service_started, restart: true}}\n"
                                "c:\n  depends_on: {d: {condition: service_started, restart: true}}\n"
                                "d:\n"
                                "e:\n  depends_on: [d]\n"));
  const auto rehearsed = [&](const state::Request& request) {
    return to_text(rehearsal_of(request, observed));
  };
  EXPECT_EQ(rehearsed({.verb = "down", .services = {"d"}}),
            "remove container app-b-1\nremove container app-c-1\nremove container app-d-1\nremove container "
            "app-e-1\n");
  EXPECT_EQ(rehearsed({.verb = "restart", .services = {"d"}}),
            "restart container app-b-1\nrestart container app-c-1\nrestart container app-d-1\n");
  EXPECT_EQ(rehearsed({.verb = "restart", .services = {"d"}, .no_deps = true}),
            "restart container app-d-1\n");
  EXPECT_EQ(rehearsed({.verb = "stop", .services = {"d"}}), "stop container app-d-1\n");
}

}  // namespace
}  // namespace orchestrator::plan
