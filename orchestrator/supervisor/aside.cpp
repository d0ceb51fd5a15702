#include "orchestrator/supervisor/aside.hpp"

#include "orchestrator/supervisor/changed.hpp"
#include "runtime/sys/worker.hpp"

namespace orchestrator::supervisor {

boost::asio::awaitable<void> aside(std::function<void()> work) {
  const runtime::sys::Worker worker = runtime::sys::start_worker(work);
  co_await readable(worker.pidfd.get());
  runtime::sys::finish(worker, "preparing files");
}

}  // namespace orchestrator::supervisor
