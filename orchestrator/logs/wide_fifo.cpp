#include "orchestrator/logs/wide_fifo.hpp"

#include <fcntl.h>

#include <algorithm>
#include <vector>

#include "orchestrator/logs/fifo.hpp"

namespace orchestrator::logs {

namespace {

constexpr std::size_t kMostWide = 16;

/// Who has been wide for the longest time comes first.
std::vector<WideFifo*>& wide_ones() {
  static std::vector<WideFifo*> all;
  return all;
}

}  // namespace

WideFifo::~WideFifo() { std::erase(wide_ones(), this); }

bool WideFifo::give_way() {
  // EBUSY: more than that waits in it. What a program has made of it meanwhile stays.
  const bool is_ours = ::fcntl(fifo_, F_GETPIPE_SZ) == static_cast<int>(kWidePipeSize);
  if (is_ours && ::fcntl(fifo_, F_SETPIPE_SZ, kPipeSize) < 0) return false;
  is_wide_ = false;
  return true;
}

void WideFifo::widen() {
  // A program that has made its output wider itself keeps that. One that is just as wide is probably an
  // earlier supervisor's.
  if (is_wide_ || ::fcntl(fifo_, F_GETPIPE_SZ) > static_cast<int>(kWidePipeSize)) return;
  std::vector<WideFifo*>& wide = wide_ones();
  if (wide.size() == kMostWide) {
    std::rotate(wide.begin(), wide.begin() + 1, wide.end());
    if (!wide.back()->give_way()) return;
    wide.pop_back();
  }
  if (::fcntl(fifo_, F_SETPIPE_SZ, kWidePipeSize) < 0) return;
  wide.push_back(this);
  is_wide_ = true;
}

}  // namespace orchestrator::logs
