#include "runtime/sys/worker.hpp"

#include <unistd.h>

#include <stdexcept>

#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::sys {
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

Worker start_worker(const std::function<void()>& work) {
  Pipe report = pipe();
  Cloned cloned = clone3(0);
  if (cloned.pid == 0) child(work, report.write.get());
  return {.pidfd = std::move(cloned.pidfd), .report = std::move(report.read)};
}

void finish(const Worker& worker, const std::string& what) {
  const std::string error = read_all(worker.report.get());
  const auto status = wait_pidfd(worker.pidfd.get());
  if (!error.empty()) throw std::runtime_error(error);
  if (!status || status->shell_code() != 0) throw std::runtime_error(what + " was interrupted");
}

}  // namespace runtime::sys
