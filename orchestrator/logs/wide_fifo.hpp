// More room in the FIFO of a container that prints faster than its log is written.
#pragma once

namespace orchestrator::logs {

/// While a FIFO runs full, its writer and its reader put each other to sleep and wake each other once per
/// capacity. A wide one makes that a quarter. The kernel bounds what all pipes of a user may hold
/// (pipe-user-pages-soft, pipe(7)), and containers run as this user: so only few of a stack are wide at a
/// time, and who was first gives way. All belong to one thread.
class WideFifo {
 public:
  /// The FIFO is borrowed.
  explicit WideFifo(int fifo) : fifo_(fifo) {}
  ~WideFifo();
  WideFifo(const WideFifo&) = delete;
  WideFifo& operator=(const WideFifo&) = delete;

  /// It has run full. Stays as it is where it cannot be helped.
  void widen();

 private:
  bool give_way();

  int fifo_;
  bool is_wide_ = false;
};

}  // namespace orchestrator::logs
