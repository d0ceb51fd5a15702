// Where `cp` puts things, as cp(1) and docker cp do. Pure.
#pragma once

#include <optional>
#include <string>

namespace orchestrator::cli {

/// "web:/etc/hosts", "./file", "-".
struct CopyOperand {
  std::string service{};  ///< nothing: this machine
  std::string path{};
  friend bool operator==(const CopyOperand&, const CopyOperand&) = default;
};
CopyOperand copy_operand(const std::string& text);

enum class FileKind { missing, file, directory };

/// What is copied is called `name` in `directory`; ".": its content goes there.
struct CopyTarget {
  std::string directory{};
  std::string name{};
  friend bool operator==(const CopyTarget&, const CopyTarget&) = default;
};
/// Paths are absolute. Throws std::runtime_error where one cannot be copied onto the other.
CopyTarget copy_target(const std::string& source, FileKind source_kind, const std::string& target,
                       FileKind target_kind);

/// "/var/log/." is the content of /var/log.
bool means_content(const std::string& path);

}  // namespace orchestrator::cli
