#include "orchestrator/storage/confined.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "orchestrator/storage/tar.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::storage {

namespace sys = runtime::sys;

sys::Worker start_confined(int root, const std::function<void()>& work) {
  return sys::start_worker([&] {
    tar::find_conversions();
    if (::fchdir(root) != 0 || ::chroot(".") != 0) sys::throw_errno("change the root directory");
    sys::unique_fd(root).reset();
    ::umask(0);
    work();
  });
}

}  // namespace orchestrator::storage
