// `why` names the cause first, in sentences that say what happened and not which number it left.
#include <gtest/gtest.h>

#include <csignal>

#include "orchestrator/cli/explain_state.hpp"

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;
using state::EndCause;
using state::Exit;
using state::Instance;
using state::Phase;

constexpr std::int64_t kNow = 1'800'000'000'000'000'000;
constexpr std::uint64_t kMebibyte = 1 << 20;
constexpr std::int64_t before(std::chrono::nanoseconds age) { return kNow - age.count(); }

/// The sentences, one per line.
std::string why(Instance instance) {
  std::string text;
  for (const std::string& cause : causes({.instance = std::move(instance), .now_ns = kNow}))
    text += cause + "\n";
  return text;
}
std::string why_ended(const Exit& exit, EndCause by = EndCause::itself) {
  return why({.phase = Phase::exited, .exit = exit, .ended_by = by, .finished_ns = before(3s)});
}

TEST(Why, ToldOfAnEndByItself) {
  EXPECT_EQ(why_ended({.code = 3}), "it ended by itself with code 3, 3 seconds ago\n");
  EXPECT_EQ(why_ended({}), "it ended by itself, with success, 3 seconds ago\n");
  EXPECT_EQ(
      why({.phase = Phase::exited, .exit = Exit{}, .ended_by = EndCause::itself, .finished_ns = before(3ms)}),
      "it ended by itself, with success, less than a second ago\n");
  EXPECT_EQ(why_ended({.code = 139}), "it ended by itself with code 139, as after SIGSEGV, 3 seconds ago\n");
  EXPECT_EQ(why_ended({.code = 139, .signal = SIGSEGV}),
            "it was killed by SIGSEGV, which none of our commands has sent, 3 seconds ago\n");
}

TEST(Why, DoesNotSayWhenWhatNobodyKnows) {
  EXPECT_EQ(
      why({.phase = Phase::exited, .exit = Exit{.lost = true}, .ended_by = EndCause::itself}),
      "it ended while nobody was there to see how: its supervisor was killed, or the machine was started "
      "anew\n");
}

TEST(Why, NamesTheLimitAndTheUseOfWhoRanOutOfMemory) {
  const Exit exit{.code = 137, .signal = SIGKILL, .oom_killed = true};
  EXPECT_EQ(why_ended(exit),
            "it was killed by the kernel: it used more memory than there was, 3 seconds ago\n");
  Exit limited = exit;
  limited.memory_limit = 64 * kMebibyte;
  limited.memory_peak = limited.memory_limit;
  EXPECT_EQ(why_ended(limited),
            "it was killed by the kernel: it used more memory than its limit of 64 MiB (at most 64 MiB), 3 "
            "seconds ago\n");
}

TEST(Why, TellsHowItEndedBeforeThatOneOfItsProcessesHadRunOutOfMemory) {
  EXPECT_EQ(
      why_ended({.code = 3, .oom_killed = true}),
      "it ended by itself with code 3; before that a process in it was killed by the kernel: it used more "
      "memory than there was, 3 seconds ago\n");
  EXPECT_EQ(
      why_ended({.oom_killed = true}, EndCause::command),
      "it was stopped by a command, and ended with code 0; before that a process in it was killed by the "
      "kernel: it used more memory than there was, 3 seconds ago\n");
}

TEST(Why, TellsThatAProcessOfWhoLivesHasRunOutOfMemory) {
  EXPECT_EQ(why({.phase = Phase::running, .oom_kills = 1}),
            "a process in it was killed by the kernel for want of memory\n");
  EXPECT_EQ(why({.phase = Phase::running, .oom_kills = 2}),
            "2 processes in it were killed by the kernel for want of memory\n");
  EXPECT_EQ(why({.phase = Phase::exited, .oom_kills = 1}), "");
}

TEST(Why, NamesWhoStoppedIt) {
  EXPECT_EQ(why_ended({.code = 143, .signal = SIGTERM}, EndCause::command),
            "it was stopped by a command, and ended by SIGTERM, 3 seconds ago\n");
  EXPECT_EQ(why_ended({}, EndCause::abort),
            "it was stopped by up, because another container had ended, and ended with code 0, 3 seconds "
            "ago\n");
  EXPECT_EQ(
      why_ended({.code = 137, .signal = SIGKILL}, EndCause::unhealthy),
      "it was stopped by its supervisor, because it was unhealthy, and was killed, at once or because it "
      "did not end in time, 3 seconds ago\n");
  EXPECT_EQ(why_ended({.code = 143}, EndCause::command),
            "it was stopped by a command, and ended by SIGTERM, 3 seconds ago\n");
  EXPECT_EQ(why_ended({.code = 129, .signal_sent = SIGHUP}, EndCause::signal),
            "it was killed by SIGHUP, which a command had sent, 3 seconds ago\n");
  EXPECT_EQ(why_ended({.signal_sent = SIGTERM}, EndCause::signal),
            "it ended with success after a command had sent SIGTERM, 3 seconds ago\n");
  EXPECT_EQ(why_ended({.code = 3, .signal_sent = SIGHUP}, EndCause::signal),
            "it ended with code 3 after a command had sent SIGHUP, 3 seconds ago\n");
}

TEST(Why, SaysWhatItWaitsForAndHowLong) {
  EXPECT_EQ(why({.phase = Phase::created,
                 .waits_for = {"app-db-1 to be healthy", "app-job-1 to complete"},
                 .waits_since_ns = before(90s)}),
            "it waits for app-db-1 to be healthy and app-job-1 to complete, since about a minute\n");
}

TEST(Why, ShowsTheLastProbeOfWhoIsUnhealthy) {
  EXPECT_EQ(why({.phase = Phase::running,
                 .health = state::Health::unhealthy,
                 .probes = {{.exit_code = 0, .output = "fine"}, {.exit_code = 7, .output = "refused\n"}}}),
            "its last health probe failed with code 7: refused\n");
}

TEST(Why, ShowsTheLastLinesOfAProbeThatSaidALot) {
  std::string much;
  for (int i = 1; i <= 100; ++i) much += std::to_string(i) + "\n";
  EXPECT_EQ(why_text({.instance = {.name = "app-web-1",
                                   .phase = Phase::running,
                                   .health = state::Health::unhealthy,
                                   .probes = {{.exit_code = 1, .output = much}},
                                   .started_ns = before(9s)},
                      .now_ns = kNow}),
            "app-web-1: Up 9 seconds (unhealthy)\n"
            "  its last health probe failed with code 1:\n"
            "    96\n    97\n    98\n    99\n    100\n");
}

TEST(Why, GivesNoCodeToAProbeThatHadNone) {
  EXPECT_EQ(why({.phase = Phase::running,
                 .health = state::Health::starting,
                 .probes = {{.exit_code = -1, .output = "Health check exceeded timeout (1s)"}}}),
            "its last health probe failed: Health check exceeded timeout (1s)\n");
}

TEST(Why, TellsOfAProcessThatRanOutOfMemoryWhereTheRestGoesOn) {
  EXPECT_EQ(why({.phase = Phase::running, .oom_kills = 1}),
            "a process in it was killed by the kernel for want of memory\n");
  EXPECT_EQ(why({.phase = Phase::running, .oom_kills = 3}),
            "3 processes in it were killed by the kernel for want of memory\n");
}

TEST(Why, TellsAFailedStartFromAnEnd) {
  EXPECT_EQ(why({.phase = Phase::exited,
                 .exit = Exit{.code = 127, .started = false},
                 .last_exit = Exit{.code = 2},
                 .last_finished_ns = before(60s),
                 .ended_by = EndCause::itself,
                 .error = "container app-web-1: no such program: serve"}),
            "container app-web-1: no such program: serve\n"
            "before, it ended by itself with code 2, about a minute ago\n");
}

TEST(Why, SaysHowOftenItWasRestarted) {
  Instance web{.phase = Phase::running, .restarts = 1};
  EXPECT_EQ(why(web), "it has been restarted 1 time by its policy\n");
  web.restarts = 4;
  EXPECT_EQ(why(web), "it has been restarted 4 times by its policy\n");
}

TEST(Why, SaysWhenItStartsAgain) {
  Instance web{.phase = Phase::restarting, .history = {.crash_looping = true, .due_ns = 5'000'000'000}};
  const auto sentence = causes({.instance = web, .now_ns = kNow, .now_boottime_ns = 2'000'000'000}).front();
  EXPECT_EQ(sentence, "it crashes again and again and is started again in 3 seconds");
}

}  // namespace
}  // namespace orchestrator::cli
