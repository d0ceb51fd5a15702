#include "orchestrator/cli/screen.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace orchestrator::cli {
namespace {

bool environment_forbids_colour() {
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org: present and not empty
  const char* term = std::getenv("TERM");
  return (no_color != nullptr && *no_color != '\0') || (term != nullptr && std::string_view(term) == "dumb");
}

}  // namespace

Screen screen_of(int fd, std::string_view ansi) {
  Screen screen{.terminal = ::isatty(fd) == 1};
  winsize size{};
  if (screen.terminal && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    screen.columns = size.ws_col;
    screen.rows = size.ws_row;
  }
  screen.colour = ansi == "always" || (ansi != "never" && screen.terminal && !environment_forbids_colour());
  return screen;
}

std::string painted(std::string_view text, std::string_view sgr, const Screen& screen) {
  return screen.colour ? fmt::format("\x1b[{}m{}\x1b[0m", sgr, text) : std::string(text);
}

}  // namespace orchestrator::cli
