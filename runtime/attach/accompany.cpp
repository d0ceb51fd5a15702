#include "runtime/attach/accompany.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <string>

#include "runtime/attach/raw_terminal.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime {
namespace {

using sys::retry;
using sys::throw_errno;

void poll(std::span<pollfd> watched) {
  if (retry([&] { return ::poll(watched.data(), watched.size(), -1); }) < 0) throw_errno("poll");
}

pollfd readable(int fd) { return {.fd = fd, .events = POLLIN, .revents = 0}; }

/// Carries bytes between the user's terminal and the pty. Neither direction ever waits for the other: a
/// program that prints while nobody reads its input must not stop.
class TerminalRelay {
 public:
  TerminalRelay(int in, int out, int console) : in_(in), out_(out), console_(console) {
    const int flags = ::fcntl(console, F_GETFL);
    if (flags < 0 || ::fcntl(console, F_SETFL, flags | O_NONBLOCK) != 0) throw_errno("prepare the pty");
  }

  /// What to wait for: keys only while the last ones are through.
  [[nodiscard]] std::array<pollfd, 2> watched() const {
    const bool has_keys = !keys_.empty();
    const auto events = static_cast<short>(POLLIN | (has_keys ? POLLOUT : 0));
    return {readable(has_keys || in_ended_ ? -1 : in_),
            pollfd{.fd = console_ended_ ? -1 : console_, .events = events, .revents = 0}};
  }

  void handle(const pollfd& in, const pollfd& console) {
    if (in.revents != 0) read_keys();
    if (console.revents & POLLOUT) write_keys();
    if (console.revents & (POLLIN | POLLHUP | POLLERR)) copy_output();
  }

  /// Everything printed so far. EIO is how a pty tells that its last user has closed it.
  void copy_output() {
    std::array<char, 16384> buffer{};
    for (;;) {
      const ssize_t size = retry([&] { return ::read(console_, buffer.data(), buffer.size()); });
      if (size < 0 && errno == EAGAIN) return;
      if (size <= 0) {
        console_ended_ = true;
        return;
      }
      sys::write_all(out_, {buffer.data(), static_cast<std::size_t>(size)});
    }
  }

 private:
  void read_keys() {
    std::array<char, 4096> buffer{};
    const ssize_t size = retry([&] { return ::read(in_, buffer.data(), buffer.size()); });
    if (size <= 0) {
      in_ended_ = true;
      return;
    }
    keys_.assign(buffer.data(), static_cast<std::size_t>(size));
  }

  void write_keys() {
    const ssize_t size = retry([&] { return ::write(console_, keys_.data(), keys_.size()); });
    if (size > 0) keys_.erase(0, static_cast<std::size_t>(size));
    if (size < 0 && errno != EAGAIN) keys_.clear();
  }

  int in_;
  int out_;
  int console_;
  bool in_ended_ = false;
  bool console_ended_ = false;
  std::string keys_{};
};

}  // namespace

sys::ExitStatus accompany(int pidfd, sys::BlockedSignals& signals) {
  for (;;) {
    std::array watched{readable(pidfd), readable(signals.fd())};
    poll(watched);
    while (const auto signal = signals.take()) sys::pidfd_send_signal(pidfd, *signal);
    if (watched[0].revents != 0) return *sys::wait_pidfd(pidfd);
  }
}

void stay_on_terminal(int pidfd, sys::BlockedSignals& signals, int in, int out, int console) {
  TerminalRelay relay(in, out, console);
  for (;;) {
    const auto [keys, pty] = relay.watched();
    std::array watched{readable(pidfd), readable(signals.fd()), keys, pty};
    poll(watched);
    while (const auto signal = signals.take()) {
      if (*signal == SIGWINCH)
        copy_terminal_size(in, console);
      else
        sys::pidfd_send_signal(pidfd, *signal);
    }
    relay.handle(watched[2], watched[3]);
    if (watched[0].revents == 0) continue;
    relay.copy_output();
    return;
  }
}

void copy_rest(int out, int console) { TerminalRelay(-1, out, console).copy_output(); }

sys::ExitStatus accompany_on_terminal(int pidfd, sys::BlockedSignals& signals, int in, int out, int console) {
  stay_on_terminal(pidfd, signals, in, out, console);
  return *sys::wait_pidfd(pidfd);
}

}  // namespace runtime
