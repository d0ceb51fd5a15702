#include "orchestrator/storage/archive.hpp"

#include <fcntl.h>

#include "orchestrator/storage/confined.hpp"
#include "orchestrator/storage/tar.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::storage {

namespace sys = runtime::sys;

void unpack_archive(const std::string& archive, const std::string& target) {
  // Open before the child has another root: the archive may lie outside of it.
  const sys::unique_fd file = sys::open(archive, O_RDONLY);
  const sys::unique_fd root = sys::open(target, O_RDONLY | O_DIRECTORY);
  const sys::Worker child = start_confined(root.get(), [&] {
    const tar::Handle reader = tar::open_reader(file.get(), archive);
    const tar::Handle writer = tar::open_disk_writer();
    tar::copy_entries(reader.get(), writer.get(), archive, [](archive_entry*) {});
    tar::close(writer.get(), archive);
  });
  sys::finish(child, "unpacking " + archive);
}

}  // namespace orchestrator::storage
