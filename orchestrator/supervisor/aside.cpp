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

Aside start_aside(const std::function<void()>& work) {
  sys::Pipe report = sys::pipe();
  sys::Cloned cloned = sys::clone3(0);
  if (cloned.pid == 0) child(work, report.write.get());
  return {.pidfd = std::move(cloned.pidfd), .report = std::move(report.read)};
}

boost::asio::awaitable<void> aside(std::function<void()> work) {
  const Aside working = start_aside(work);
  co_await readable(working.pidfd.get());
  const auto status = sys::wait_pidfd(working.pidfd.get());
  const std::string error = sys::read_all(working.report.get());
  if (!error.empty()) throw std::runtime_error(error);
  if (!status || status->shell_code() != 0) throw std::runtime_error("preparing files was interrupted");
}

}  // namespace orchestrator::supervisor
