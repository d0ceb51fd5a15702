// Tells when a name appears in one of several directories: inotify(7).
#pragma once

#include <string>

#include "runtime/sys/unique_fd.hpp"

namespace runtime::sys {

class DirectoryWatch {
 public:
  /// From now on; files made, and files renamed into it. Throws std::system_error.
  explicit DirectoryWatch(const std::string& path);

  /// This directory, too; nothing happens the second time. False where it does not exist.
  bool add(const std::string& path);
  /// Readable when something has appeared, or a directory is gone, since the last clear().
  [[nodiscard]] int fd() const { return fd_.get(); }
  void clear();

 private:
  unique_fd fd_;
};

}  // namespace runtime::sys
