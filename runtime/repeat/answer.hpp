// What the program says after each run.
#pragma once

namespace runtime::repeat {

struct Answer {
  int error = 0;        ///< errno where the command could not be run
  int status = 0;       ///< else how it ended, as waitpid(2) tells it
  int left_others = 0;  ///< 1: processes that it has started are still there
};

}  // namespace runtime::repeat
