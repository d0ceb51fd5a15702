// Tells when a name appears in a directory: inotify(7).
#pragma once

#include <string>

#include "runtime/sys/unique_fd.hpp"

namespace runtime::sys {

class DirectoryWatch {
 public:
  /// From now on; files made, and files renamed into it. Throws std::system_error.
  explicit DirectoryWatch(const std::string& path);

  /// Readable when something has appeared since the last clear().
  [[nodiscard]] int fd() const { return fd_.get(); }
  void clear();

 private:
  unique_fd fd_;
};

}  // namespace runtime::sys
