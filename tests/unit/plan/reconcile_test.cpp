// What `up` decides to do.
#include "orchestrator/plan/reconcile.hpp"

#include <gtest/gtest.h>

#include "stacks.hpp"

namespace orchestrator::plan {
namespace {

using state::Phase;
using test::change;
using test::record;
using test::running;
using test::stack;

std::string decide(const project::Project& project, const Observed& observed, const Choices& choices = {}) {
  return to_text(reconcile(project, observed, choices));
}

TEST(Reconcile, CreatesWhatIsNotThereInOrderOfStart) {
  EXPECT_EQ(decide(stack("api:\n  depends_on: [db]\n"
                         "db:\n  volumes: [data:/data]\n"
                         "---\nvolumes: {data: }"),
                   {}),
            "create network app_default\n"
            "create volume app_data\n"
            "create container app-db-1\n"
            "create container app-api-1\n");
}

TEST(Reconcile, KeepsWhatRunsUnchanged) {
  const Plan plan = reconcile(stack("web:\n"), running(stack("web:\n")), {});
  EXPECT_EQ(to_text(plan), "");
  EXPECT_FALSE(plan.changes_anything());
  EXPECT_EQ(summary(plan), "nothing to do");
}

TEST(Reconcile, RecreatesOnlyWhatChangedAndSaysWhere) {
  EXPECT_EQ(change("web:\n  environment: {A: '1'}\ndb:\n", "web:\n  environment: {A: '2'}\ndb:\n"),
            "recreate container app-web-1\n"
            "    environment.A: \"1\" -> \"2\"  (compose.yaml:4:5)\n");
}

TEST(Reconcile, ChangesTheLimitsOfAllTogether) {
  const std::string limits = "web:\n---\nx-mdcompose: {limits: {cpus: 1.5, memory: 1k}}\n";
  EXPECT_EQ(decide(stack(limits), {}), "create network app_default\ncreate container app-web-1\n");
  EXPECT_EQ(change(limits, limits), "");
  EXPECT_EQ(change(limits, "web:\n---\nx-mdcompose: {limits: {memory: 2k}}\n"),
            "change stack app\n"
            "    x-mdcompose.limits.cpus: \"1.5\" -> nothing\n"
            "    x-mdcompose.limits.memory: 1024 -> 2048\n");
}

TEST(Reconcile, NamesEveryKeyThatChanged) {
  EXPECT_EQ(change("web:\n  command: [a, b]\n  tty: true\n  volumes: [/one:/x, /two:/y]\n",
                   "web:\n  command: [a, c]\n  init: true\n  volumes: [/two:/y, '/three:/x:ro']\n"),
            "recreate container app-web-1\n"
            "    command: [\"a\", \"b\"] -> [\"a\", \"c\"]  (compose.yaml:4:5)\n"
            "    init: nothing -> true  (compose.yaml:4:5)\n"
            "    tty: true -> nothing  (compose.yaml:4:5)\n"
            "    volumes[/x].read_only: nothing -> true  (compose.yaml:7:24)\n"
            "    volumes[/x].source: \"/one\" -> \"/three\"  (compose.yaml:7:24)\n");
}

TEST(Reconcile, TakesNoNoticeOfOrderReplicasProfilesAndWhereImagesComeFrom) {
  EXPECT_EQ(change("web:\n  scale: 1\ndb:\n",
                   "web:\n  deploy: {replicas: 1}\n  depends_on: [db]\n  pull_policy: always\ndb:\n"),
            "");
}

TEST(Reconcile, RecreatesForOtherContentOfFiles) {
  project::Project before = stack("web:\n");
  project::Project after = before;
  before.services["web"].contents = {{"secrets.key", "1"}, {"rootfs", "r"}};
  after.services["web"].contents = {{"secrets.key", "2"}, {"rootfs", "r"}};
  EXPECT_EQ(decide(after, running(before)),
            "recreate container app-web-1\n"
            "    secrets.key: other content  (compose.yaml:4:5)\n");
}

TEST(Reconcile, RecreatesForWhatTheServiceUsesOfTheTopLevel) {
  EXPECT_EQ(change("web:\n  networks: [front]\ndb:\n---\nnetworks: {front: }",
                   "web:\n  networks: [front]\ndb:\n---\nnetworks: {front: {internal: true}}"),
            "recreate container app-web-1\n"
            "    networks.front.internal: nothing -> true  (compose.yaml:8:19)\n");
}

TEST(Reconcile, RecreatesUnderANewName) {
  EXPECT_EQ(change("web:\n", "web:\n  container_name: shop\n"),
            "recreate container shop\n"
            "    container_name: \"app-web-1\" -> \"shop\"  (compose.yaml:4:5)\n");
}

TEST(Reconcile, RecreatesWhatNobodyKnowsTheDefinitionOf) {
  Observed observed = running(stack("web:\n"));
  observed.instances[0].definition = nullptr;
  EXPECT_EQ(decide(stack("web:\n"), observed),
            "recreate container app-web-1: what it was made from is not known any more\n");
}

TEST(Reconcile, StartsWhatHasEnded) {
  Observed observed = running(stack("web:\n"));
  record(observed, "web-1").phase = Phase::exited;
  record(observed, "web-1").exit = state::Exit{.code = 3};
  EXPECT_EQ(decide(stack("web:\n"), observed), "start container app-web-1: exited (3)\n");
  EXPECT_EQ(decide(stack("web:\n"), observed, {.start = false}), "");
}

TEST(Reconcile, LeavesWhatIsWaitingToRestart) {
  Observed observed = running(stack("web:\n"));
  record(observed, "web-1").phase = Phase::restarting;
  EXPECT_EQ(decide(stack("web:\n"), observed), "");
}

TEST(Reconcile, DoesNotRunAJobAgainThatIsDone) {
  const project::Project project =
      stack("web:\n  depends_on: {job: {condition: service_completed_successfully}}\njob:\n");
  Observed observed = running(project);
  record(observed, "job-1").phase = Phase::exited;
  record(observed, "job-1").exit = state::Exit{};
  EXPECT_EQ(decide(project, observed), "");
  record(observed, "job-1").exit = state::Exit{.code = 1};
  EXPECT_EQ(decide(project, observed), "start container app-job-1: exited (1)\n");
  record(observed, "job-1").exit = state::Exit{};
  record(observed, "job-1").wanted = false;  // everything has been stopped since
  EXPECT_EQ(decide(project, observed), "");
  record(observed, "job-1").ended_by = state::EndCause::command;  // stopped by hand, whatever it said then
  EXPECT_EQ(decide(project, observed), "start container app-job-1: exited (0)\n");
}

TEST(Reconcile, TellsWhoLosesANamespaceThoughHeIsNotChosen) {
  const std::string guests =
      "guest:\n  network_mode: service:vpn\nproc:\n  pid: service:vpn\nother:\n  depends_on: [vpn]\n";
  const Observed observed = running(stack("vpn:\n" + guests));
  const project::Project changed = stack("vpn:\n  hostname: new\n" + guests);
  const std::string plan = decide(changed, observed, {.services = {"vpn"}});
  EXPECT_NE(plan.find("restart container app-guest-1: vpn, whose namespace it shares, is new\n"), plan.npos);
  EXPECT_NE(plan.find("restart container app-proc-1: vpn, whose namespace it shares, is new\n"), plan.npos);
  EXPECT_EQ(plan.find("other"), plan.npos);
}

TEST(Reconcile, ScalesFromTheEnd) {
  const project::Project project = stack("web:\n  scale: 2\n");
  EXPECT_EQ(decide(project, running(project), {.scale = {{"web", 1}}}),
            "remove container app-web-2: scaled down\n"
            "    --scale: 2 -> 1\n");
  EXPECT_EQ(decide(project, running(project), {.scale = {{"web", 3}}}),
            "create container app-web-3\n"
            "    --scale: 2 -> 3\n");
  EXPECT_EQ(summary(reconcile(project, running(project), {.scale = {{"web", 3}}})),
            "1 to create, 2 unchanged");
}

TEST(Reconcile, SaysWhatHasChangedTheNumberOfContainers) {
  EXPECT_EQ(change("web:\n", "web:\n  deploy: {replicas: 3}\n"),
            "create container app-web-2\n"
            "    deploy.replicas: 1 -> 3  (compose.yaml:4:5)\n"
            "create container app-web-3\n"
            "    deploy.replicas: 1 -> 3  (compose.yaml:4:5)\n");
  EXPECT_EQ(change("web:\n  scale: 2\n", "web:\n"),
            "remove container app-web-2: scaled down\n"
            "    scale: 2 -> 1  (compose.yaml:4:5)\n");
}

TEST(Reconcile, NamesOrphansAndRemovesThemWhenAsked) {
  const Observed observed = running(stack("web:\nold:\n"));
  EXPECT_EQ(reconcile(stack("web:\n"), observed, {}).orphans, std::vector<std::string>{"app-old-1"});
  EXPECT_TRUE(reconcile(stack("web:\n"), observed, {.ignore_orphans = true}).orphans.empty());
  EXPECT_EQ(decide(stack("web:\n"), observed, {.remove_orphans = true}),
            "remove container app-old-1: service \"old\" is not in the stack file\n");
}

TEST(Reconcile, TakesNoServiceOfAnotherProfileForAnOrphan) {
  const Observed observed = running(stack("web:\nold:\n"));
  const Plan plan = reconcile(stack("web:\nold:\n  profiles: [debug]\n"), observed, {.remove_orphans = true});
  EXPECT_EQ(to_text(plan), "");
  EXPECT_TRUE(plan.orphans.empty());
}

TEST(Reconcile, LooksAtChosenServicesAndWhatTheyDependOn) {
  const project::Project project = stack("web:\n  depends_on: [db]\ndb:\nother:\n");
  EXPECT_EQ(decide(project, {}, {.services = {"web"}}),
            "create network app_default\ncreate container app-db-1\ncreate container app-web-1\n");
  EXPECT_EQ(decide(project, {}, {.services = {"web"}, .no_deps = true}),
            "create network app_default\ncreate container app-web-1\n");
  EXPECT_THROW(decide(project, {}, {.services = {"wbe"}}), std::runtime_error);
}

TEST(Reconcile, RecreatesWhenAskedTo) {
  const project::Project project = stack("web:\n  depends_on: [db]\ndb:\n");
  const auto with = [&](const Choices& choices) { return decide(project, running(project), choices); };
  EXPECT_EQ(with({.services = {"web"}, .force_recreate = true}),
            "recreate container app-web-1: --force-recreate\n");
  EXPECT_EQ(with({.services = {"web"}, .always_recreate_deps = true}),
            "recreate container app-db-1: --always-recreate-deps\n");
  EXPECT_EQ(with({.services = {"db"}, .renew_volumes = true}),
            "recreate container app-db-1: --renew-anon-volumes\n");
}

TEST(Reconcile, KeepsWhatChangedWhenAskedTo) {
  EXPECT_EQ(change("web:\n", "web:\n  tty: true\n", {.no_recreate = true}), "");
}

TEST(Reconcile, RestartsDependantsOfWhatIsNew) {
  const std::string rest =
      "api:\n  depends_on: {db: {condition: service_started, restart: true}}\n"
      "web:\n  depends_on: {api: {condition: service_started, restart: true}}\n"
      "log:\n  depends_on: [db]\n";
  EXPECT_EQ(change("db:\n" + rest, "db:\n  tty: true\n" + rest),
            "recreate container app-db-1\n"
            "    tty: nothing -> true  (compose.yaml:4:5)\n"
            "restart container app-api-1: db, which it depends on, is new\n"
            "restart container app-web-1: api, which it depends on, is new\n");
}

TEST(Reconcile, RestartsWhoUsesTheVolumesOfWhatIsNew) {
  const std::string rest =
      "reader:\n  volumes_from: [\"lender:ro\"]\nwriter:\n  volumes_from: [lender]\nother:\n  depends_on: "
      "[lender]\n";
  const std::string recreated =
      "recreate container app-lender-1\n"
      "    tty: nothing -> true  (compose.yaml:4:5)\n";
  const std::string restarted =
      "restart container app-reader-1: lender, whose volumes it uses, is new\n"
      "restart container app-writer-1: lender, whose volumes it uses, is new\n";
  const auto with = [&](const Choices& choices) {
    return change("lender:\n" + rest, "lender:\n  tty: true\n" + rest, choices);
  };
  EXPECT_EQ(with({}), recreated + restarted);
  EXPECT_EQ(with({.services = {"lender"}}), recreated + restarted);
  EXPECT_EQ(with({.services = {"lender"}, .no_deps = true}), recreated);
}

TEST(Reconcile, RestartsDependantsThatAreNotChosenAsTheyAre) {
  const auto with = [](const Choices& choices) {
    const std::string depends = "  depends_on: {db: {condition: service_started, restart: true}}\n";
    return change("db:\nweb:\n" + depends + "log:\n  depends_on: [db]\n",
                  "db:\n  tty: true\nweb:\n  init: true\n" + depends + "log:\n  depends_on: [db]\n", choices);
  };
  const std::string recreated =
      "recreate container app-db-1\n"
      "    tty: nothing -> true  (compose.yaml:4:5)\n";
  EXPECT_EQ(with({.services = {"db"}}),
            recreated + "restart container app-web-1: db, which it depends on, is new\n");
  EXPECT_EQ(with({.services = {"db"}, .no_deps = true}), recreated);
  EXPECT_EQ(with({.services = {"log"}, .no_deps = true}), "");
}

TEST(Reconcile, RestartsWhoAnInterruptedUpdateHasLeftBehind) {
  const project::Project project =
      stack("db:\nweb:\n  depends_on: {db: {condition: service_started, restart: true}}\n");
  Observed observed = running(project);
  record(observed, "db-1").generation = 2;
  record(observed, "web-1").bound_to = {{"db-1", 1}};
  EXPECT_EQ(decide(project, observed), "");  // it has crashed since
  record(observed, "web-1").starts_again = true;
  EXPECT_EQ(decide(project, observed), "restart container app-web-1: db, which it depends on, is new\n");
  EXPECT_EQ(decide(project, observed, {.services = {"db"}}),
            "restart container app-web-1: db, which it depends on, is new\n");
  record(observed, "web-1").bound_to = {{"db-1", 2}};
  EXPECT_EQ(decide(project, observed), "");
}

TEST(Reconcile, RestartsNobodyWhoIsNotOfTheStack) {
  const std::string web = "web:\n  depends_on: {db: {condition: service_started, restart: true}}\n";
  Plan plan = reconcile(stack("db:\n  tty: true\n"), running(stack("db:\n" + web)), {.services = {"db"}});
  EXPECT_EQ(to_text(plan), "recreate container app-db-1\n    tty: nothing -> true  (compose.yaml:4:5)\n");
  EXPECT_EQ(plan.orphans, std::vector<std::string>{"app-web-1"});
}

TEST(Reconcile, RestartsWhoSharesANamespaceWithWhatIsNew) {
  EXPECT_EQ(change("vpn:\nweb:\n  network_mode: service:vpn\n",
                   "vpn:\n  tty: true\nweb:\n  network_mode: service:vpn\n"),
            "recreate container app-vpn-1\n"
            "    tty: nothing -> true  (compose.yaml:4:5)\n"
            "restart container app-web-1: vpn, which it depends on, is new\n");
}

TEST(Reconcile, MakesNoExternalNetworksAndVolumes) {
  EXPECT_EQ(decide(stack("web:\n  networks: [front]\n  volumes: [data:/data]\n---\n"
                         "networks: {front: {external: true}}\nvolumes: {data: {external: true}}"),
                   {}),
            "create container app-web-1\n");
}

}  // namespace
}  // namespace orchestrator::plan
