// How operations of Asio are awaited here.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace orchestrator::supervisor {

/// An error is part of the answer, not an exception.
inline constexpr auto kQuietly = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace orchestrator::supervisor
