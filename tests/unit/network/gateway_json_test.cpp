// What the supervisor says is what the gateway hears.
#include <gtest/gtest.h>

#include "orchestrator/network/gateway.hpp"

namespace orchestrator::network {
namespace {

TEST(GatewayJson, ASnapshotArrivesAsItWasSent) {
  const Snapshot sent{.generation = 7,
                      .ports = {{.key = "web-1 0",
                                 .service = "web",
                                 .host_ip = "127.0.0.1",
                                 .host_port = 8000,
                                 .host_port_last = 8010,
                                 .protocol = Protocol::udp,
                                 .targets = {"10.99.1.1:80"},
                                 .hold_seconds = 60,
                                 .watched = true}},
                      .networks = {{.name = "app_default",
                                    .internal = true,
                                    .subnets = {"10.99.0.0/16"},
                                    .gateways = {"10.99.0.1"},
                                    .names = {{"web", {"10.99.1.1", "fd00::1"}}, {"db", {}}},
                                    .pointers = {{"10.99.1.1", "web-1"}}}},
                      .views = {{.key = "web-1",
                                 .networks = {"app_default"},
                                 .links = {{"d", "db"}},
                                 .servers = {"9.9.9.9"},
                                 .forward = false}},
                      .leaving = {"10.99.1.1:80"},
                      .resolvers = {"1.1.1.1"},
                      .host_loopback = true,
                      .ipv6_routed = true};
  EXPECT_EQ(snapshot_from_json(to_json(sent)), sent);
}

TEST(GatewayJson, AnAnswerArrivesAsItWasSent) {
  const Applied sent{
      .generation = 7,
      .ports = {{.key = "web-1 0", .host_port = 8003}, {.key = "x", .error = "port 1 is in use"}},
      .leaving = {"10.99.1.1:80"},
      .missing = {"web-1"},
      .error = "no"};
  EXPECT_EQ(applied_from_json(to_json(sent)), sent);
}

TEST(GatewayJson, ActivityArrivesAsItWasSent) {
  const Activity sent{.ports = {{.key = "web :80/tcp", .busy = true, .waiting = true}},
                      .leaving = {"10.99.1.1:80"}};
  EXPECT_EQ(activity_from_json(to_json(sent)), sent);
}

TEST(GatewayJson, NonsenseIsRefused) { EXPECT_THROW(snapshot_from_json("{"), std::runtime_error); }

}  // namespace
}  // namespace orchestrator::network
