#include "orchestrator/storage/tar.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <iconv.h>

#include <clocale>
#include <stdexcept>

namespace orchestrator::storage::tar {
namespace {

constexpr std::size_t kBlock = 64 << 10;

/// Device nodes and sockets that may not be made here are left out: /dev is always our own.
bool is_optional(archive_entry* entry) {
  const auto type = archive_entry_filetype(entry);
  return type == AE_IFCHR || type == AE_IFBLK || type == AE_IFSOCK;
}

}  // namespace

void Free::operator()(archive* handle) const { archive_free(handle); }

void fail(const std::string& name, archive* cause) {
  const char* text = archive_error_string(cause);
  throw std::runtime_error(name + ": " + (text == nullptr ? "unknown error" : text));
}

Handle open_reader(int fd, const std::string& name) {
  Handle reader(archive_read_new());
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_bzip2(reader.get());
  archive_read_support_filter_xz(reader.get());
  archive_read_support_filter_zstd(reader.get());
  if (archive_read_open_fd(reader.get(), fd, kBlock) != ARCHIVE_OK) fail(name, reader.get());
  return reader;
}

Handle open_disk_writer() {
  Handle writer(archive_write_disk_new());
  // No lookup by name: the owner's numbers are those of the archive's own passwd.
  archive_write_disk_set_options(writer.get(), ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_PERM |
                                                   ARCHIVE_EXTRACT_OWNER | ARCHIVE_EXTRACT_XATTR |
                                                   ARCHIVE_EXTRACT_SECURE_NODOTDOT);
  return writer;
}

void copy_content(archive* from, archive* to, const std::string& name) {
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  for (;;) {
    const int read = archive_read_data_block(from, &block, &size, &offset);
    if (read == ARCHIVE_EOF) return;
    if (read != ARCHIVE_OK) fail(name, from);
    if (archive_write_data_block(to, block, size, offset) < ARCHIVE_OK) fail(name, to);
  }
}

void copy_entries(archive* from, archive* to, const std::string& archive_name,
                  const std::function<void(archive_entry*)>& change) {
  archive_entry* entry = nullptr;
  for (;;) {
    const int next = archive_read_next_header(from, &entry);
    if (next == ARCHIVE_EOF) return;
    if (next != ARCHIVE_OK && next != ARCHIVE_WARN) fail(archive_name, from);
    change(entry);
    const std::string name = archive_entry_pathname(entry);
    const int written = archive_write_header(to, entry);
    if (written != ARCHIVE_OK && is_optional(entry)) continue;
    if (written < ARCHIVE_WARN) fail(archive_name + ": " + name, to);
    if (archive_entry_size(entry) > 0) copy_content(from, to, archive_name + ": " + name);
    if (archive_write_finish_entry(to) < ARCHIVE_WARN) fail(archive_name + ": " + name, to);
  }
}

void close(archive* writer, const std::string& name) {
  if (archive_write_close(writer) != ARCHIVE_OK) fail(name, writer);
}

void find_conversions() {
  ::setlocale(LC_CTYPE, "C.UTF-8");
  const iconv_t any = ::iconv_open("UTF-8", "US-ASCII");
  if (any != reinterpret_cast<iconv_t>(-1)) ::iconv_close(any);
}

}  // namespace orchestrator::storage::tar
