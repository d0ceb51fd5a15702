#include "orchestrator/compose/files.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <system_error>
#include <vector>

#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::size_t kMostBytes = 4U << 20;

[[noreturn]] void refuse(const std::string& name, std::string_view why, const Place& named_at) {
  throw LoadError(named_at, name + ": " + std::string(why));
}

/// A path that leads to nothing readable is the stack's mistake; no descriptor or no memory left, or a disk
/// that does not answer, is the machine's.
[[noreturn]] void fail(const std::string& name, int error, const Place& named_at) {
  switch (error) {
    case EACCES:
    case EINVAL:
    case ELOOP:
    case ENAMETOOLONG:
    case ENOENT:
    case ENOTDIR:
    case ENXIO:
    case EPERM:
      refuse(name, std::strerror(error), named_at);
    default:
      throw std::system_error(error, std::generic_category(), "read " + name);
  }
}

std::string read_stream(std::istream& in, const std::string& name, const Place& named_at) {
  constexpr std::size_t kStep = 64U << 10;
  std::string text;
  while (in && text.size() <= kMostBytes) {
    const std::size_t before = text.size();
    text.resize(before + kStep);
    in.read(text.data() + before, static_cast<std::streamsize>(kStep));
    text.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  // read(2) has failed, and half a file is not the file. std::cin takes that for the end: it is stdio's.
  if (in.bad() || (&in == &std::cin && std::ferror(stdin) != 0)) fail(name, errno, named_at);
  if (text.size() > kMostBytes) refuse(name, "is larger than 4 MiB", named_at);
  text.shrink_to_fit();
  return text;
}

bool readable_kind(const struct stat& status, const std::string& path) {
  if (S_ISREG(status.st_mode)) return true;
  // A shell's <(…) names a pipe that has its writer already.
  return S_ISFIFO(status.st_mode) && path.starts_with("/dev/fd/");
}

}  // namespace

std::shared_ptr<const File> read_text_file(const std::string& path, std::string shown_name,
                                           const Place& named_at) {
  const auto made = [&](std::string text) {
    return std::make_shared<const File>(File{.name = std::move(shown_name), .text = std::move(text)});
  };
  if (path == "-") return made(read_stream(std::cin, "standard input", named_at));
  if (path == "/dev/null") return made("");
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) fail(path, errno, named_at);
  if (S_ISDIR(status.st_mode)) refuse(path, "is a directory, not a file", named_at);
  if (!readable_kind(status, path)) refuse(path, "is no regular file", named_at);
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(path, errno, named_at);
  return made(read_stream(in, path, named_at));
}

bool is_file(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode);
}
bool is_directory(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}
bool exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

std::string clean_path(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    const std::string_view part = path.substr(0, end);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!absolute) {
      parts.push_back(part);
    }
  }
  std::string out = absolute ? "/" : "";
  for (const std::string_view part : parts) {
    if (!out.empty() && out.back() != '/') out += '/';
    out += part;
  }
  return out.empty() ? "." : out;
}

std::string resolve_path(std::string_view path, std::string_view directory, std::string_view home) {
  if (path.starts_with('~')) return clean_path(std::string(home) + "/" + std::string(path.substr(1)));
  if (path.starts_with('/')) return std::string(path);
  return clean_path(std::string(directory) + "/" + std::string(path));
}

std::string directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? "/" : clean_path(path.substr(0, slash));
}

std::string base_name(std::string_view path) {
  const std::string clean = clean_path(path);
  return clean.substr(clean.rfind('/') + 1);
}

std::string shown_path(const std::string& path, const std::string& working_directory) {
  const std::string prefix = working_directory == "/" ? "/" : working_directory + "/";
  return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
}

}  // namespace orchestrator::compose
