// How a failed system call becomes an exception: "what was attempted: strerror".
#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace runtime::sys {

/// Throws std::system_error for `error`; `attempt` says what was tried, lower case: "mount proc on /proc".
[[noreturn]] void throw_errno(const std::string& attempt, int error = errno);

/// The errno of a caught std::system_error of the generic or system category; 0 for others.
int errno_of(const std::system_error& error) noexcept;

/// Calls again while the call is interrupted by a signal (errno EINTR).
template <class Call>
auto retry(Call call) -> decltype(call()) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

}  // namespace runtime::sys
