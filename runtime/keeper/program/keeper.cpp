#include "runtime/keeper/program/keeper.hpp"

#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/keeper/program/child.hpp"

namespace runtime::keeper {

namespace {

enum Source : uint32_t { kSignals, kTimer, kSocket };

int64_t now_ms() { return nanoseconds(CLOCK_BOOTTIME) / 1'000'000; }

void log(const char* sentence) { (void)!::write(STDERR_FILENO, sentence, ::strlen(sentence)); }

}  // namespace

int Keeper::run(char* const argv[], char* const environment[], int lock, const Original& original) {
  argv_ = argv;
  environment_ = environment;
  lock_ = lock;
  original_ = original;
  if (!prepare()) {
    log("keeper: cannot make its descriptors\n");
    return 1;
  }
  start();
  while (!ended_) {
    epoll_event events[4];
    const int count = ::epoll_wait(epoll_, events, 4, -1);
    for (int i = 0; i < count && !ended_; ++i) handle(events[i].data.u32);
  }
  return status_;
}

bool Keeper::prepare() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGCHLD);
  ::sigaddset(&set, SIGTERM);
  ::sigaddset(&set, SIGINT);
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  timer_ = ::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  epoll_event of_signals{.events = EPOLLIN, .data = {.u32 = kSignals}};
  epoll_event of_timer{.events = EPOLLIN, .data = {.u32 = kTimer}};
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, signals_, &of_signals) == 0 &&
         ::epoll_ctl(epoll_, EPOLL_CTL_ADD, timer_, &of_timer) == 0;
}

void Keeper::handle(uint32_t source) {
  if (source == kSignals) take_signals();
  if (source == kSocket && connection_.is_open()) take_requests();
  if (source == kTimer) {
    uint64_t expirations = 0;
    if (::read(timer_, &expirations, sizeof expirations) > 0 && !supervisor_) start();
  }
  send_pending();
}

void Keeper::set_timer(int64_t milliseconds) {
  // A zero would disarm it.
  const int64_t ns = milliseconds > 0 ? milliseconds * 1'000'000 : 1;
  const itimerspec when{.it_interval = {}, .it_value = {ns / 1'000'000'000, ns % 1'000'000'000}};
  ::timerfd_settime(timer_, 0, &when, nullptr);
}

/// A supervisor that leaves nothing removes the lock last: another one would find somebody else's project.
bool Keeper::has_lost_lock() const {
  struct stat status {};
  return ::fstat(lock_, &status) == 0 && status.st_nlink == 0;
}

void Keeper::start() {
  ended_ = has_lost_lock();
  if (ended_) return;
  started_ms_ = now_ms();
  const int theirs = connection_.open();
  epoll_event of_socket{.events = EPOLLIN, .data = {.u32 = kSocket}};
  const bool watched = theirs >= 0 && ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection_.fd(), &of_socket) == 0;
  const pid_t pid = watched ? start_supervisor(argv_, environment_, theirs, original_) : -1;
  if (theirs >= 0) ::close(theirs);
  if (pid < 0) {
    log("keeper: cannot start the supervisor now\n");
    connection_.close();
    set_timer(backoff_.next(0));
    return;
  }
  supervisor_ = pid;
  is_ready_ = false;
  may_quit_ = false;
  told_everything_ = false;
  waits_for_room_ = false;
  next_descriptor_ = 0;
  refusal_ = {};
  exits_.send_again();
  send_pending();
}

void Keeper::supervisor_ended(int how, int code) {
  supervisor_ = 0;
  take_requests();  // what it sent before it ended still counts
  // Closed here, not at end of file: a container on its way to execve may hold the other end.
  connection_.close();
  ended_ = may_quit_ && how == CLD_EXITED && code == 0;
  if (ended_) return;
  if (!was_ever_ready_ && store_.empty() && exits_.empty()) {
    // Nothing is held: the launching command is told by end of file.
    log("keeper: the supervisor ended before it was ready\n");
    ended_ = true;
    status_ = 1;
    return;
  }
  set_timer(backoff_.next(now_ms() - started_ms_));
}

void Keeper::take_signals() {
  signalfd_siginfo info;
  while (::read(signals_, &info, sizeof info) == sizeof info)
    if (info.ssi_signo != SIGCHLD) pass_on(static_cast<int>(info.ssi_signo));
  reap();
}

/// A supervisor that is not ready may not have blocked its signals yet.
void Keeper::pass_on(int signal) {
  if (is_ready_ && supervisor_)
    ::kill(supervisor_, signal);
  else
    waiting_signal_ = signal;
}

/// While the table is full children stay zombies; reap() is called again when a record is acknowledged.
void Keeper::reap() {
  for (;;) {
    siginfo_t info{};
    // The supervisor first: it must not wait for room in the table.
    if (supervisor_ && ::waitid(P_PID, supervisor_, &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0) {
      supervisor_ended(info.si_code, info.si_status);
      if (ended_) return;
    }
    if (exits_.full()) return;
    const pid_t pid = next_ended();
    if (pid == 0) return;
    Packet record{};
    if (pid != supervisor_ && keeper::reap(pid, record)) exits_.add(record);
  }
}

void Keeper::take_requests() {
  Arrival arrival;
  const bool had_no_room = exits_.full();
  while (connection_.receive(arrival)) {
    if (arrival.error)
      refuse(arrival);
    else
      carry_out(arrival);
  }
  if (had_no_room && supervisor_) reap();
}

void Keeper::carry_out(const Arrival& arrival) {
  const Packet& packet = arrival.packet;
  switch (packet.kind) {
    case Kind::store:
      if (const int error = store_.store(packet.name, arrival.fd)) {
        Arrival refused = arrival;
        refused.error = error;
        refuse(refused);
      }
      break;
    case Kind::drop:
      store_.drop(packet.name);
      break;
    case Kind::acknowledge:
      exits_.acknowledge(packet.sequence);
      break;
    case Kind::ready:
      tell_ready();
      break;
    case Kind::quit:
      may_quit_ = true;
      break;
    case Kind::stored:
    case Kind::exited:
    case Kind::hello_done:
    case Kind::refused:
      break;
  }
}

void Keeper::refuse(const Arrival& arrival) {
  const uint32_t count = refusal_.count + 1;
  refusal_ = arrival.packet;
  refusal_.kind = Kind::refused;
  refusal_.name[kNameSize - 1] = '\0';
  refusal_.error = arrival.error;
  refusal_.count = count;
}

void Keeper::tell_ready() {
  is_ready_ = true;
  if (!was_ever_ready_) {
    (void)!::write(kReadyPipe, &kReadyByte, 1);
    ::close(kReadyPipe);
  }
  was_ever_ready_ = true;
  if (!waiting_signal_ || !supervisor_) return;
  ::kill(supervisor_, waiting_signal_);
  waiting_signal_ = 0;
}

void Keeper::send_pending() {
  constexpr int64_t kMemoryRetry = 50;
  last_ = Delivery::sent;
  while (connection_.is_open() && last_ == Delivery::sent && send_next()) {
  }
  if (!connection_.is_open()) return;
  if (last_ == Delivery::no_memory) set_timer(kMemoryRetry);
  const bool waits = last_ == Delivery::queue_full;
  if (waits == waits_for_room_) return;
  waits_for_room_ = waits;
  epoll_event event{};
  event.events = waits ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.u32 = kSocket;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection_.fd(), &event);
}

/// One packet: descriptors, then exits, then that this was all from before; then exits as they come.
/// False where there is nothing to be sent.
bool Keeper::send_next() {
  if (!told_everything_) {
    if (const FdStore::Slot* slot = store_.next(next_descriptor_)) {
      Packet packet{.kind = Kind::stored};
      ::strcpy(packet.name, slot->name);
      if (deliver(packet, slot->fd)) ++next_descriptor_;
      return true;
    }
  }
  if (const Packet* record = exits_.next_unsent()) {
    if (deliver(*record)) exits_.mark_sent();
    return true;
  }
  if (!told_everything_) {
    told_everything_ = deliver({.kind = Kind::hello_done, .count = was_ever_ready_ ? 0U : 1U});
    return true;
  }
  if (refusal_.count == 0) return false;
  if (deliver(refusal_)) refusal_ = {};
  return true;
}

/// A supervisor that has closed its end, or died, is told nothing more: its end as a process follows.
bool Keeper::deliver(const Packet& packet, int fd) {
  last_ = connection_.send(packet, fd);
  if (last_ == Delivery::gone) {
    take_requests();
    connection_.close();
  }
  return last_ == Delivery::sent;
}

}  // namespace runtime::keeper
