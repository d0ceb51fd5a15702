// A project's network for 1, 10, 100 containers: namespace, bridge, rules, and for each container its
// interface, addresses, routes and resolver. The containers' own namespaces are there already. Needs root.
#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "orchestrator/network/inside.hpp"
#include "orchestrator/network/project_network.hpp"
#include "runtime/netlink/link.hpp"
#include "runtime/netlink/namespace.hpp"

namespace orchestrator::network {
namespace {

using runtime::sys::unique_fd;

struct Containers {
  std::vector<unique_fd> namespaces{};
  std::vector<ResolverSockets> resolvers{};
};

Containers make(std::int64_t count) {
  Containers made;
  for (std::int64_t i = 0; i < count; ++i) {
    made.namespaces.push_back(runtime::netlink::new_network_namespace());
    runtime::netlink::Socket routes = socket_inside(made.namespaces.back().get(), NETLINK_ROUTE);
    routes.transact(runtime::netlink::set_up(runtime::netlink::index_of(routes, "lo")));
  }
  return made;
}

Interface interface(std::int64_t number) {
  const Ip ip = Ip::parse("10.89.1.0").value().plus(static_cast<std::uint64_t>(number + 1));
  return {.network = "bench",
          .name = "eth0",
          .addresses = {{.ip = ip, .length = 16}},
          .gateways = {Ip::parse("10.89.0.1").value()}};
}

void set_up(ProjectNetwork& project, Containers& containers) {
  const Prefix prefix = Prefix::parse("10.89.0.0/16").value();
  project.ensure({{.name = "bench", .subnets = {{.prefix = prefix, .gateway = default_gateway(prefix)}}}});
  std::int64_t number = 0;
  for (const unique_fd& one : containers.namespaces) {
    attach(one.get(), {{.bridges = &project.bridges(), .interface = interface(number++)}});
    containers.resolvers.push_back(open_resolver(one.get()));
  }
}

/// It takes namespaces apart in the background with the lock that makers of links need, and tells nobody.
void until_the_kernel_is_done() { std::this_thread::sleep_for(std::chrono::milliseconds(300)); }

void SetUp(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    Containers containers = make(state.range(0));
    state.ResumeTiming();
    ProjectNetwork project;
    set_up(project, containers);
    state.PauseTiming();
    { const ProjectNetwork gone(std::move(project)); }
    containers = {};
    until_the_kernel_is_done();
    state.ResumeTiming();
  }
}
BENCHMARK(SetUp)->Arg(1)->Arg(10)->Arg(100)->Unit(benchmark::kMillisecond)->Iterations(1)->Repetitions(9);

void TearDown(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    Containers containers = make(state.range(0));
    auto project = std::make_unique<ProjectNetwork>();
    set_up(*project, containers);
    state.ResumeTiming();
    project.reset();
    containers = {};
  }
}
BENCHMARK(TearDown)->Arg(1)->Arg(10)->Arg(100)->Unit(benchmark::kMillisecond)->Iterations(1)->Repetitions(9);

}  // namespace
}  // namespace orchestrator::network

BENCHMARK_MAIN();
