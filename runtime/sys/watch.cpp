#include "runtime/sys/watch.hpp"

#include <sys/inotify.h>

#include <array>

#include "runtime/sys/error.hpp"

namespace runtime::sys {

DirectoryWatch::DirectoryWatch(const std::string& path) : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (!fd_) throw_errno("make an inotify descriptor");
  if (!add(path)) throw_errno("watch " + path, ENOENT);
}

bool DirectoryWatch::add(const std::string& path) {
  constexpr std::uint32_t kAppearing = IN_CREATE | IN_MOVED_TO | IN_ONLYDIR;
  if (::inotify_add_watch(fd_.get(), path.c_str(), kAppearing) >= 0) return true;
  if (errno == ENOENT) return false;
  throw_errno("watch " + path);
}

void DirectoryWatch::clear() {
  alignas(inotify_event) std::array<char, 4096> events{};
  while (retry([&] { return ::read(fd_.get(), events.data(), events.size()); }) > 0) {
  }
  if (errno != EAGAIN) throw_errno("read inotify events");
}

}  // namespace runtime::sys
