#include "orchestrator/cli/copy_target.hpp"

#include <stdexcept>

namespace orchestrator::cli {
namespace {

std::string without_slashes_at_end(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string base_name(const std::string& path) {
  const std::string clean = without_slashes_at_end(path);
  return clean == "/" ? "." : clean.substr(clean.rfind('/') + 1);
}

std::string directory_of(const std::string& path) {
  const std::string clean = without_slashes_at_end(path);
  const auto slash = clean.rfind('/');
  return slash == 0 ? "/" : clean.substr(0, slash);
}

}  // namespace

CopyOperand copy_operand(const std::string& text) {
  const auto colon = text.find(':');
  const bool is_path = colon == std::string::npos || colon == 0 || text.front() == '.' ||
                       text.find('/') < colon;  // as docker has it: ./a:b is a file of this machine
  if (is_path) return {.path = text};
  return {.service = text.substr(0, colon), .path = text.substr(colon + 1)};
}

bool means_content(const std::string& path) { return path == "." || path.ends_with("/."); }

CopyTarget copy_target(const std::string& source, FileKind source_kind, const std::string& target,
                       FileKind target_kind) {
  const bool is_directory = source_kind == FileKind::directory;
  switch (target_kind) {
    case FileKind::directory:
      return {target, is_directory && means_content(source) ? "." : base_name(source)};
    case FileKind::file:
      if (is_directory)
        throw std::runtime_error("cannot copy the directory " + source + " onto the file " + target);
      return {directory_of(target), base_name(target)};
    case FileKind::missing:
      if (!is_directory && target.ends_with('/')) throw std::runtime_error("there is no directory " + target);
      return {directory_of(target), base_name(target)};
  }
  return {};
}

}  // namespace orchestrator::cli
