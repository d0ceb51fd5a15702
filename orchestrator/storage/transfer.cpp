#include "orchestrator/storage/transfer.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "orchestrator/storage/confined.hpp"
#include "orchestrator/storage/tar.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

/// libarchive's own stands beside its table of all formats, and would link the writer of every one of them
/// into a static program, with an XML library for one (archive_write_set_format.c).
extern "C" void __archive_write_entry_filetype_unsupported(  // NOLINT(bugprone-reserved-identifier)
    archive* writer, archive_entry* entry, const char* format) {
  archive_set_error(writer, EILSEQ, "%s: %s has no such kind of file", archive_entry_pathname(entry), format);
}

namespace orchestrator::storage {
namespace {

namespace sys = runtime::sys;

using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;
using LinkResolver = std::unique_ptr<archive_entry_linkresolver, decltype(&archive_entry_linkresolver_free)>;

/// Walks a tree on disk and writes it as a tar archive.
class Packer {
 public:
  Packer(const Packing& packing, int out) : packing_(packing) {
    if (packing_.follow_link)
      archive_read_disk_set_symlink_hybrid(disk_.get());
    else
      archive_read_disk_set_symlink_physical(disk_.get());
    if (packing_.one_file_system)
      archive_read_disk_set_behavior(disk_.get(), ARCHIVE_READDISK_NO_TRAVERSE_MOUNTS);
    archive_write_set_format_pax_restricted(writer_.get());
    if (archive_write_open_fd(writer_.get(), out) != ARCHIVE_OK) tar::fail(packing_.path, writer_.get());
    archive_entry_linkresolver_set_strategy(links_.get(), ARCHIVE_FORMAT_TAR_PAX_RESTRICTED);
  }

  void run() {
    if (archive_read_disk_open(disk_.get(), packing_.path.c_str()) != ARCHIVE_OK)
      tar::fail(packing_.path, disk_.get());
    for (;;) {
      Entry entry(archive_entry_new(), archive_entry_free);
      const int next = archive_read_next_header2(disk_.get(), entry.get());
      if (next == ARCHIVE_EOF) break;
      if (next < ARCHIVE_WARN) tar::fail(packing_.path, disk_.get());
      archive_read_disk_descend(disk_.get());
      add(std::move(entry));
    }
    tar::close(writer_.get(), packing_.path);
  }

 private:
  void add(Entry entry) {
    const std::string path = archive_entry_pathname(entry.get());
    // Sockets mean nothing without those who listen.
    if (archive_entry_filetype(entry.get()) == AE_IFSOCK) return;
    archive_entry_set_pathname(entry.get(), name_of(path).c_str());
    archive_entry* first = entry.release();
    archive_entry* later = nullptr;
    archive_entry_linkify(links_.get(), &first, &later);
    const Entry owned(first, archive_entry_free);
    if (archive_write_header(writer_.get(), first) < ARCHIVE_WARN) tar::fail(path, writer_.get());
    if (archive_entry_size(first) > 0 && archive_entry_hardlink(first) == nullptr) copy_content(path);
  }

  /// What is at or below the source, seen from the topmost name.
  [[nodiscard]] std::string name_of(const std::string& path) const {
    std::string below = path.substr(std::min(packing_.path.size(), path.size()));
    while (below.starts_with('/')) below.erase(0, 1);
    return below.empty() ? packing_.name : packing_.name + "/" + below;
  }

  /// Holes are written as zeros.
  void copy_content(const std::string& path) {
    constexpr std::array<char, 1 << 16> kZeros{};
    la_int64_t written = 0;
    for (;;) {
      const void* block = nullptr;
      std::size_t size = 0;
      la_int64_t offset = 0;
      const int read = archive_read_data_block(disk_.get(), &block, &size, &offset);
      if (read != ARCHIVE_OK && read != ARCHIVE_EOF) tar::fail(path, disk_.get());
      while (written < offset)
        written += write(path, kZeros.data(), std::min<la_int64_t>(kZeros.size(), offset - written));
      if (read == ARCHIVE_EOF) return;
      written += write(path, block, static_cast<la_int64_t>(size));
    }
  }

  la_int64_t write(const std::string& path, const void* data, la_int64_t size) {
    if (archive_write_data(writer_.get(), data, static_cast<std::size_t>(size)) < 0)
      tar::fail(path, writer_.get());
    return size;
  }

  const Packing& packing_;
  tar::Handle disk_{archive_read_disk_new()};
  tar::Handle writer_{archive_write_new()};
  LinkResolver links_{archive_entry_linkresolver_new(), archive_entry_linkresolver_free};
};

void unpack_here(const Unpacking& unpacking, int in) {
  if (::chdir(unpacking.directory.c_str()) != 0) sys::throw_errno(unpacking.directory);
  const tar::Handle reader = tar::open_reader(in, "archive");
  const tar::Handle writer = tar::open_disk_writer();
  tar::copy_entries(reader.get(), writer.get(), "archive", [&](archive_entry* entry) {
    if (unpacking.keep_owners) return;
    archive_entry_set_uid(entry, ::getuid());
    archive_entry_set_gid(entry, ::getgid());
  });
  tar::close(writer.get(), unpacking.directory);
}

/// A mounted /proc of the host would lead from a descriptor to what is outside.
void forget(int other_root) { sys::unique_fd(other_root).reset(); }

}  // namespace

void pack(int root, const Packing& packing, int out) {
  sys::finish(start_confined(root, [&] { Packer(packing, out).run(); }), "reading " + packing.path);
}

void unpack(int root, const Unpacking& unpacking, int in) {
  sys::finish(start_confined(root, [&] { unpack_here(unpacking, in); }), "writing to " + unpacking.directory);
}

void transfer(int from, const Packing& packing, int to, const Unpacking& unpacking) {
  sys::Pipe pipe = sys::pipe();
  const sys::Worker packer = start_confined(from, [&] {
    pipe.read.reset();  // an unpacker that has failed must not leave us waiting
    forget(to);
    Packer(packing, pipe.write.get()).run();
  });
  pipe.write.reset();
  const sys::Worker unpacker = start_confined(to, [&] {
    forget(from);
    unpack_here(unpacking, pipe.read.get());
  });
  pipe.read.reset();
  // Where the unpacker fails the packer does, too, by a broken pipe: the cause comes first.
  sys::finish(unpacker, "writing to " + unpacking.directory);
  sys::finish(packer, "reading " + packing.path);
}

}  // namespace orchestrator::storage
