#include "orchestrator/storage/in_place.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/lock.hpp"

namespace orchestrator::storage {

namespace sys = runtime::sys;

void make_in_place(const std::string& path, const std::function<void(const std::string& half_made)>& make) {
  const std::string half_made = path + ".new";
  const std::string lock_file = path + ".lock";
  sys::make_directories(path.substr(0, path.rfind('/')), 0755);
  const sys::unique_fd lock = sys::open(lock_file, O_RDONLY | O_CREAT, 0600);
  sys::lock(lock.get(), lock_file);
  if (sys::exists(path)) return;
  sys::remove_tree(half_made);
  try {
    sys::make_directories(half_made, 0755);
    make(half_made);
    if (::rename(half_made.c_str(), path.c_str()) != 0) sys::throw_errno("rename " + half_made);
  } catch (...) {
    sys::remove_tree(half_made);
    throw;
  }
}

}  // namespace orchestrator::storage
