#include "orchestrator/supervisor/aside.hpp"

#include <unistd.h>

#include <stdexcept>

#include "orchestrator/supervisor/changed.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {

namespace sys = runtime::sys;

namespace {

[[noreturn]] void child(const std::function<void()>& work, int report) noexcept {
  try {
    work();
    ::_exit(0);
  } catch (const std::exception& error) {
    const std::string text = error.what();
    (void)!::write(report, text.data(), text.size());
  }
  ::_exit(1);
}

}  // namespace

boost::asio::awaitable<void> aside(std::function<void()> work) {
  sys::Pipe report = sys::pipe();
  const sys::Cloned cloned = sys::clone3(0);
  if (cloned.pid == 0) child(work, report.write.get());
  report.write.reset();
  co_await readable(cloned.pidfd.get());
  const auto status = sys::wait_pidfd(cloned.pidfd.get());
  const std::string error = sys::read_all(report.read.get());
  if (!error.empty()) throw std::runtime_error(error);
  if (!status || status->shell_code() != 0) throw std::runtime_error("preparing files was interrupted");
}

}  // namespace orchestrator::supervisor
