// Attribute by attribute: what is written, and what it is in the end. A row of the table without a row here
// fails.
#include "orchestrator/compose/attributes.hpp"

#include <gtest/gtest.h>

#include <set>

#include "orchestrator/compose/json.hpp"
#include "orchestrator/compose/yaml.hpp"
#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

struct Case {
  const char* written;
  const char* settled;
};

/// Members of a service; "" is left out.
constexpr Case kServices[] = {
    {"annotations: [a=1, b]", R"({"annotations":{"a":"1","b":""}})"},
    {"annotations: {a: true}", R"({"annotations":{"a":"true"}})"},
    {"attach: false", R"({"attach":false})"},
    {"attach: 'true'", R"({"attach":true})"},
    {"blkio_config: {weight: 300, weight_device: [{path: /dev/sda, weight: 400}], "
     "device_read_bps: [{path: /dev/sdb, rate: 12mb}], device_write_bps: [{path: /dev/sdb, rate: 1024}], "
     "device_read_iops: [{path: /dev/sdb, rate: 120}], device_write_iops: [{path: /dev/sdb, rate: 30}]}",
     R"({"blkio_config":{"weight":300,"weight_device":[{"path":"/dev/sda","weight":400}],)"
     R"("device_read_bps":[{"path":"/dev/sdb","rate":"12582912"}],"device_read_iops":[{"path":"/dev/sdb","rate":"120"}],)"
     R"("device_write_bps":[{"path":"/dev/sdb","rate":"1024"}],"device_write_iops":[{"path":"/dev/sdb","rate":"30"}]}})"},
    {"build: /src", R"({"build":{"context":"/src","dockerfile":"Dockerfile"}})"},
    {"build: {context: 'https://x/y.git', dockerfile: D, entitlements: [network.host], args: [A=1, UNSET], "
     "provenance: true, sbom: 'false', cache_from: [a], cache_to: [b], no_cache: true, no_cache_filter: c, "
     "pull: true, isolation: i, network: host, target: t, shm_size: 1m, tags: ['x:1'], platforms: "
     "[linux/amd64], "
     "privileged: 'true'}",
     R"({"build":{"context":"https://x/y.git","dockerfile":"D","entitlements":["network.host"],"args":{"A":"1"},)"
     R"("provenance":"true","sbom":"false","cache_from":["a"],"cache_to":["b"],"no_cache":true,)"
     R"("no_cache_filter":["c"],"pull":true,"isolation":"i","network":"host","target":"t","shm_size":"1048576",)"
     R"("tags":["x:1"],"platforms":["linux/amd64"],"privileged":true}})"},
    {"build: {dockerfile_inline: FROM x, context: /c, ssh: [default, k=/p], labels: {l: 1}, "
     "additional_contexts: [r=/r, d=docker-image://x], extra_hosts: {h: [1.2.3.4, '::1']}, secrets: [s], "
     "ulimits: {nofile: 5}}",
     R"({"build":{"context":"/c","dockerfile_inline":"FROM x","ssh":["default","k=/p"],"labels":{"l":"1"},)"
     R"("additional_contexts":{"d":"docker-image://x","r":"/r"},"extra_hosts":["h=1.2.3.4","h=::1"],)"
     R"("secrets":[{"source":"s"}],"ulimits":{"nofile":5}}})"},
    {"cap_add: [ALL]\ncap_drop: [NET_ADMIN, SYS_ADMIN]",
     R"({"cap_add":["ALL"],"cap_drop":["NET_ADMIN","SYS_ADMIN"]})"},
    {"cgroup: host\ncgroup_parent: /p", R"({"cgroup_parent":"/p","cgroup":"host"})"},
    {"command: echo 'a b'", R"({"command":["echo","a b"]})"},
    {"command: [echo, '$$1']", R"({"command":["echo","$1"]})"},
    {"command: []", R"({"command":[]})"},
    {"command: ''", R"({"command":[]})"},
    {"command:", R"({"command":null})"},
    {"configs: [c, {source: c, target: /t, uid: '1', gid: '2', mode: 0440}]",
     R"({"configs":[{"source":"c"},{"source":"c","target":"/t","uid":"1","gid":"2","mode":"0440"}]})"},
    {"container_name: box", R"({"container_name":"box"})"},
    {"cpu_count: 2\ncpu_percent: 50\ncpu_period: 100000\ncpu_quota: '50000'\ncpu_rt_period: "
     "1\ncpu_rt_runtime: 2\n"
     "cpus: 0.1\ncpuset: 0-3\ncpu_shares: 512",
     R"({"cpu_count":2,"cpu_percent":50.0,"cpu_period":100000,"cpu_quota":50000,"cpu_rt_period":1,)"
     R"("cpu_rt_runtime":2,"cpus":0.1,"cpuset":"0-3","cpu_shares":512})"},
    {"credential_spec: {config: c, file: f, registry: r}",
     R"({"credential_spec":{"config":"c","file":"f","registry":"r"}})"},
    {"depends_on: [db]", R"({"depends_on":{"db":{"condition":"service_started","required":true}}})"},
    {"depends_on: {db: {condition: service_healthy, restart: true, required: false}}",
     R"({"depends_on":{"db":{"condition":"service_healthy","restart":true,"required":false}}})"},
    {"deploy: {mode: replicated, replicas: '2', labels: {a: 1}, endpoint_mode: vip, "
     "update_config: {parallelism: 0, delay: 10s, failure_action: pause, monitor: 1m, max_failure_ratio: "
     "0.2, "
     "order: start-first}, rollback_config: {parallelism: 1}}",
     R"({"deploy":{"mode":"replicated","replicas":2,"labels":{"a":"1"},"update_config":{"parallelism":0,)"
     R"("delay":"10s","failure_action":"pause","monitor":"1m0s","max_failure_ratio":0.2,"order":"start-first"},)"
     R"("rollback_config":{"parallelism":1},"endpoint_mode":"vip"}})"},
    {"deploy: {resources: {limits: {cpus: '0.5', memory: 1g, pids: 5}, reservations: {cpus: 0.25, memory: "
     "'512', "
     "devices: [{capabilities: [gpu], driver: nvidia, count: all, options: {v: 1}}, {capabilities: [x], "
     "device_ids: ['0']}], generic_resources: [{discrete_resource_spec: {kind: SSD, value: 3}}]}}}",
     R"({"deploy":{"resources":{"limits":{"cpus":0.5,"memory":"1073741824","pids":5},"reservations":{"cpus":0.25,)"
     R"("memory":"512","devices":[{"capabilities":["gpu"],"driver":"nvidia","count":-1,"options":{"v":"1"}},)"
     R"({"capabilities":["x"],"device_ids":["0"]}],)"
     R"("generic_resources":[{"discrete_resource_spec":{"kind":"SSD","value":3}}]}}}})"},
    {"deploy: {restart_policy: {condition: on-failure, delay: 0s, max_attempts: 3, window: 2m}, "
     "placement: {constraints: [a==b], preferences: [{spread: z}], max_replicas_per_node: 1}}",
     R"({"deploy":{"restart_policy":{"condition":"on-failure","delay":"0s","max_attempts":3,"window":"2m0s"},)"
     R"("placement":{"constraints":["a==b"],"preferences":[{"spread":"z"}],"max_replicas_per_node":1}}})"},
    {"develop: {watch: [{path: /w, action: sync+exec, target: /t, exec: {command: make, user: u, privileged: "
     "true, "
     "working_dir: /d, environment: [A=1]}, include: a, ignore: [b, c], initial_sync: true}]}",
     R"({"develop":{"watch":[{"path":"/w","action":"sync+exec","target":"/t","exec":{"command":["make"],"user":"u",)"
     R"("privileged":true,"working_dir":"/d","environment":{"A":"1"}},"include":["a"],"ignore":["b","c"],)"
     R"("initial_sync":true}]}})"},
    {"device_cgroup_rules: [c 1:3 mr]", R"({"device_cgroup_rules":["c 1:3 mr"]})"},
    {"devices: [/dev/a, '/dev/b:/dev/c:r', {source: vendor/gpu, target: x, permissions: rw}]",
     R"({"devices":[{"source":"/dev/a","target":"/dev/a","permissions":"rwm"},)"
     R"({"source":"/dev/b","target":"/dev/c","permissions":"r"},)"
     R"({"source":"vendor/gpu","target":"x","permissions":"rw"}]})"},
    {"dns: 1.1.1.1\ndns_opt: ['use-vc']\ndns_search: a.b",
     R"({"dns":["1.1.1.1"],"dns_opt":["use-vc"],"dns_search":["a.b"]})"},
    {"dns: ''", R"({})"},
    {"domainname: d\nhostname: h", R"({"domainname":"d","hostname":"h"})"},
    {"entrypoint: /e --x", R"({"entrypoint":["/e","--x"]})"},
    {"environment: {A: 1, B: true, C: 1.0, D: , E: '', F: 3.0e10}",
     R"({"environment":{"A":"1","B":"true","C":"1","D":null,"E":"","F":"3e+10"}})"},
    {"environment: [A=1=2, B, C=]", R"({"environment":{"A":"1=2","B":null,"C":""}})"},
    {"env_file: [{path: /none.env, required: false, format: raw}]", R"({})"},
    {"expose: [80, '81/udp']", R"({"expose":["80","81/udp"]})"},
    {"external_links: ['x:y']", R"({"external_links":["x:y"]})"},
    {"extra_hosts: ['a:1.2.3.4', b=::1, 'c=[::2]']", R"({"extra_hosts":["a=1.2.3.4","b=::1","c=::2"]})"},
    {"gpus: all", R"({"gpus":[{"count":-1}]})"},
    {"gpus: [{driver: d, capabilities: [c], count: 2, options: [a=b]}]",
     R"({"gpus":[{"capabilities":["c"],"driver":"d","count":2,"options":{"a":"b"}}]})"},
    {"group_add: [1, staff]", R"({"group_add":["1","staff"]})"},
    {"healthcheck: {test: true || x, timeout: 1m30s, interval: 1d, retries: 3, start_period: 500ms, "
     "start_interval: 5s}",
     R"({"healthcheck":{"test":["CMD-SHELL","true || x"],"timeout":"1m30s","interval":"24h0m0s","retries":3,)"
     R"("start_period":"500ms","start_interval":"5s"}})"},
    {"healthcheck: {disable: true, test: [NONE]}", R"({"healthcheck":{"test":["NONE"],"disable":true}})"},
    {"image: x:1", R"({"image":"x:1"})"},
    {"init: false", R"({"init":false})"},
    {"ipc: host\npid: host\nuts: host\nuserns_mode: host",
     R"({"ipc":"host","pid":"host","userns_mode":"host","uts":"host"})"},
    {"isolation: default\nruntime: r\nplatform: linux/amd64",
     R"({"isolation":"default","platform":"linux/amd64","runtime":"r"})"},
    {"labels: [a=1, b]", R"({"labels":{"a":"1","b":""}})"},
    {"label_file: []", R"({})"},
    {"links: ['db:x']",
     R"({"depends_on":{"db":{"condition":"service_started","restart":true,"required":true}},"links":["db:x"]})"},
    {"logging: {driver: json-file, options: {max-size: 1m, max-file: 3, x: }}",
     R"({"logging":{"driver":"json-file","options":{"max-file":"3","max-size":"1m","x":""}}})"},
    {"mac_address: '02:42:ac:11:65:43'", R"({"mac_address":"02:42:ac:11:65:43"})"},
    {"mem_limit: 1.5g\nmem_reservation: 512mb\nmemswap_limit: -1\nmem_swappiness: 60",
     R"({"mem_limit":"1610612736","mem_reservation":"536870912","memswap_limit":"-1","mem_swappiness":"60"})"},
    {"models: [m]", R"({"models":{"m":null}})"},
    {"models: {m: {endpoint_var: E, model_var: M}}",
     R"({"models":{"m":{"endpoint_var":"E","model_var":"M"}}})"},
    {"network_mode: none", R"({"network_mode":"none"})"},
    {"networks: {n: {aliases: [a], driver_opts: {x: 1}, gw_priority: 1, interface_name: eth9, "
     "ipv4_address: 10.0.0.2, ipv6_address: '::2', link_local_ips: [169.254.0.2], mac_address: 'a', "
     "priority: 5}}",
     R"({"networks":{"n":{"aliases":["a"],"driver_opts":{"x":"1"},"gw_priority":1,"interface_name":"eth9",)"
     R"("ipv4_address":"10.0.0.2","ipv6_address":"::2","link_local_ips":["169.254.0.2"],"mac_address":"a",)"
     R"("priority":5}}})"},
    {"networks: [n]", R"({"networks":{"n":null}})"},
    {"oom_kill_disable: true\noom_score_adj: -500", R"({"oom_kill_disable":true,"oom_score_adj":-500})"},
    {"pids_limit: 0", R"({})"},
    {"pids_limit: -1", R"({"pids_limit":-1})"},
    {"ports: [80, '8000-8001:90-91/udp', {target: 70, published: 700, host_ip: 1.2.3.4, mode: host, name: n, "
     "app_protocol: http, protocol: udp}]",
     R"({"ports":[{"mode":"ingress","target":80,"protocol":"tcp"},)"
     R"({"mode":"ingress","target":90,"published":"8000","protocol":"udp"},)"
     R"({"mode":"ingress","target":91,"published":"8001","protocol":"udp"},)"
     R"({"name":"n","mode":"host","host_ip":"1.2.3.4","target":70,"published":"700","protocol":"udp",)"
     R"("app_protocol":"http"}]})"},
    {"post_start: [{command: [a], user: u, privileged: true, working_dir: /w, environment: {A: }}]\n"
     "pre_stop: [{command: b c}]",
     R"({"post_start":[{"command":["a"],"user":"u","privileged":true,"working_dir":"/w","environment":{"A":null}}],)"
     R"("pre_stop":[{"command":["b","c"]}]})"},
    {"image: i\npre_start: [{command: a, user: u, privileged: true, working_dir: /w, environment: [A=1], "
     "per_replica: true}, {image: own, command: b}]",
     R"({"image":"i","pre_start":[{"command":["a"],"image":"i","user":"u","privileged":true,"working_dir":"/w",)"
     R"("environment":{"A":"1"},"per_replica":true},{"command":["b"],"image":"own"}]})"},
    {"privileged: true\nread_only: true\nstdin_open: true\ntty: yes",
     R"({"privileged":true,"read_only":true,"stdin_open":true,"tty":true})"},
    {"profiles: [p]", R"({"profiles":["p"]})"},
    {"provider: {type: t, options: {a: 1, b: [x, true]}}",
     R"({"provider":{"type":"t","options":{"a":["1"],"b":["x","true"]}}})"},
    {"pull_policy: if_not_present\npull_refresh_after: 2d",
     R"({"pull_policy":"missing","pull_refresh_after":"2d"})"},
    {"restart: on-failure:3", R"({"restart":"on-failure:3"})"},
    {"scale: 0", R"({"scale":0})"},
    {"secrets: [s, {source: s, target: t, uid: '1', gid: '2', mode: '0400'}]",
     R"({"secrets":[{"source":"s","target":"/run/secrets/s"},)"
     R"({"source":"s","target":"t","uid":"1","gid":"2","mode":"0400"}]})"},
    {"security_opt: [a, b]", R"({"security_opt":["a","b"]})"},
    {"shm_size: 64m", R"({"shm_size":"67108864"})"},
    {"stop_grace_period: 90s\nstop_signal: SIGINT",
     R"({"stop_grace_period":"1m30s","stop_signal":"SIGINT"})"},
    {"storage_opt: {size: 1G}", R"({"storage_opt":{"size":"1G"}})"},
    {"sysctls: {a.b: 1}", R"({"sysctls":{"a.b":"1"}})"},
    {"tmpfs: /run", R"({"tmpfs":["/run"]})"},
    {"ulimits: {nproc: '65535', nofile: {soft: 1, hard: 2}}",
     R"({"ulimits":{"nofile":{"hard":2,"soft":1},"nproc":65535}})"},
    {"use_api_socket: true", R"({"use_api_socket":true})"},
    {"user: '1:2'\nworking_dir: /w", R"({"user":"1:2","working_dir":"/w"})"},
    {"volumes: ['/a//b/:/c/./d:ro,z', 'vol:/v:nocopy', /anon, '/p:/q:rshared']",
     R"({"volumes":[{"type":"bind","source":"/a//b/","target":"/c/d","read_only":true,"bind":{"selinux":"z"}},)"
     R"({"type":"volume","source":"vol","target":"/v","volume":{"nocopy":true}},)"
     R"({"type":"volume","target":"/anon","volume":{}},)"
     R"({"type":"bind","source":"/p","target":"/q","bind":{"propagation":"rshared"}}]})"},
    {"volumes: [{type: bind, source: /s, target: /t, read_only: true, consistency: cached, "
     "bind: {selinux: Z, propagation: slave, create_host_path: false, recursive: disabled}}, "
     "{type: volume, source: vol, target: /v, volume: {labels: {a: b}, nocopy: true, subpath: s}}, "
     "{type: tmpfs, target: /m, tmpfs: {size: 1m, mode: 448}}, {type: image, source: i, target: /i, "
     "image: {subpath: p}}]",
     R"({"volumes":[{"type":"bind","source":"/s","target":"/t","read_only":true,"consistency":"cached",)"
     R"("bind":{"selinux":"Z","propagation":"slave","create_host_path":false,"recursive":"disabled"}},)"
     R"({"type":"volume","source":"vol","target":"/v","volume":{"labels":{"a":"b"},"nocopy":true,"subpath":"s"}},)"
     R"({"type":"tmpfs","target":"/m","tmpfs":{"size":"1048576","mode":448}},)"
     R"({"type":"image","source":"i","target":"/i","image":{"subpath":"p"}}]})"},
    {"volumes_from: ['db:ro', 'container:x']",
     R"({"depends_on":{"db":{"condition":"service_started","required":true}},)"
     R"("volumes_from":["db:ro","container:x"]})"},
    {"x-any: {a: [1, 2.5, null]}", R"({"x-any":{"a":[1,2.5,null]}})"},
    {"rootfs: {path: /r, mode: readonly, build: {distribution: debian, mirror: m, packages: [p], steps: "
     "[s]}}",
     R"({})"},  // service_test.cpp
    {"x-mdcompose: {rootfs: /r, on_unhealthy: stop, eager_probes: true, oneshot: always, strict_limits: "
     "false, "
     "publish: proxy, activation: eager, idle_timeout: 90s, hold: true, on_dependency: ignore, "
     "schedule: {cron: '0 3 * * *', missed: run}, resolve: healthy, "
     "success_exit_codes: [3], depends_on: {db: {condition: service_log_ready, log: up, restart: 'true', "
     "required: false}}}",
     R"({"depends_on":{"db":{"condition":"service_started","restart":true,"required":false}},)"
     R"("x-mdcompose":{"rootfs":{"path":"/r"},"on_unhealthy":"stop","eager_probes":true,"success_exit_codes":[3],)"
     R"("schedule":{"cron":"0 3 * * *","missed":"run"},"oneshot":"always","strict_limits":false,"publish":"proxy",)"
     R"("activation":"eager","idle_timeout":"1m30s","hold":true,"resolve":"healthy",)"
     R"("on_dependency":"ignore",)"
     R"("depends_on":{"db":{"condition":"service_log_ready","log":"up","restart":true,"required":false}}}})"},
    {"x-mdcompose: {schedule: {every: 90s}}", R"({"x-mdcompose":{"schedule":{"every":"90s"}}})"},
    {"x-mdcompose: {probe: {tcp: 5432, http: {port: 80, address: 'a:1', path: /x, status: 204, headers: {A: "
     "b}}, unix: /s, file: /f, log: up, "
     "notify: true, interval: 1s, timeout: 2s, retries: 3, start_period: 4s, start_interval: 5s}}",
     R"({"x-mdcompose":{"probe":{"tcp":"5432","http":{"port":80,"address":"a:1","path":"/x","status":204,"headers":{"A":"b"}},"unix":"/s","file":"/f",)"
     R"("log":"up","notify":true,"interval":"1s","timeout":"2s","retries":3,"start_period":"4s","start_interval":"5s"}}})"},
};

/// Whole sections of a file.
constexpr Case kSections[] = {
    {"networks: {n: {driver: d, driver_opts: {a: 1}, internal: true, attachable: 'true', enable_ipv4: false, "
     "enable_ipv6: true, labels: [l=1], ipam: {driver: i, options: {o: p}, config: [{subnet: 10.0.0.0/24, "
     "gateway: 10.0.0.1, ip_range: 10.0.0.0/25, aux_addresses: {h: 10.0.0.5}}]}}}",
     R"({"n":{"name":"app_n","driver":"d","driver_opts":{"a":"1"},"ipam":{"driver":"i","config":[)"
     R"({"subnet":"10.0.0.0/24","gateway":"10.0.0.1","ip_range":"10.0.0.0/25","aux_addresses":{"h":"10.0.0.5"}}],)"
     R"("options":{"o":"p"}},"internal":true,"attachable":true,"labels":{"l":"1"},"enable_ipv4":false,)"
     R"("enable_ipv6":true}})"},
    {"networks: {a: {external: true}, b: {name: own}, c: }",
     R"({"a":{"name":"a","external":true},"b":{"name":"own"},"c":{"name":"app_c"}})"},
    {"volumes: {v: {driver: local, driver_opts: {type: none, o: bind, device: /d}, labels: {a: }}, w: , "
     "n: {name: own}, e: {external: {name: x}}}",
     R"({"e":{"name":"x","external":true},"n":{"name":"own"},"v":{"name":"app_v","driver":"local","driver_opts":{"device":"/d",)"
     R"("o":"bind","type":"none"},"labels":{"a":""}},"w":{"name":"app_w"}})"},
    {"secrets: {f: {file: /f, labels: [a=b], template_driver: t}, e: {environment: E, name: own}, "
     "d: {driver: x, driver_opts: {a: 1}, external: true}}",
     R"({"d":{"name":"d","external":true,"driver":"x","driver_opts":{"a":"1"}},)"
     R"("e":{"name":"own","environment":"E"},"f":{"name":"app_f","file":"/f","labels":{"a":"b"},)"
     R"("template_driver":"t"}})"},
    {"configs: {f: {file: /f}, e: {environment: E}, c: {content: 'a$$b', labels: {x: y}, template_driver: "
     "t}, "
     "x: {external: true, name: n}}",
     R"({"c":{"name":"app_c","content":"a$b","labels":{"x":"y"},"template_driver":"t"},)"
     R"("e":{"name":"app_e","environment":"E"},"f":{"name":"app_f","file":"/f"},"x":{"name":"n","external":true}})"},
    {"models: {m: {model: ai/x, name: n, context_size: 1024, runtime_flags: [--a]}}",
     R"({"m":{"name":"n","model":"ai/x","context_size":1024,"runtime_flags":["--a"]}})"},
    {"x-mdcompose: {publish_address: 127.0.0.1, publish: nat, outbound: gateway, limits: {cpus: 2, memory: "
     "1m, "
     "pids: 3}, strict_limits: true, eager_probes: true}",
     R"({"publish_address":"127.0.0.1","publish":"nat","outbound":"gateway","limits":{"cpus":2.0,"memory":"1048576","pids":3},"strict_limits":true,"eager_probes":true})"},
};

std::string service_text(const Case& one) {
  return "services: {db: {rootfs: /}}\n---\nservices:\n  web:\n" + [&] {
    std::string text;
    std::string line;
    for (const char* at = one.written; *at != '\0'; ++at) {
      if (line.empty()) line = "    ";
      line += *at;
      if (*at == '\n') text += std::exchange(line, "");
    }
    return text + line + "\n";
  }();
}

std::string settled_service(const Case& one) { return Stack(service_text(one)).settled(); }

std::string settled_section(const Case& one) {
  const std::string written = one.written;
  const Stack stack("name: app\n" + written + "\n");
  return json_of(*load_model(stack.options).tree.find(written.substr(0, written.find(':'))));
}

TEST(Attributes, AreSettledInServices) {
  for (const Case& one : kServices) EXPECT_EQ(settled_service(one), one.settled) << one.written;
}

TEST(Attributes, AreSettledInSections) {
  for (const Case& one : kSections) EXPECT_EQ(settled_section(one), one.settled) << one.written;
}

TEST(Attributes, WhatIsSettledIsSettled) {
  for (const Case& one : kServices) {
    const std::string json = settled_service(one);
    std::string again;
    for (const char c : json) again += c == '$' ? "$$" : std::string(1, c);
    EXPECT_EQ(Stack("services: {db: {rootfs: /}, web: " + again + "}").settled(), json) << one.written;
  }
}

void visit(const Node& node, const Attribute* attribute, std::set<const Attribute*>& seen) {
  if (attribute == nullptr) return;
  seen.insert(attribute);
  for (const Entry& entry : node.map) visit(entry.value, member(attribute, entry.key), seen);
  for (const Node& one : node.items) visit(one, item(attribute), seen);
}

void expect_seen(const Attribute& attribute, const std::string& way, const std::set<const Attribute*>& seen,
                 std::set<const Attribute*>& done) {
  if (!done.insert(&attribute).second) return;
  if (!attribute.name.empty()) {
    EXPECT_TRUE(seen.contains(&attribute)) << "no test writes " << way;
  }
  if (attribute.shape == nullptr) return;
  for (const Attribute& row : attribute.shape->members)
    expect_seen(row, way.empty() ? std::string(row.name) : way + "." + std::string(row.name), seen, done);
  if (attribute.shape->values != nullptr) expect_seen(*attribute.shape->values, way + ".*", seen, done);
  if (attribute.shape->items != nullptr) expect_seen(*attribute.shape->items, way + "[]", seen, done);
}

TEST(Attributes, EveryRowOfTheTableIsTested) {
  std::set<const Attribute*> seen;
  const auto note = [&](const std::string& text) {
    const auto file = std::make_shared<const File>(File{.name = "", .text = text});
    for (const Node& document : parse_yaml(file)) visit(document, &stack_file(), seen);
  };
  for (const Case& one : kServices) note(service_text(one));
  for (const Case& one : kSections) note(one.written);
  // These are gone in the end: extends_test.cpp, include_test.cpp, errors_test.cpp.
  note(
      "version: '3'\nname: a\ninclude: [{path: a, project_directory: b, env_file: c}]\n"
      "services: {a: {extends: {file: f, service: s}}}");
  std::set<const Attribute*> done;
  expect_seen(stack_file(), "", seen, done);
}

}  // namespace
}  // namespace orchestrator::compose::test
