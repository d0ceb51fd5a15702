#include "orchestrator/cli/output.hpp"

#include <unistd.h>

#include <cstdlib>

namespace orchestrator::cli {
namespace {

/// The option, else the variable, else "auto".
std::string chosen(const Options& options, std::string_view option, const char* variable) {
  if (const auto value = options.text(option)) return *value;
  const char* value = std::getenv(variable);
  return value == nullptr || *value == '\0' ? "auto" : value;
}

bool can_move_the_cursor(const Screen& screen) {
  const char* term = std::getenv("TERM");
  return screen.terminal && (term == nullptr || std::string_view(term) != "dumb");
}

}  // namespace

Screen screen_for(const Options& options, int fd) {
  return screen_of(fd, chosen(options, "ansi", "COMPOSE_ANSI"));
}

Progress progress_for(const Options& options) {
  const std::string style = chosen(options, "progress", "COMPOSE_PROGRESS");
  const Screen screen = screen_for(options, STDERR_FILENO);
  const auto as = [&](ProgressStyle it) { return Progress(it, screen, STDERR_FILENO); };
  if (style == "tty") return as(ProgressStyle::live);
  if (style == "plain") return as(ProgressStyle::plain);
  if (style == "json") return as(ProgressStyle::json);
  if (style == "quiet") return as(ProgressStyle::quiet);
  return as(can_move_the_cursor(screen) ? ProgressStyle::live : ProgressStyle::plain);
}

}  // namespace orchestrator::cli
