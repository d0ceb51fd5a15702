// Exit records until the supervisor acknowledges them, in a ring that never grows.
#pragma once

#include "runtime/keeper/protocol.hpp"

namespace runtime::keeper {

class ExitRecords {
 public:
  bool full() const { return end_ - begin_ == kMaxExitRecords; }
  bool empty() const { return begin_ == end_; }

  /// Gives the record the next sequence number. Not when full.
  void add(const Packet& record) {
    Packet& place = at(end_);
    place = record;
    place.kind = Kind::exited;
    place.sequence = end_++;
  }

  /// Forgets a record; numbers that were never given, or are forgotten already, are ignored.
  void acknowledge(uint64_t sequence) {
    if (sequence < begin_ || sequence >= end_) return;
    at(sequence).kind = kForgotten;
    while (begin_ < end_ && at(begin_).kind == kForgotten) ++begin_;
  }

  /// The oldest record the present supervisor has not been sent yet; null where there is none.
  const Packet* next_unsent() {
    if (unsent_ < begin_) unsent_ = begin_;
    while (unsent_ < end_ && at(unsent_).kind == kForgotten) ++unsent_;
    return unsent_ < end_ ? &at(unsent_) : nullptr;
  }
  void mark_sent() { ++unsent_; }
  /// A new supervisor has been sent nothing.
  void send_again() { unsent_ = begin_; }

 private:
  static constexpr Kind kForgotten{};

  Packet& at(uint64_t sequence) { return ring_[sequence % kMaxExitRecords]; }

  Packet ring_[kMaxExitRecords];
  uint64_t begin_ = 1;
  uint64_t end_ = 1;
  uint64_t unsent_ = 1;
};

}  // namespace runtime::keeper
