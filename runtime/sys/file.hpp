// Files and directories by descriptor. Every descriptor made here is close-on-exec.
#pragma once

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/sys/unique_fd.hpp"

namespace runtime::sys {

/// open(2), openat(2); O_CLOEXEC is added. Throws std::system_error.
unique_fd open(const std::string& path, int flags, mode_t mode = 0);
unique_fd openat(int directory, const std::string& path, int flags, mode_t mode = 0);

/// openat2(2): `resolve` is a set of RESOLVE_*; O_CLOEXEC is added. Throws std::system_error.
unique_fd openat2(int directory, const std::string& path, std::uint64_t flags, std::uint64_t resolve,
                  mode_t mode = 0);

/// As open and openat2, but nothing where the path does not exist (ENOENT, ENOTDIR); throw for every other
/// error.
std::optional<unique_fd> open_if_exists(const std::string& path, int flags);
std::optional<unique_fd> openat2_if_exists(int directory, const std::string& path, std::uint64_t flags,
                                           std::uint64_t resolve);

struct Pipe {
  unique_fd read;
  unique_fd write;
};
/// pipe2(2) with O_CLOEXEC and `flags`. Throws std::system_error.
Pipe pipe(int flags = 0);

/// fcntl(F_DUPFD_CLOEXEC): a second descriptor of the same open file.
unique_fd dup(int fd);

/// Everything up to end of file. Throws std::system_error; with a limit, throws EFBIG beyond it.
std::string read_all(int fd, std::size_t limit = SIZE_MAX);
std::string read_file(const std::string& path, std::size_t limit = SIZE_MAX);
std::optional<std::string> read_file_if_exists(const std::string& path);

/// Writes all of `data`; throws std::system_error.
void write_all(int fd, std::string_view data);
/// One write(2) to an existing file, as cgroup and sysctl files want it; throws std::system_error.
void write_control(const std::string& path, std::string_view data);
void write_control_at(int directory, const std::string& path, std::string_view data);

/// Replaces the file in one step: temporary file in the same directory, then rename(2). No reader ever sees
/// half a file; on error the old one is untouched and no temporary file is left.
/// `durable` adds fsync of file and directory.
void replace_file(const std::string& path, std::string_view data, mode_t mode = 0600, bool durable = false);

/// mkdir -p. Components made get `mode`; existing ones are left as they are. Throws std::system_error.
void make_directories(const std::string& path, mode_t mode = 0755);

/// Removes a file or a whole directory tree without following symbolic links and without crossing into
/// another mount's file system by name; nothing happens where it does not exist. Throws std::system_error.
void remove_tree(const std::string& path);

/// Names in a directory without "." and "..", sorted. Empty where it does not exist.
std::vector<std::string> list_directory(const std::string& path);

bool exists(const std::string& path);

/// The path with `/proc/self/fd/N` that names the open file itself.
std::string fd_path(int fd);

/// An anonymous file with this content; `sealed` forbids every later change (F_SEAL_*). See memfd_create(2).
unique_fd memory_file(const std::string& name, std::string_view content, bool sealed);

}  // namespace runtime::sys
