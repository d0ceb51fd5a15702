#include "orchestrator/storage/archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <iconv.h>
#include <unistd.h>

#include <clocale>
#include <memory>
#include <stdexcept>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::storage {
namespace {

namespace sys = runtime::sys;

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;
using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;
constexpr std::size_t kBlock = 64 << 10;

[[noreturn]] void fail(const std::string& what, archive* cause) {
  const char* text = archive_error_string(cause);
  throw std::runtime_error(what + ": " + (text == nullptr ? "unknown error" : text));
}

Reader open_reader(int fd, const std::string& name) {
  Reader reader(archive_read_new(), archive_read_free);
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_bzip2(reader.get());
  archive_read_support_filter_xz(reader.get());
  archive_read_support_filter_zstd(reader.get());
  if (archive_read_open_fd(reader.get(), fd, kBlock) != ARCHIVE_OK) fail(name, reader.get());
  return reader;
}

Writer open_writer() {
  Writer writer(archive_write_disk_new(), archive_write_free);
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

/// Device nodes and sockets that may not be made here are left out: /dev is always our own.
bool is_optional(archive_entry* entry) {
  const auto type = archive_entry_filetype(entry);
  return type == AE_IFCHR || type == AE_IFBLK || type == AE_IFSOCK;
}

void copy_entries(archive* from, archive* to, const std::string& archive_name) {
  archive_entry* entry = nullptr;
  for (;;) {
    const int next = archive_read_next_header(from, &entry);
    if (next == ARCHIVE_EOF) return;
    if (next != ARCHIVE_OK && next != ARCHIVE_WARN) fail(archive_name, from);
    const std::string name = archive_entry_pathname(entry);
    const int written = archive_write_header(to, entry);
    if (written != ARCHIVE_OK && is_optional(entry)) continue;
    if (written < ARCHIVE_WARN) fail(archive_name + ": " + name, to);
    if (archive_entry_size(entry) > 0) copy_content(from, to, archive_name + ": " + name);
    if (archive_write_finish_entry(to) < ARCHIVE_WARN) fail(archive_name + ": " + name, to);
  }
}

/// The C library looks for its character set conversions when it first needs one; in the new root it would
/// find the archive's, which are code (as with name services in CVE-2019-14271). So it has to look now. None
/// is needed then: names in archives are UTF-8.
void find_conversions() {
  ::setlocale(LC_CTYPE, "C.UTF-8");
  const iconv_t any = ::iconv_open("UTF-8", "US-ASCII");
  if (any != reinterpret_cast<iconv_t>(-1)) ::iconv_close(any);
}

/// In the child: the archive is open already, so its path may lie outside the new root.
void unpack_here(int fd, const std::string& archive, const std::string& target) {
  find_conversions();
  if (::chroot(target.c_str()) != 0) sys::throw_errno("chroot " + target);
  if (::chdir("/") != 0) sys::throw_errno("chdir " + target);
  ::umask(0);
  const Reader reader = open_reader(fd, archive);
  const Writer writer = open_writer();
  copy_entries(reader.get(), writer.get(), archive);
  if (archive_write_close(writer.get()) != ARCHIVE_OK) fail(archive, writer.get());
}

[[noreturn]] void child(int fd, int report, const std::string& archive, const std::string& target) noexcept {
  try {
    unpack_here(fd, archive, target);
    ::_exit(0);
  } catch (const std::exception& error) {
    const std::string text = error.what();
    (void)!::write(report, text.data(), text.size());
    ::_exit(1);
  }
}

}  // namespace

void unpack_archive(const std::string& archive, const std::string& target) {
  const sys::unique_fd file = sys::open(archive, O_RDONLY);
  sys::Pipe report = sys::pipe();
  const sys::Cloned cloned = sys::clone3(0);
  if (cloned.pid == 0) child(file.get(), report.write.get(), archive, target);
  report.write.reset();
  const std::string error = sys::read_all(report.read.get());
  const auto status = sys::wait_pidfd(cloned.pidfd.get());
  if (!error.empty()) throw std::runtime_error(error);
  if (!status || status->shell_code() != 0)
    throw std::runtime_error("unpacking " + archive + " was interrupted");
}

}  // namespace orchestrator::storage
