#include "orchestrator/cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <climits>

#include "orchestrator/cli/describe.hpp"
#include "orchestrator/cli/json_output.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kFrame = 80ms;
constexpr std::array<std::string_view, 10> kSpinner{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};

struct Look {
  std::string_view mark{};
  std::string_view sgr{};
};

Look look_of(const ProgressRow& row, Clock::time_point now) {
  if (row.action == "Error") return {.mark = "✘", .sgr = "31"};
  if (!is_under_way(row.action)) return {.mark = "✔", .sgr = "32"};
  const auto frame = static_cast<std::size_t>((now - row.since) / kFrame);
  return {.mark = kSpinner.at(frame % kSpinner.size()), .sgr = "34"};
}

/// All rows, or those that fit on the screen: first the ones under way.
std::vector<const ProgressRow*> visible(const std::vector<ProgressRow>& rows, int height) {
  std::vector<const ProgressRow*> chosen;
  for (const ProgressRow& row : rows) chosen.push_back(&row);
  const auto limit = static_cast<std::size_t>(std::max(height - 1, 1));
  if (chosen.size() <= limit) return chosen;
  std::stable_partition(chosen.begin(), chosen.end(),
                        [](const auto* row) { return is_under_way(row->action); });
  chosen.resize(limit);
  return chosen;
}

std::string plain_line(const state::Event& event) {
  return fmt::format(" {} {}  {}{}{}\n", event.kind, event.name, event.action, event.text.empty() ? "" : " ",
                     event.text);
}

}  // namespace

bool is_under_way(std::string_view action) {
  return (action.ends_with("ing") && action != "Running") || action == "Recreate";
}

std::string picture(const std::vector<ProgressRow>& rows, const Screen& screen, Clock::time_point now) {
  std::size_t name_width = 0;
  for (const ProgressRow& row : rows) name_width = std::max(name_width, row.name.size());
  std::string text;
  for (const ProgressRow* row : visible(rows, screen.rows)) {
    const Look look = look_of(*row, now);
    const std::chrono::duration<double> elapsed = row->until.value_or(now) - row->since;
    const std::string what = row->text.empty() ? row->action : row->action + " " + row->text;
    // One row must stay one line, or the cursor cannot find the way back up.
    const auto room = static_cast<std::size_t>(std::max(screen.columns - 12, 1));
    const std::string body = shortened(fmt::format("{:<{}}  {:<10}", row->name, name_width, what), room);
    text += fmt::format(" {} {} {}\n", painted(look.mark, look.sgr, screen), painted(body, look.sgr, screen),
                        painted(fmt::format("{:.1f}s", elapsed.count()), "2", screen));
  }
  return text;
}

Progress::Progress(ProgressStyle style, Screen screen, int fd) : style_(style), screen_(screen), fd_(fd) {}

Progress::~Progress() {
  try {
    settle();
  } catch (const std::exception&) {
    // A terminal that has gone away does not see the last picture; there is nobody else to tell.
  }
}

void Progress::show(const state::Event& event) {
  if (event.type == state::EventType::warning) {
    draw(painted("warning:", "33", screen_) + " " + event.text + "\n", screen_);
    return;
  }
  if (event.type != state::EventType::progress) return;
  switch (style_) {
    case ProgressStyle::quiet:
      return;
    case ProgressStyle::plain:
      return runtime::sys::write_all(fd_, plain_line(event));
    case ProgressStyle::json:
      return runtime::sys::write_all(fd_, json_line(event));
    case ProgressStyle::live:
      update_row(event);
      return draw_if_due();
  }
}

void Progress::update_row(const state::Event& event) {
  const std::string name = event.kind + " " + event.name;
  auto row = std::find_if(rows_.begin(), rows_.end(), [&](const ProgressRow& it) { return it.name == name; });
  const auto now = Clock::now();
  if (row == rows_.end()) row = rows_.insert(rows_.end(), {.name = name, .since = now});
  if (row->until && is_under_way(event.action)) row->since = now;
  row->action = event.action;
  row->text = event.text;
  row->until = is_under_way(event.action) ? std::nullopt : std::optional(now);
  stale_ = true;
}

std::optional<std::chrono::milliseconds> Progress::next_frame() const {
  const bool moves = std::any_of(rows_.begin(), rows_.end(), [](const auto& row) { return !row.until; });
  if (!stale_ && !moves) return std::nullopt;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(drawn_at_ + kFrame - Clock::now());
  return std::max(left, 0ms);
}

void Progress::draw_if_due() {
  if (const auto wait = next_frame(); wait && *wait == 0ms) draw("", screen_);
}

void Progress::draw(const std::string& above, const Screen& screen) {
  const std::string text = picture(rows_, screen, Clock::now());
  // Back to the first line and erase to the end of the screen, all in one write: nothing flickers.
  const std::string back = drawn_lines_ > 0 ? fmt::format("\x1b[{}A\x1b[J", drawn_lines_) : "";
  runtime::sys::write_all(fd_, back + above + text);
  drawn_lines_ = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  drawn_at_ = Clock::now();
  stale_ = false;
}

void Progress::settle() {
  if (rows_.empty()) return;
  Screen endless = screen_;
  endless.rows = INT_MAX;
  draw("", endless);
  rows_.clear();
  drawn_lines_ = 0;
}

}  // namespace orchestrator::cli
