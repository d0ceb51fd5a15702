// What the keeper does from its start to its end: waits for children, for the supervisor's requests and for
// the time to start another supervisor. No heap, no polling, no growth.
#pragma once

#include <sys/types.h>

#include "runtime/keeper/program/connection.hpp"
#include "runtime/keeper/program/exit_records.hpp"
#include "runtime/keeper/program/fd_store.hpp"
#include "runtime/keeper/program/supervisor.hpp"

namespace runtime::keeper {

class Keeper {
 public:
  /// Takes a descriptor that an earlier keeper has held.
  void keep(const char* name, int fd) { store_.store(name, fd); }
  /// `lock`: the locked file. The exit status of the program: 0 after the supervisor's quit, 1 where it cannot
  /// work.
  int run(char* const argv[], char* const environment[], int lock, const Original& original);

 private:
  bool prepare();
  void handle(uint32_t source);
  void set_timer(int64_t milliseconds);

  bool has_lost_lock() const;
  void start();
  void supervisor_ended(int how, int code);

  void take_signals();
  void pass_on(int signal);
  void reap();

  void take_requests();
  void carry_out(const Arrival& arrival);
  void refuse(const Arrival& arrival);
  void tell_ready();

  void send_pending();
  bool send_next();
  bool deliver(const Packet& packet, int fd = -1);

  char* const* argv_ = nullptr;
  char* const* environment_ = nullptr;
  int lock_ = -1;
  Original original_{};

  int epoll_ = -1;
  int signals_ = -1;
  int timer_ = -1;

  Connection connection_;
  bool told_everything_ = false;  ///< hello_done has been sent to this supervisor
  Delivery last_ = Delivery::sent;
  bool waits_for_room_ = false;   ///< in the socket's queue; epoll tells
  uint32_t next_descriptor_ = 0;  ///< of the store, to be told
  Packet refusal_{};              ///< count 0: none to be told

  pid_t supervisor_ = 0;  ///< 0: none lives
  int64_t started_ms_ = 0;
  bool is_ready_ = false;
  bool was_ever_ready_ = false;
  bool may_quit_ = false;
  int waiting_signal_ = 0;  ///< for a supervisor that is not ready yet
  Backoff backoff_;

  bool ended_ = false;
  int status_ = 0;

  FdStore store_;
  ExitRecords exits_;
};

}  // namespace runtime::keeper
