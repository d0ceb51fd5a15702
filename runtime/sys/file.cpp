#include "runtime/sys/file.hpp"

#include <dirent.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "runtime/sys/error.hpp"

namespace runtime::sys {

namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

Directory open_directory(unique_fd fd, const std::string& path) {
  Directory directory(::fdopendir(fd.get()));
  if (!directory) throw_errno("read directory " + path);
  (void)fd.release();
  return directory;
}

bool is_dots(std::string_view name) { return name == "." || name == ".."; }

std::vector<std::string> names_in(DIR* directory) {
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(directory))
    if (!is_dots(entry->d_name)) names.emplace_back(entry->d_name);
  return names;
}

void remove_at(int parent, const std::string& name, const std::string& path) {
  if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return;
  if (errno != EISDIR && errno != EPERM) throw_errno("remove " + path);
  const int directory_fd = ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (directory_fd < 0) throw_errno("remove " + path);
  const Directory directory = open_directory(unique_fd(directory_fd), path);
  for (const std::string& child : names_in(directory.get()))
    remove_at(::dirfd(directory.get()), child, path + "/" + child);
  if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) throw_errno("remove " + path);
}

/// Nothing, with errno set, where it cannot be opened.
unique_fd try_openat2(int directory, const std::string& path, open_how how) {
  // EAGAIN: a rename elsewhere raced with the walk and the kernel could not prove that it stayed inside.
  for (int attempt = 0;; ++attempt) {
    const long fd = ::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how);
    const bool again = fd < 0 && (errno == EINTR || (errno == EAGAIN && attempt < 128));
    if (!again) return unique_fd(static_cast<int>(fd));
  }
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

unique_fd open(const std::string& path, int flags, mode_t mode) {
  return openat(AT_FDCWD, path, flags, mode);
}

unique_fd openat(int directory, const std::string& path, int flags, mode_t mode) {
  const int fd = retry([&] { return ::openat(directory, path.c_str(), flags | O_CLOEXEC, mode); });
  if (fd < 0) throw_errno("open " + path);
  return unique_fd(fd);
}

unique_fd openat2(int directory, const std::string& path, std::uint64_t flags, std::uint64_t resolve,
                  mode_t mode) {
  unique_fd fd = try_openat2(directory, path, {.flags = flags | O_CLOEXEC, .mode = mode, .resolve = resolve});
  if (!fd) throw_errno("open " + path);
  return fd;
}

std::optional<unique_fd> openat2_if_exists(int directory, const std::string& path, std::uint64_t flags,
                                           std::uint64_t resolve) {
  unique_fd fd = try_openat2(directory, path, {.flags = flags | O_CLOEXEC, .mode = 0, .resolve = resolve});
  if (fd) return fd;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw_errno("open " + path);
}

std::optional<unique_fd> open_if_exists(const std::string& path, int flags) {
  const int fd = retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC); });
  if (fd >= 0) return unique_fd(fd);
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw_errno("open " + path);
}

Pipe pipe(int flags) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), flags | O_CLOEXEC) != 0) throw_errno("make a pipe");
  return {unique_fd(ends[0]), unique_fd(ends[1])};
}

unique_fd dup(int fd) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) throw_errno("duplicate a descriptor");
  return unique_fd(copy);
}

std::string read_all(int fd, std::size_t limit) {
  std::string data;
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t size = retry([&] { return ::read(fd, buffer.data(), buffer.size()); });
    if (size < 0) throw_errno("read");
    if (size == 0) return data;
    if (data.size() + static_cast<std::size_t>(size) > limit) throw_errno("read", EFBIG);
    data.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

std::string read_file(const std::string& path, std::size_t limit) {
  try {
    return read_all(open(path, O_RDONLY).get(), limit);
  } catch (const std::system_error& error) {
    throw_errno("read " + path, errno_of(error));
  }
}

std::optional<std::string> read_file_if_exists(const std::string& path) {
  const auto fd = open_if_exists(path, O_RDONLY);
  if (!fd) return std::nullopt;
  try {
    return read_all(fd->get());
  } catch (const std::system_error& error) {
    // Of a process in /proc that was reaped, or of a control group that was removed, after it had been
    // opened.
    if (errno_of(error) == ESRCH || errno_of(error) == ENODEV) return std::nullopt;
    throw;
  }
}

void write_all(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t size = retry([&] { return ::write(fd, data.data(), data.size()); });
    if (size < 0) throw_errno("write");
    data.remove_prefix(static_cast<std::size_t>(size));
  }
}

void write_control(const std::string& path, std::string_view data) { write_control_at(AT_FDCWD, path, data); }

void write_control_at(int directory, const std::string& path, std::string_view data) {
  const unique_fd fd = openat(directory, path, O_WRONLY);
  if (retry([&] { return ::write(fd.get(), data.data(), data.size()); }) < 0)
    throw_errno("write \"" + std::string(data) + "\" to " + path);
}

void replace_file(const std::string& path, std::string_view data, mode_t mode, bool durable) {
  std::string temporary = path + ".XXXXXX";
  const unique_fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) throw_errno("write " + path);
  try {
    write_all(fd.get(), data);
    if (::fchmod(fd.get(), mode) != 0) throw_errno("chmod");
    if (durable && ::fsync(fd.get()) != 0) throw_errno("fsync");
    if (::rename(temporary.c_str(), path.c_str()) != 0) throw_errno("rename");
  } catch (const std::system_error& error) {
    ::unlink(temporary.c_str());
    throw_errno("write " + path, errno_of(error));
  }
  if (durable && ::fsync(open(parent_of(path), O_RDONLY | O_DIRECTORY).get()) != 0)
    throw_errno("fsync " + parent_of(path));
}

void make_directories(const std::string& path, mode_t mode) {
  if (path.empty() || ::mkdir(path.c_str(), mode) == 0) return;
  if (errno == EEXIST) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode))
      throw_errno("make directory " + path, ENOTDIR);
    return;
  }
  if (errno != ENOENT) throw_errno("make directory " + path);
  make_directories(parent_of(path), mode);
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) throw_errno("make directory " + path);
}

void remove_tree(const std::string& path) { remove_at(AT_FDCWD, path, path); }

std::vector<std::string> list_directory(const std::string& path) {
  auto fd = open_if_exists(path, O_RDONLY | O_DIRECTORY);
  if (!fd) return {};
  std::vector<std::string> names = names_in(open_directory(std::move(*fd), path).get());
  std::sort(names.begin(), names.end());
  return names;
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::string fd_path(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

unique_fd memory_file(const std::string& name, std::string_view content, bool sealed) {
  unique_fd fd(::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) throw_errno("make memory file " + name);
  write_all(fd.get(), content);
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) throw_errno("seek memory file " + name);
  constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  if (sealed && ::fcntl(fd.get(), F_ADD_SEALS, kSeals) != 0) throw_errno("seal memory file " + name);
  return fd;
}

}  // namespace runtime::sys
