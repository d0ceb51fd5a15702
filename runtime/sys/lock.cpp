#include "runtime/sys/lock.hpp"

#include <sys/file.h>

#include "runtime/sys/error.hpp"

namespace runtime::sys {

void lock(int fd, const std::string& what) {
  if (retry([&] { return ::flock(fd, LOCK_EX); }) != 0) throw_errno("lock " + what);
}

}  // namespace runtime::sys
