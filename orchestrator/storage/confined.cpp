#include "orchestrator/storage/confined.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

#include "orchestrator/storage/tar.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::storage {
namespace {

namespace sys = runtime::sys;

[[noreturn]] void child(int root, const std::function<void()>& work, int report) noexcept {
  try {
    tar::find_conversions();
    if (::fchdir(root) != 0 || ::chroot(".") != 0) sys::throw_errno("change the root directory");
    sys::unique_fd(root).reset();
    ::umask(0);
    work();
    ::_exit(0);
  } catch (const std::exception& error) {
    const std::string text = error.what();
    (void)!::write(report, text.data(), text.size());
    ::_exit(1);
  }
}

}  // namespace

Confined::Confined(int root, const std::function<void()>& work) {
  sys::Pipe report = sys::pipe();
  sys::Cloned cloned = sys::clone3(0);
  if (cloned.pid == 0) child(root, work, report.write.get());
  report_ = std::move(report.read);
  pidfd_ = std::move(cloned.pidfd);
}

void Confined::wait(const std::string& what) {
  const std::string error = sys::read_all(report_.get());
  const auto status = sys::wait_pidfd(pidfd_.get());
  if (!error.empty()) throw std::runtime_error(error);
  if (!status || status->shell_code() != 0) throw std::runtime_error(what + " was interrupted");
}

}  // namespace orchestrator::storage
