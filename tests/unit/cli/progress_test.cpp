// Progress is one line per thing, wherever it is printed.
#include "orchestrator/cli/progress.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "runtime/sys/file.hpp"

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;
using state::Event;
using state::EventType;

std::string printed(ProgressStyle style, const std::vector<Event>& events) {
  const runtime::sys::unique_fd file = runtime::sys::memory_file("printed", "", false);
  Progress progress(style, {}, file.get());
  for (const Event& event : events) progress.show(event);
  ::lseek(file.get(), 0, SEEK_SET);
  return runtime::sys::read_all(file.get());
}

const Event kStarting{.kind = "Container", .name = "app-web-1", .action = "Starting"};
const Event kStarted{.kind = "Container", .name = "app-web-1", .action = "Started"};
const Event kFailed{
    .kind = "Container", .name = "app-web-1", .action = "Error", .text = "no such program: x"};
const Event kWarning{.type = EventType::warning, .text = "cpus is not limited here"};

TEST(Progress, IsPlainLinesWhereNoTerminalIs) {
  EXPECT_EQ(printed(ProgressStyle::plain, {kStarting, kStarted, kWarning, kFailed}),
            " Container app-web-1  Starting\n"
            " Container app-web-1  Started\n"
            "warning: cpus is not limited here\n"
            " Container app-web-1  Error no such program: x\n");
}

TEST(Progress, IsOneObjectPerLineAsJson) {
  EXPECT_EQ(printed(ProgressStyle::json, {kStarting, kFailed}),
            R"({"id":"Container app-web-1","status":"Working","text":"Starting"})"
            "\n"
            R"({"details":"no such program: x","id":"Container app-web-1","status":"Error","text":"Error"})"
            "\n");
}

TEST(Progress, KeepsQuietButWarns) {
  EXPECT_EQ(printed(ProgressStyle::quiet, {kStarting, kWarning}), "warning: cpus is not limited here\n");
}

TEST(Progress, MovesBackUpToDrawTheSameLinesAgain) {
  const std::string text = printed(ProgressStyle::live, {kStarting, kWarning});
  EXPECT_NE(text.find(" Container app-web-1  Starting"), std::string::npos);
  EXPECT_NE(text.find("\x1b[1A\x1b[Jwarning: cpus is not limited here\n ⠋ Container app-web-1  Starting"),
            std::string::npos);
}

TEST(Picture, ShowsWhatIsDoneAndHowLongItTook) {
  const std::chrono::steady_clock::time_point start{};
  const std::vector<ProgressRow> rows{
      {.name = "Network app_default", .action = "Created", .since = start, .until = start + 100ms},
      {.name = "Container app-web-1", .action = "Starting", .since = start},
      {.name = "Container app-db-1", .action = "Error", .text = "refused", .since = start, .until = start},
  };
  EXPECT_EQ(picture(rows, {}, start + 1200ms),
            " ✔ Network app_default  Created    0.1s\n"
            " ⠴ Container app-web-1  Starting   1.2s\n"
            " ✘ Container app-db-1   Error refused 0.0s\n");
}

TEST(Picture, LeavesOutWhatIsDoneWhereTheScreenIsLow) {
  const std::chrono::steady_clock::time_point start{};
  const std::vector<ProgressRow> rows{
      {.name = "Network n", .action = "Created", .since = start, .until = start},
      {.name = "Container c", .action = "Starting", .since = start}};
  EXPECT_EQ(picture(rows, {.rows = 2}, start), " ⠋ Container c  Starting   0.0s\n");
}

}  // namespace
}  // namespace orchestrator::cli
