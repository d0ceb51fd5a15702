// The supervisor as a child process: how it is started, and when again.
#pragma once

#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

namespace runtime::keeper {

/// What the keeper changed for itself and must not hand down.
struct Original {
  rlimit files{};
  char oom_score_adj[16] = {};  ///< empty where the keeper has not lowered its own
};

/// Forks and executes `kExecutable` with the socket at kSupervisorSocket. Returns the pid, or -1.
pid_t start_supervisor(char* const argv[], char* const environment[], int socket, const Original& original);

/// When to start the next one: at once after the first death, then 0.2 s doubled up to 30 s; one that lived
/// for 10 s starts the row again.
class Backoff {
 public:
  /// Milliseconds to wait after a supervisor that lived that long.
  int64_t next(int64_t lived_ms) {
    if (lived_ms >= kLongLife) delay_ = 0;
    const int64_t wait = delay_;
    delay_ = delay_ == 0 ? kFirst : delay_ * 2 < kLongest ? delay_ * 2 : kLongest;
    return wait;
  }

 private:
  static constexpr int64_t kFirst = 200;
  static constexpr int64_t kLongest = 30'000;
  static constexpr int64_t kLongLife = 10'000;
  int64_t delay_ = 0;
};

}  // namespace runtime::keeper
