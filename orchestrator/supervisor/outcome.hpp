// How a request ended.
#pragma once

#include <string>

namespace orchestrator::supervisor {

struct Outcome {
  int status = 0;      ///< 0, or 1 with `text`
  std::string text{};  ///< why it failed: one sentence
};

inline constexpr const char* kInterrupted = "interrupted by another command";

}  // namespace orchestrator::supervisor
