// All streams of a pump or relay at once.
#pragma once

namespace orchestrator::logs {

/// False at the end of a terminal.
bool drain(auto& output) {
  bool goes_on = true;
  for (const int fd : output.fds()) goes_on = output.drain(fd) && goes_on;
  return goes_on;
}

}  // namespace orchestrator::logs
