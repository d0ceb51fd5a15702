// The keeper's end of the socket to one supervisor. Never blocks.
#pragma once

#include "runtime/keeper/protocol.hpp"

namespace runtime::keeper {

/// A datagram as it came; `fd` is ours to close, -1 where there was none.
struct Arrival {
  Packet packet;
  int fd = -1;
  int error = 0;  ///< EBADMSG: not a packet we know; EMFILE: its descriptor could not be taken
};

/// `queue_full`: the socket tells (EPOLLOUT) when there is room. `no_memory`: nothing tells; try again later.
enum class Delivery { sent, queue_full, no_memory, gone };

class Connection {
 public:
  /// Makes the pair and returns the supervisor's end, or -1.
  int open();
  void close();
  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }

  /// Sends a packet with a descriptor, if it is not -1.
  Delivery send(const Packet& packet, int fd = -1);
  /// False where nothing (more) is there.
  bool receive(Arrival& arrival);

 private:
  int fd_ = -1;
};

}  // namespace runtime::keeper
