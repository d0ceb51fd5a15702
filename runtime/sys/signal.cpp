#include "runtime/sys/signal.hpp"

#include <sys/signalfd.h>

#include "runtime/sys/error.hpp"

namespace runtime::sys {

BlockedSignals::BlockedSignals(std::initializer_list<int> signals) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : signals) ::sigaddset(&set, signal);
  fd_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) throw_errno("make a signal descriptor");
  if (::sigprocmask(SIG_BLOCK, &set, &before_) != 0) throw_errno("block signals");
}

BlockedSignals::~BlockedSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

std::optional<int> BlockedSignals::take() {
  signalfd_siginfo info{};
  const ssize_t size = retry([&] { return ::read(fd_.get(), &info, sizeof info); });
  if (size == sizeof info) return static_cast<int>(info.ssi_signo);
  if (errno == EAGAIN) return std::nullopt;
  throw_errno("read a signal");
}

}  // namespace runtime::sys
