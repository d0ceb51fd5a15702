#include "orchestrator/supervisor/spawn.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <utility>

namespace orchestrator::supervisor {

void spawn(boost::asio::io_context& loop, boost::asio::awaitable<void> task) {
  boost::asio::co_spawn(loop, std::move(task), [](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
  });
}

}  // namespace orchestrator::supervisor
