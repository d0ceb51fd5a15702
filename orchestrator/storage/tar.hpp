// libarchive's handles and errors, for the .cpp files that read and write archives.
#pragma once

#include <functional>
#include <memory>
#include <string>

struct archive;
struct archive_entry;

namespace orchestrator::storage::tar {

struct Free {
  void operator()(archive* handle) const;
};
using Handle = std::unique_ptr<archive, Free>;

/// Tar, compressed or not, from a descriptor. Throws std::runtime_error; `name` is for its message.
Handle open_reader(int fd, const std::string& name);
/// Makes files with owners, modes, times and extended attributes.
Handle open_disk_writer();
/// Everything that is left in `from`; `change` may touch each entry before it is made. Devices and sockets
/// that cannot be made are left out.
void copy_entries(archive* from, archive* to, const std::string& archive_name,
                  const std::function<void(archive_entry*)>& change);
/// Writes what is still to be written: times of directories, the end of an archive.
void close(archive* writer, const std::string& name);

/// Throws "NAME: why" as std::runtime_error.
[[noreturn]] void fail(const std::string& name, archive* cause);

/// The C library looks for its character set conversions when it first needs one; in a new root it would find
/// the image's, which are code (as with name services in CVE-2019-14271). So it has to look before. None is
/// needed then: names in archives are UTF-8.
void find_conversions();

}  // namespace orchestrator::storage::tar
