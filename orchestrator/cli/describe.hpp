// Says in words what a record says in numbers: "Up 3 seconds (healthy)", "0.0.0.0:8080->80/tcp". Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "orchestrator/state/instance.hpp"

namespace orchestrator::cli {

/// "Less than a second", "3 seconds", "About a minute", "5 hours", "2 weeks".
std::string duration(std::chrono::nanoseconds length);
/// "less than a second".
std::string duration_in_sentence(std::chrono::nanoseconds length);
/// As `duration`, with "ago"; `now_ns` and `then_ns` are wall clock times, nanoseconds since 1970.
std::string ago(std::int64_t now_ns, std::int64_t then_ns);

/// "Up 3 seconds (healthy)", "Exited (137) 2 minutes ago", "Created".
std::string status(const state::Instance& instance, std::int64_t now_ns);
/// "127.0.0.1:8080", "[::1]:53".
std::string host_address(const state::PublishedPort& port);
/// The service of the stack file; of a one-off container the one that it was made like.
const std::string& service_of(const state::Instance& instance);
/// Of the last run; 255 where nobody knows it, as other engines say, 0 before the first.
int exit_code(const state::Instance& instance);
/// "127.0.0.1:8080->80/tcp, [::1]:53->53/udp".
std::string ports(const state::Instance& instance);
/// "app_default,app_back".
std::string networks(const state::Instance& instance);
/// "2026-11-24 15:45:38 +0000 UTC".
std::string date(std::int64_t time_ns);
/// "2026-11-24T15:45:38.000000001Z", as RFC 3339 writes it.
std::string timestamp(std::int64_t time_ns);

/// At most `columns` characters of UTF-8 text; one that does not fit ends in "…".
std::string shortened(const std::string& text, std::size_t columns);

}  // namespace orchestrator::cli
