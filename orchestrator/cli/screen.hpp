// Where output goes: a terminal or not, its size, whether colours are wanted.
#pragma once

#include <string>
#include <string_view>

namespace orchestrator::cli {

struct Screen {
  bool terminal = false;
  bool colour = false;
  int columns = 80;
  int rows = 24;
  friend bool operator==(const Screen&, const Screen&) = default;
};

/// `ansi` is the value of --ansi: "auto", "never", "always". With "auto" NO_COLOR and TERM=dumb are
/// respected.
Screen screen_of(int fd, std::string_view ansi);

/// The text between the escape sequences of `sgr` ("32", "1;31"; ECMA-48, SGR); as it is where no colour is
/// wanted.
std::string painted(std::string_view text, std::string_view sgr, const Screen& screen);

}  // namespace orchestrator::cli
