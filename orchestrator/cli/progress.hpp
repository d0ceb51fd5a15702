// Shows what the supervisor does while it does it: lines updated in place on a terminal, plain lines
// elsewhere.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/cli/screen.hpp"
#include "orchestrator/state/control.hpp"

namespace orchestrator::cli {

enum class ProgressStyle { live, plain, json, quiet };

/// One line on its way: "Container app-web-1" and the last thing heard of it.
struct ProgressRow {
  std::string name{};
  std::string action{};
  std::string text{};
  std::chrono::steady_clock::time_point since{};
  std::optional<std::chrono::steady_clock::time_point> until{};  ///< when it was done
};

/// "Starting" is on its way, "Started" and "Running" are done.
bool is_under_way(std::string_view action);

/// The lines of one picture, without escape sequences to move about. Done rows give way where the screen is
/// too low.
std::string picture(const std::vector<ProgressRow>& rows, const Screen& screen,
                    std::chrono::steady_clock::time_point now);

class Progress {
 public:
  /// Writes to `fd`, which is borrowed.
  Progress(ProgressStyle style, Screen screen, int fd);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Events of type progress and warning; others are none of its business.
  void show(const state::Event& event);
  /// How long the picture may stay as it is; nothing: until the next event.
  [[nodiscard]] std::optional<std::chrono::milliseconds> next_frame() const;
  void draw_if_due();
  /// Leaves the picture where it is, for other output to follow. What comes later begins a new one below.
  void settle();

 private:
  void update_row(const state::Event& event);
  void draw(const std::string& above, const Screen& screen);

  ProgressStyle style_;
  Screen screen_;
  int fd_;
  std::vector<ProgressRow> rows_{};
  int drawn_lines_ = 0;
  bool stale_ = false;
  std::chrono::steady_clock::time_point drawn_at_{};
};

}  // namespace orchestrator::cli
