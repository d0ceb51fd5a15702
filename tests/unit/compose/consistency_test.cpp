// What one value alone cannot show.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

struct Case {
  const char* web;
  const char* error;
};
constexpr Case kServices[] = {
    {"scale: 2, deploy: {replicas: 3}",
     "2:36: services.web: \"scale\" and \"deploy.replicas\" must not differ"},
    {"scale: -1", "2:36: services.web.scale must not be negative"},
    {"cpus: 1, deploy: {resources: {limits: {cpus: 2}}}",
     "2:35: services.web: \"cpus\" and \"deploy.resources.limits.cpus\" must not differ"},
    {"mem_limit: 1g, deploy: {resources: {limits: {memory: 2g}}}",
     "2:40: services.web: \"mem_limit\" and \"deploy.resources.limits.memory\" must not differ"},
    {"mem_limit: 1g, deploy: {resources: {limits: {memory: 1024m}}}", ""},
    {"pids_limit: 1, deploy: {resources: {limits: {pids: 2}}}",
     "2:41: services.web: \"pids_limit\" and \"deploy.resources.limits.pids\" must not differ"},
    {"mem_reservation: 1g, deploy: {resources: {reservations: {memory: 2g}}}",
     "2:46: services.web: \"mem_reservation\" and \"deploy.resources.reservations.memory\" must not differ"},
    {"container_name: box, scale: 2", "2:45: services.web: container_name allows only one instance, not 2"},
    {"network_mode: none, networks: [n]",
     "2:59: services.web: \"network_mode\" and \"networks\" exclude each other"},
    {"healthcheck: {test: [curl, x]}",
     "2:49: services.web.healthcheck.test: a list starts with NONE, CMD or CMD-SHELL, not \"curl\""},
    {"build: {context: ., dockerfile: D, dockerfile_inline: FROM x}",
     "2:83: services.web.build: \"dockerfile\" and \"dockerfile_inline\" exclude each other"},
    {"platform: linux/arm64, build: {context: ., platforms: [linux/amd64]}",
     "2:83: services.web.build.platforms must contain the service's platform \"linux/arm64\""},
    {"build: {context: ., additional_contexts: {x: 'service:db'}}",
     "2:74: services.web.build.additional_contexts: service \"db\" is not built"},
    {"volumes: ['/a:/x'], tmpfs: /x",
     "2:39: services.web.volumes[0]: \"/x\" is already the target of services.web.tmpfs[0]"},
    {"develop: {watch: [{path: ., action: sync}]}",
     "2:47: services.web.develop.watch: \"target\" is missing: \"sync\" needs one"},
    {"depends_on: [dbb]",
     "2:42: services.web.depends_on: service \"dbb\" is not defined; did you mean \"db\"?"},
    {"depends_on: [off]",
     "2:42: services.web.depends_on: service \"off\" belongs to a profile that is not active; enable it with "
     "--profile p, or set required: false"},
    {"depends_on: {off: {condition: service_started, required: false}}", ""},
    {"ipc: 'service:bd'",
     "2:34: services.web.depends_on: service \"bd\" is not defined; did you mean \"db\"?"},
    {"networks: [m]", "2:40: services.web.networks: network \"m\" is not defined; did you mean \"n\"?"},
    {"configs: [c]", "2:39: services.web.configs: config \"c\" is not defined"},
    {"secrets: [s]", "2:39: services.web.secrets: secret \"s\" is not defined"},
    {"models: [m]", "2:38: services.web.models: model \"m\" is not defined"},
    {"build: {context: ., secrets: [s]}", "2:59: services.web.build.secrets: secret \"s\" is not defined"},
    {"volumes: [{type: bind, target: /x}]", "2:39: services.web.volumes[0]: a bind mount needs a \"source\""},
    {"gpus: [{capabilities: [c], count: 1, device_ids: ['0']}]",
     "2:36: services.web.gpus[0]: \"count\" and \"device_ids\" exclude each other"},
    {"ports: [{target: 80, host_ip: 999.1.1.1}]",
     "2:59: services.web.ports[0]: \"999.1.1.1\" is no IP address"},
};

TEST(Consistency, OfServices) {
  for (const Case& one : kServices) {
    const Stack stack("name: a\nservices: {web: {rootfs: /, " + std::string(one.web) +
                      "}, db: {rootfs: /}, off: {rootfs: /, profiles: [p]}}\nnetworks: {n: }");
    const std::string error = one.error;
    EXPECT_EQ(stack.errors(), error.empty() ? "" : "compose.yaml:" + error) << one.web;
  }
}

constexpr Case kResources[] = {
    {"volumes: {v: {external: true, driver: local}}",
     "3:31: volumes.v: \"external\" and \"driver\" exclude each other: the volume is made elsewhere"},
    {"volumes: {v: {name: a, external: {name: b}}}",
     "3:41: volumes.v: name and external.name conflict; only use name"},
    {"secrets: {s: {file: f, environment: E}}", "3:11: secrets.s: file, environment exclude each other"},
    {"secrets: {s: {labels: [a=b]}}", "3:11: secrets.s: one of file, environment is missing"},
    {"secrets: {s: {driver: d}}", "3:11: secrets.s: a secret needs a \"file\" or \"environment\""},
    {"configs: {c: {file: f, content: x}}", "3:11: configs.c: file, environment, content exclude each other"},
    {"models: {m: {name: x}}", "3:13: models.m: \"model\" is missing"},
    {"volumes: {'a b': }",
     "3:11: volumes: \"a b\" is no name: it is made of letters, digits, \".\", \"_\" and \"-\""},
};

TEST(Consistency, OfResources) {
  for (const Case& one : kResources) {
    const Stack stack("name: a\nservices: {web: {rootfs: /}}\n" + std::string(one.web));
    EXPECT_EQ(stack.errors(), "compose.yaml:" + std::string(one.error)) << one.web;
  }
}

TEST(Consistency, ContainerNamesAreTakenOnce) {
  EXPECT_EQ(
      Stack("name: a\nservices: {a: {rootfs: /, container_name: box}, b: {rootfs: /, container_name: box}}")
          .errors(),
      "compose.yaml:2:80: services.b.container_name: \"box\" is already the name of service \"a\"");
}

TEST(Consistency, WhatIsDisabledIsNotHeldAgainstAnything) {
  EXPECT_EQ(Stack("name: a\nservices: {web: {rootfs: /}, off: {profiles: [p], networks: [none]}}").errors(),
            "");
}

/// `web` looks for a line of its own output, or of that of `db`.
std::string log_errors(const std::string& web, const std::string& db = "rootfs: /") {
  return Stack("name: a\nservices:\n  web: {rootfs: /, " + web + "}\n  db: {" + db + "}\n").errors();
}

TEST(Consistency, ALineIsLookedForOnlyInWhatIsKept) {
  const std::string probe = "x-mdcompose: {probe: {log: up}}";
  const std::string condition = "x-mdcompose: {depends_on: {db: {log: up}}}";
  const std::string none = "logging: {driver: none}";
  EXPECT_EQ(log_errors(probe), "");
  EXPECT_EQ(log_errors(probe + ", logging: {driver: journald}"), "");
  EXPECT_EQ(log_errors(probe + ", " + none),
            "compose.yaml:3:47: services.web.x-mdcompose.probe.log: nothing is kept of what service \"web\" "
            "prints: its logging driver is \"none\"; use another one, such as \"local\", or another probe");
  EXPECT_EQ(log_errors(probe + ", healthcheck: {disable: true}, " + none), "");
  EXPECT_EQ(log_errors(condition + ", " + none), "");
  EXPECT_EQ(log_errors(condition, "rootfs: /, " + none),
            "compose.yaml:3:57: services.web.x-mdcompose.depends_on.db.log: nothing is kept of what service "
            "\"db\" prints: its logging driver is \"none\"; use another one, such as \"local\", or another "
            "condition");
}

TEST(Consistency, TheDriverMayBeInherited) {
  const std::string stack =
      "name: a\nservices:\n  quiet: {rootfs: /, logging: {driver: none}}\n"
      "  web: {extends: {service: quiet}, x-mdcompose: {probe: {log: up}}";
  EXPECT_EQ(Stack(stack + "}").errors().substr(0, 18), "compose.yaml:4:63:");
  EXPECT_EQ(Stack(stack + ", logging: {driver: local}}").errors(), "");
}

TEST(Consistency, CanBeLeftOut) {
  Stack stack("name: a\nservices: {web: {rootfs: /, networks: [none]}}");
  stack.options.checks_consistency = false;
  EXPECT_EQ(stack.errors(), "");
}

TEST(Selection, KeepsWhatIsNamedAndWhatThatNeeds) {
  Stack stack(
      "name: a\nservices: {web: {rootfs: /, depends_on: [db]}, db: {rootfs: /, volumes: ['vol:/v']}, other: "
      "{rootfs: /, networks: [n]}}\nnetworks: {n: }\nvolumes: {vol: , unused: }");
  stack.options.services = {"w?b"};
  stack.options.keeps_all_services = false;
  stack.options.keeps_all_resources = false;
  const auto project = stack.project();
  EXPECT_EQ(project.services.size(), 2U);
  EXPECT_EQ(project.volumes.size(), 1U);
  EXPECT_FALSE(project.networks.contains("n"));
  stack.options.services = {"wbe"};
  EXPECT_EQ(stack.errors(), "no such service: \"wbe\"; did you mean \"web\"?");
}

}  // namespace
}  // namespace orchestrator::compose::test
