// One small test per attribute: what is written, what it means.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

using namespace std::chrono_literals;
using project::Strings;

TEST(ServiceAttribute, Rootfs) {
  EXPECT_EQ(web("").rootfs->path, "/");
  const Stack stack("name: a\nservices: {web: {rootfs: {path: ./root, mode: readonly}}}");
  const project::Rootfs rootfs = *stack.project().services.at("web").rootfs;
  EXPECT_EQ(rootfs.path, stack.directory() + "/root");
  EXPECT_EQ(rootfs.mode, "readonly");
}

TEST(ServiceAttribute, RootfsUnderTheExtensionKey) {
  const Stack stack("name: a\nservices: {web: {x-mdcompose: {rootfs: /srv}}}");
  EXPECT_EQ(stack.project().services.at("web").rootfs->path, "/srv");
}

TEST(ServiceAttribute, CommandIsSplitOrTakenAsItIs) {
  EXPECT_EQ(web("command: echo 'a b' c").command, (Strings{"echo", "a b", "c"}));
  EXPECT_EQ(web("command: [echo, 'a b']").command, (Strings{"echo", "a b"}));
  EXPECT_EQ(web("command: []").command, Strings{});
  EXPECT_EQ(web("").command, std::nullopt);
}

TEST(ServiceAttribute, Entrypoint) {
  EXPECT_EQ(web("entrypoint: /init --x").entrypoint, (Strings{"/init", "--x"}));
}

TEST(ServiceAttribute, EnvironmentAsMapAndList) {
  EXPECT_EQ(web("environment: {A: 1, B: 'x=y'}").environment.at("B"), "x=y");
  EXPECT_EQ(web("environment: ['A=1=2']").environment.at("A"), "1=2");
}

TEST(ServiceAttribute, EnvironmentWithoutAValueIsTheCallers) {
  Stack stack = Stack("name: a\nservices: {web: {rootfs: /, environment: [SET, UNSET]}}");
  stack.options.environment = {{"SET", "here"}};
  const auto environment = stack.project().services.at("web").environment;
  EXPECT_EQ(environment.at("SET"), "here");
  EXPECT_EQ(environment.at("UNSET"), std::nullopt);
}

TEST(ServiceAttribute, EnvFileIsOverriddenByEnvironment) {
  Stack stack("name: a\nservices: {web: {rootfs: /, env_file: [one.env], environment: {B: own}}}");
  stack.file("one.env", "A=file\nB=file\n");
  const auto environment = stack.project().services.at("web").environment;
  EXPECT_EQ(environment.at("A"), "file");
  EXPECT_EQ(environment.at("B"), "own");
}

TEST(ServiceAttribute, OptionalEnvFileMayBeMissing) {
  EXPECT_EQ(errors_with("env_file: [{path: none.env, required: false}]"), "");
  EXPECT_NE(errors_with("env_file: none.env"), "");
}

TEST(ServiceAttribute, DependsOnAsListAndMap) {
  const Stack stack(
      "name: a\nservices:\n  web: {rootfs: /, depends_on: [db]}\n"
      "  job: {rootfs: /, depends_on: {db: {condition: service_healthy, restart: true, required: false}}}\n"
      "  db: {rootfs: /}\n");
  const auto services = stack.project().services;
  EXPECT_EQ(services.at("web").depends_on.at(0).condition, "service_started");
  EXPECT_TRUE(services.at("web").depends_on.at(0).required);
  EXPECT_EQ(services.at("job").depends_on.at(0).condition, "service_healthy");
  EXPECT_TRUE(services.at("job").depends_on.at(0).restart);
  EXPECT_FALSE(services.at("job").depends_on.at(0).required);
}

TEST(ServiceAttribute, HealthCheck) {
  const auto check =
      *web("healthcheck: {test: curl -f x, interval: 1m30s, timeout: 2s, retries: 5}").healthcheck;
  EXPECT_EQ(check.test, (Strings{"CMD-SHELL", "curl -f x"}));
  EXPECT_EQ(check.interval, 90s);
  EXPECT_EQ(check.timeout, 2s);
  EXPECT_EQ(check.retries, 5);
}

TEST(ServiceAttribute, RestartStopSignalAndGrace) {
  const auto service = web("restart: on-failure:3\nstop_signal: SIGINT\nstop_grace_period: 1m");
  EXPECT_EQ(service.restart, "on-failure:3");
  EXPECT_EQ(service.stop_signal, "SIGINT");
  EXPECT_EQ(service.stop_grace_period, 60s);
}

TEST(ServiceAttribute, SuccessExitCodes) {
  EXPECT_EQ(web("x-mdcompose: {success_exit_codes: [143, 3]}").success_exit_codes,
            (std::vector<int>{143, 3}));
  EXPECT_NE(errors_with("x-mdcompose: {success_exit_codes: [256]}"), "");
}

TEST(ServiceAttribute, DeployRestartPolicy) {
  EXPECT_EQ(
      web("deploy: {restart_policy: {condition: on-failure, delay: 5s, max_attempts: 3, window: 2m}}")
          .deploy->restart_policy,
      (project::DeployRestart{.condition = "on-failure", .delay = 5s, .max_attempts = 3, .window = 120s}));
}

TEST(ServiceAttribute, LimitsWithUnits) {
  const auto service = web("mem_limit: 64m\nmemswap_limit: -1\ncpus: 0.5\npids_limit: 100\nshm_size: 1g");
  EXPECT_EQ(service.mem_limit, 64 << 20);
  EXPECT_EQ(service.memswap_limit, -1);
  EXPECT_EQ(service.cpus, 0.5);
  EXPECT_EQ(service.pids_limit, 100);
  EXPECT_EQ(service.shm_size, 1 << 30);
}

TEST(ServiceAttribute, DeployResources) {
  const auto deploy = *web("deploy: {replicas: 2, resources: {limits: {cpus: '0.25', memory: 10M}}}").deploy;
  EXPECT_EQ(deploy.replicas, 2);
  EXPECT_EQ(deploy.cpus_limit, "0.25");
  EXPECT_EQ(deploy.memory_limit, 10 << 20);
}

TEST(ServiceAttribute, Ulimits) {
  const auto limits = web("ulimits: {nproc: 10, nofile: {soft: 1, hard: 2}}").ulimits;
  EXPECT_EQ(limits.at("nproc"), (project::Ulimit{.soft = 10, .hard = 10}));
  EXPECT_EQ(limits.at("nofile"), (project::Ulimit{.soft = 1, .hard = 2}));
}

TEST(ServiceAttribute, Sysctls) {
  EXPECT_EQ(web("sysctls: [net.core.somaxconn=5]").sysctls.at("net.core.somaxconn"), "5");
  EXPECT_EQ(web("sysctls: {net.core.somaxconn: 5}").sysctls.at("net.core.somaxconn"), "5");
}

TEST(ServiceAttribute, FlagsAndNames) {
  const auto service = web(
      "tty: true\nstdin_open: yes\nread_only: 'true'\ninit: false\nprivileged: true\nuser: app\nhostname: h\n"
      "working_dir: /w\ngroup_add: [1, staff]\ncap_add: [NET_ADMIN]\nsecurity_opt: "
      "['no-new-privileges:true']");
  EXPECT_TRUE(service.tty && service.stdin_open && service.read_only && service.privileged);
  EXPECT_EQ(service.init, false);
  EXPECT_EQ(service.user, "app");
  EXPECT_EQ(service.group_add, (Strings{"1", "staff"}));
}

TEST(ServiceAttribute, Tmpfs) {
  EXPECT_EQ(web("tmpfs: /run").tmpfs, Strings{"/run"});
  EXPECT_EQ(web("tmpfs: [/run, '/tmp:size=1m']").tmpfs, (Strings{"/run", "/tmp:size=1m"}));
}

TEST(ServiceAttribute, ExtraHosts) {
  EXPECT_EQ(web("extra_hosts: ['db:10.0.0.1', up=host-gateway]").extra_hosts,
            (Strings{"db=10.0.0.1", "up=host-gateway"}));
  EXPECT_EQ(web("extra_hosts: {db: 10.0.0.1}").extra_hosts, Strings{"db=10.0.0.1"});
}

TEST(ServiceAttribute, NetworksAndTheDefaultOne) {
  EXPECT_TRUE(web("").networks.contains("default"));
  EXPECT_FALSE(web("network_mode: none").networks.contains("default"));
  const Stack stack(
      "name: a\nservices: {web: {rootfs: /, networks: {n: {aliases: [x]}}}}\nnetworks: {n: {internal: "
      "true}}");
  EXPECT_EQ(stack.project().services.at("web").networks.at("n").aliases, Strings{"x"});
  EXPECT_EQ(stack.project().networks.at("n").name, "a_n");
  EXPECT_TRUE(stack.project().networks.at("n").internal);
}

TEST(ServiceAttribute, SecretsFromAFileAndTheEnvironment) {
  Stack stack(
      "name: a\nservices: {web: {rootfs: /, secrets: [s, {source: e, target: t}]}}\n"
      "secrets: {s: {file: ./s}, e: {environment: E}}");
  stack.options.environment = {{"E", "v"}};
  const auto project = stack.project();
  EXPECT_EQ(project.secrets.at("s").file, stack.directory() + "/s");
  EXPECT_EQ(project.secrets.at("e").content, "v");
  stack.options.environment.clear();
  EXPECT_EQ(stack.project().secrets.at("e").content, std::nullopt);
  EXPECT_EQ(project.services.at("web").secrets.at(1).target, "t");
}

TEST(ServiceAttribute, SharingANamespaceIsADependency) {
  const Stack stack("name: a\nservices: {web: {rootfs: /, network_mode: 'service:db'}, db: {rootfs: /}}");
  EXPECT_EQ(stack.project().services.at("web").depends_on.at(0).service, "db");
}

TEST(ProjectName, ComesFromTheCommandTheFileOrTheDirectory) {
  Stack stack("services: {web: {rootfs: /}}");
  EXPECT_EQ(stack.project().name.substr(0, 15), "mdcompose-load-");
  stack.file("compose.yaml", "name: written\nservices: {web: {rootfs: /}}");
  EXPECT_EQ(stack.project().name, "written");
  stack.options.project_name = "given";
  EXPECT_EQ(stack.project().name, "given");
}

TEST(Profiles, EnableServices) {
  Stack stack("name: a\nservices: {web: {rootfs: /}, debug: {rootfs: /, profiles: [dev]}}");
  EXPECT_FALSE(stack.project().services.contains("debug"));
  EXPECT_TRUE(stack.project().disabled.contains("debug"));
  stack.options.profiles = {"dev"};
  EXPECT_TRUE(stack.project().services.contains("debug"));
  stack.options.profiles = {};
  stack.options.services = {"debug"};
  EXPECT_TRUE(stack.project().services.contains("debug"));
}

}  // namespace
}  // namespace orchestrator::compose::test
