// Times and states read as they do in docker compose.
#include "orchestrator/cli/describe.hpp"

#include <gtest/gtest.h>

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;
using state::Health;
using state::Instance;
using state::Phase;

constexpr std::int64_t kNow = 1'800'000'000'000'000'000;
constexpr std::int64_t before(std::chrono::nanoseconds age) { return kNow - age.count(); }

TEST(Duration, IsRoundedAsPeopleSayIt) {
  EXPECT_EQ(duration(-3s), "Less than a second");
  EXPECT_EQ(duration(400ms), "Less than a second");
  EXPECT_EQ(duration(1s), "1 second");
  EXPECT_EQ(duration(59s), "59 seconds");
  EXPECT_EQ(duration(60s), "About a minute");
  EXPECT_EQ(duration(119s), "About a minute");
  EXPECT_EQ(duration(2min), "2 minutes");
  EXPECT_EQ(duration(61min), "About an hour");
  EXPECT_EQ(duration(91min), "2 hours");
  EXPECT_EQ(duration(47h), "47 hours");
  EXPECT_EQ(duration(48h), "2 days");
  EXPECT_EQ(duration(24h * 15), "2 weeks");
  EXPECT_EQ(duration(24h * 100), "3 months");
  EXPECT_EQ(duration(24h * 800), "2 years");
}

TEST(Status, OfALivingInstanceSaysHowLongAndHowHealthy) {
  Instance web{.phase = Phase::running, .started_ns = before(3s)};
  EXPECT_EQ(status(web, kNow), "Up 3 seconds");
  web.health = Health::healthy;
  EXPECT_EQ(status(web, kNow), "Up 3 seconds (healthy)");
  web.health = Health::starting;
  EXPECT_EQ(status(web, kNow), "Up 3 seconds (health: starting)");
  web.phase = Phase::paused;
  EXPECT_EQ(status(web, kNow), "Up 3 seconds (Paused)");
}

TEST(Status, OfAnEndedInstanceSaysHowAndWhen) {
  Instance web{.phase = Phase::exited, .exit = state::Exit{.code = 137}, .finished_ns = before(2min)};
  EXPECT_EQ(status(web, kNow), "Exited (137) 2 minutes ago");
  web.exit->oom_killed = true;
  EXPECT_EQ(status(web, kNow), "Exited (137) 2 minutes ago (out of memory)");
  web.phase = Phase::restarting;
  web.exit->oom_killed = false;
  EXPECT_EQ(status(web, kNow), "Restarting (137) 2 minutes ago");
  EXPECT_EQ(status({.phase = Phase::exited, .exit = state::Exit{.lost = true}}, kNow), "Exited (unknown)");
}

TEST(Status, OfAnInstanceThatCrashesAgainAndAgainSaysHowOften) {
  Instance web{.phase = Phase::restarting,
               .exit = state::Exit{.code = 3},
               .restarts = 7,
               .history = {.crash_looping = true},
               .finished_ns = before(2s)};
  EXPECT_EQ(status(web, kNow), "Crash-looping (3) 2 seconds ago, 7 restarts");
  web.phase = Phase::running;
  web.started_ns = before(1s);
  EXPECT_EQ(status(web, kNow), "Up 1 second (crash-looping)");
}

TEST(Status, ShowsTheFirstLineOfAnError) {
  EXPECT_EQ(status({.phase = Phase::created, .error = "db failed\n  its last line"}, kNow),
            "Created (db failed)");
}

TEST(Status, OfAnInstanceThatNeverRanSaysWhy) {
  EXPECT_EQ(status({.phase = Phase::created}, kNow), "Created");
  EXPECT_EQ(status({.phase = Phase::created, .error = "no such program: nginx"}, kNow),
            "Created (no such program: nginx)");
}

TEST(Ports, ShowBothSidesAndBracketIpv6) {
  const Instance web{.ports = {{.host_ip = "127.0.0.1", .host_port = 8080, .container_port = 80},
                               {.host_ip = "::", .host_port = 53, .container_port = 53, .protocol = "udp"}}};
  EXPECT_EQ(ports(web), "127.0.0.1:8080->80/tcp, [::]:53->53/udp");
  EXPECT_EQ(ports({}), "");
}

TEST(Shortened, TextKeepsWholeCharacters) {
  EXPECT_EQ(shortened("nginx", 5), "nginx");
  EXPECT_EQ(shortened("nginx -g", 5), "ngin…");
  EXPECT_EQ(shortened("äöüß", 3), "äö…");
}

TEST(Date, IsUtc) {
  EXPECT_EQ(date(0), "1970-01-01 00:00:00 +0000 UTC");
  EXPECT_EQ(timestamp(1), "1970-01-01T00:00:00.000000001Z");
}

}  // namespace
}  // namespace orchestrator::cli
