// Why a container that has been killed is still there.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>

#include "orchestrator/supervisor/changed.hpp"
#include "orchestrator/supervisor/member.hpp"

namespace orchestrator::supervisor {

/// Times after SIGKILL, or after the look before.
struct Looks {
  /// A killed process ends in milliseconds.
  std::chrono::nanoseconds first = std::chrono::seconds(4);
  /// On its way out a thread may have to wait for a moment, too.
  std::chrono::nanoseconds next = std::chrono::seconds(1);
  std::chrono::nanoseconds last = std::chrono::seconds(30);
};

/// Waits for the end of a container that has been killed. Nothing where it ends; where it cannot, what keeps
/// it: somebody inside who was in the same uninterruptible system call in two looks, or, at the last one,
/// that it is still there. Who is dead without our having heard of it yet is waited for.
boost::asio::awaitable<std::optional<std::string>> obstacle_to_end(Changed& changed, const Member& member,
                                                                   Looks looks = {});

}  // namespace orchestrator::supervisor
