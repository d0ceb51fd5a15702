#include "orchestrator/supervisor/journal.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>
#include <system_error>

#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace sys = runtime::sys;

namespace {

constexpr std::int64_t kLargest = 1 << 20;

}  // namespace

void Journal::add(const state::Change& change) {
  try {
    if (file_ && size_ > kLargest) {
      (void)std::rename(path_.c_str(), (path_ + ".1").c_str());
      file_.reset();
    }
    if (!file_) {
      file_ = sys::open(path_, O_WRONLY | O_APPEND | O_CREAT, 0600);
      struct stat status {};
      size_ = ::fstat(file_.get(), &status) == 0 ? status.st_size : 0;
    }
    const std::string line = state::to_line(change);
    sys::write_all(file_.get(), line);
    size_ += static_cast<std::int64_t>(line.size());
  } catch (const std::system_error&) {
    file_.reset();
  }
}

}  // namespace orchestrator::supervisor
