// Times of many runs as the two numbers that mean something on a machine with other load.
#pragma once

#include <algorithm>
#include <vector>

namespace bench {

struct Figures {
  double least = 0;
  double median = 0;
};

/// Of at least one time.
inline Figures figures_of(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return {.least = times.front(), .median = times[times.size() / 2]};
}

}  // namespace bench
