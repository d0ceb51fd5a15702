// How later files override earlier ones.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

using project::Strings;

struct Case {
  const char* base;
  const char* over;
  const char* merged;
};

constexpr Case kCases[] = {
    // scalars are replaced, nothing keeps what was there
    {"user: a, tty: true", "user: b", R"({"tty":true,"user":"b"})"},
    {"user: a", "user: ", R"({"user":"a"})"},
    {"healthcheck: {interval: 1s}", "healthcheck: ", R"({"healthcheck":{"interval":"1s"}})"},
    // replaced as a whole
    {"command: a b, entrypoint: [e]", "command: [c], entrypoint: ", R"({"command":["c"],"entrypoint":null})"},
    {"healthcheck: {test: [CMD, a, b], retries: 2}", "healthcheck: {test: c}",
     R"({"healthcheck":{"test":["CMD-SHELL","c"],"retries":2}})"},
    {"ulimits: {nofile: {soft: 1, hard: 2}}", "ulimits: {nofile: 5, nproc: 6}",
     R"({"ulimits":{"nofile":5,"nproc":6}})"},
    // names and values, in whatever form
    {"environment: {A: 1, B: 1}", "environment: [B=2, C]", R"({"environment":{"A":"1","B":"2","C":null}})"},
    {"labels: [a=1]", "labels: {a: 2, b: 3}", R"({"labels":{"a":"2","b":"3"}})"},
    {"annotations: {a: 1}", "annotations: [b=2]", R"({"annotations":{"a":"1","b":"2"}})"},
    {"sysctls: [a=1]", "sysctls: {a: 2}", R"({"sysctls":{"a":"2"}})"},
    {"build: {args: {A: 1}, labels: [x=1], additional_contexts: [a=/a]}",
     "build: {args: [B=2], labels: {x: 2}, additional_contexts: {b: /b}}",
     R"({"build":{"context":".","dockerfile":"Dockerfile","args":{"A":"1","B":"2"},"labels":{"x":"2"},)"
     R"("additional_contexts":{"a":"/a","b":"/b"}}})"},
    {"build: /a", "build: {target: t}",
     R"({"build":{"context":"/a","dockerfile":"Dockerfile","target":"t"}})"},
    {"build: {target: t}", "build: /a",
     R"({"build":{"context":"/a","dockerfile":"Dockerfile","target":"t"}})"},
    {"deploy: {labels: {a: 1}}", "deploy: {labels: [b=2]}", R"({"deploy":{"labels":{"a":"1","b":"2"}}})"},
    // one or more
    {"dns: 1.1.1.1", "dns: [8.8.8.8, 1.1.1.1]", R"({"dns":["1.1.1.1","8.8.8.8"]})"},
    {"dns_search: a", "dns_search: b", R"({"dns_search":["a","b"]})"},
    {"tmpfs: /a", "tmpfs: [/b, '/a']", R"({"tmpfs":["/a","/b"]})"},
    {"env_file: [{path: /n, required: false}]", "env_file: [{path: /m, required: false}]", "{}"},
    // lists of names
    {"cap_add: [A, B], profiles: [p]", "cap_add: [B, C], profiles: [q, p]",
     R"({"profiles":["p","q"],"cap_add":["A","B","C"]})"},
    {"expose: [80]", "expose: ['80', 81]", R"({"expose":["80","81"]})"},
    {"security_opt: [a]", "security_opt: [b]", R"({"security_opt":["a","b"]})"},
    {"group_add: [a]", "group_add: [b]", R"({"group_add":["a","b"]})"},
    {"extra_hosts: {h: 1.1.1.1}", "extra_hosts: ['h=1.1.1.1', 'h=2.2.2.2']",
     R"({"extra_hosts":["h=1.1.1.1","h=2.2.2.2"]})"},
    // by what they mean
    {"ports: ['8080:80', 81]", "ports: ['8080:80', {target: 81, published: 9}]",
     R"({"ports":[{"mode":"ingress","target":80,"published":"8080","protocol":"tcp"},)"
     R"({"mode":"ingress","target":81,"protocol":"tcp"},)"
     R"({"mode":"ingress","target":81,"published":"9","protocol":"tcp"}]})"},
    {"volumes: ['/a:/x', '/b:/y']", "volumes: ['/c:/x:ro']",
     R"({"volumes":[{"type":"bind","source":"/c","target":"/x","read_only":true,"bind":{}},)"
     R"({"type":"bind","source":"/b","target":"/y","bind":{}}]})"},
    {"devices: ['/a:/x', '/b:/y']", "devices: ['/c:/x']",
     R"({"devices":[{"source":"/c","target":"/x","permissions":"rwm"},)"
     R"({"source":"/b","target":"/y","permissions":"rwm"}]})"},
    {"secrets: [s, t]", "secrets: [{source: u, target: /run/secrets/s}]",
     R"({"secrets":[{"source":"u","target":"/run/secrets/s"},{"source":"t","target":"/run/secrets/t"}]})"},
    {"configs: [c]", "configs: [{source: c, mode: 0400}]", R"({"configs":[{"source":"c","mode":"0400"}]})"},
    // lists that become mappings
    {"depends_on: [a]", "depends_on: {a: {condition: service_healthy}, b: {condition: service_started}}",
     R"({"depends_on":{"a":{"condition":"service_healthy","required":true},)"
     R"("b":{"condition":"service_started","required":true}}})"},
    {"depends_on: {a: {condition: service_healthy}}",
     "depends_on: {a: {condition: service_healthy, restart: true}}",
     R"({"depends_on":{"a":{"condition":"service_healthy","restart":true,"required":true}}})"},
    {"networks: [n]", "networks: {n: {aliases: [a]}, m: }",
     R"({"networks":{"m":null,"n":{"aliases":["a"]}}})"},
    {"models: [m]", "models: {m: {model_var: M}}", R"({"models":{"m":{"model_var":"M"}}})"},
    // logging goes together where the driver is the same
    {"logging: {driver: a, options: {x: 1}}", "logging: {options: {y: 2}}",
     R"({"logging":{"driver":"a","options":{"x":"1","y":"2"}}})"},
    {"logging: {driver: a, options: {x: 1}}", "logging: {driver: b}", R"({"logging":{"driver":"b"}})"},
    // tags
    {"user: a, ports: [80, 81]", "user: !reset null, ports: !override [82]",
     R"({"ports":[{"mode":"ingress","target":82,"protocol":"tcp"}]})"},
    {"environment: {A: 1, B: 1}", "environment: {A: !reset null}", R"({"environment":{"B":"1"}})"},
    {"environment: {A: 1}", "environment: !override {B: 1}", R"({"environment":{"B":"1"}})"},
    {"deploy: {resources: {limits: {cpus: 1, memory: 1g}}}",
     "deploy: {resources: {limits: {cpus: !reset 0}}}",
     R"({"deploy":{"resources":{"limits":{"memory":"1073741824"}}}})"},
    {"depends_on: [a, b]", "depends_on: {a: !reset }",
     R"({"depends_on":{"b":{"condition":"service_started","required":true}}})"},
    {"command: a", "command: !override [b]", R"({"command":["b"]})"},
    {"x-a: {b: [1]}", "x-a: {b: [2], c: 3}", R"({"x-a":{"b":[1,2],"c":3}})"},
};

TEST(Override, ByTheRuleOfEachAttribute) {
  for (const Case& one : kCases) {
    Stack stack("name: a\nservices: {web: {rootfs: /, " + std::string(one.base) + "}}");
    stack.file("compose.override.yaml", "services: {web: {" + std::string(one.over) + "}}");
    stack.options.resolves_paths = false;
    EXPECT_EQ(stack.settled(), one.merged) << one.base << " <- " << one.over;
  }
}

TEST(Override, KindsThatDoNotGoTogether) {
  Stack stack("name: a\nservices: {web: {rootfs: /, healthcheck: {retries: 1}}}");
  stack.file("compose.override.yaml", "services: {web: {healthcheck: [x]}}");
  EXPECT_EQ(stack.errors(),
            "compose.override.yaml:1:31: services.web.healthcheck: a list cannot override the mapping of "
            "compose.yaml:2:42");
}

TEST(Override, FilesOnTheCommandLineInTheirOrder) {
  Stack stack("name: a\nservices: {web: {rootfs: /, user: a}}");
  stack.file("b.yaml", "services: {web: {user: b}}").file("c.yaml", "services: {web: {user: c}}");
  stack.options.files = {"compose.yaml", "c.yaml", "b.yaml"};
  EXPECT_EQ(stack.project().services.at("web").user, "b");
}

TEST(Override, DocumentsOfOneFileInTheirOrder) {
  const Stack stack("name: a\nservices: {web: {rootfs: /, user: a}}\n---\nservices: {web: {user: b}}\n---\n");
  EXPECT_EQ(stack.project().services.at("web").user, "b");
}

TEST(Override, WhatIsWrongIsNamedInItsFile) {
  Stack stack("name: a\nservices: {web: {rootfs: /}}");
  stack.file("compose.override.yaml", "services:\n  web:\n    usr: x\n");
  EXPECT_EQ(stack.errors(),
            "compose.override.yaml:3:5: services.web: unknown key \"usr\"; did you mean \"user\"?");
}

TEST(Override, AddressPools) {
  Stack stack(
      "name: a\nservices: {web: {rootfs: /, networks: [n]}}\n"
      "networks: {n: {ipam: {config: [{subnet: 10.0.0.0/24, gateway: 10.0.0.1}, {subnet: 10.1.0.0/24}]}}}");
  stack.file("compose.override.yaml",
             "networks: {n: {ipam: {config: [{subnet: 10.0.0.0/24, ip_range: 10.0.0.0/25}]}}}");
  const auto pools = stack.project().networks.at("n").ipam;
  ASSERT_EQ(pools.size(), 1U);
  EXPECT_EQ(pools[0].gateway + " " + pools[0].ip_range, "10.0.0.1 10.0.0.0/25");
}

TEST(Override, ResetTakesAwayAServiceOrANetwork) {
  Stack stack("name: a\nservices: {web: {rootfs: /}, db: {rootfs: /}}\nnetworks: {n: {internal: true}}");
  stack.file("compose.override.yaml", "services: {db: !reset null}\nnetworks: !override {m: }");
  const auto project = stack.project();
  EXPECT_FALSE(project.services.contains("db"));
  EXPECT_FALSE(project.networks.contains("n"));
  EXPECT_TRUE(project.networks.contains("m"));
}

TEST(Override, TagsWorkThroughAnchorsAndMergeKeys) {
  Stack stack("name: a\nservices: {web: {rootfs: /, ports: [80], user: u}}");
  stack.file("compose.override.yaml",
             "x-none: &none !reset []\nx-base: &base {ports: *none}\n"
             "services: {web: {<<: *base, hostname: h}}");
  const auto web = stack.project().services.at("web");
  EXPECT_EQ(web.ports.size(), 0U);
  EXPECT_EQ(web.user, "u");
}

TEST(Override, ResetOfAnItemOnlyLeavesItOut) {
  const Stack stack("name: a\nservices: {web: {rootfs: /, cap_add: [A, !reset B]}}");
  EXPECT_EQ(stack.project().services.at("web").cap_add, Strings{"A"});
  EXPECT_EQ(stack.warnings(),
            "compose.yaml:2:42: !reset has no effect on an item of a list: the item is left out; "
            "give !reset or !override to the list");
}

}  // namespace
}  // namespace orchestrator::compose::test
