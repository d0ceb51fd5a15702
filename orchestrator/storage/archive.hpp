// Unpacks a tar archive (plain, gzip, bzip2, xz, zstd) as a root filesystem.
#pragma once

#include <string>

namespace orchestrator::storage {

/// Unpacks `archive` into the existing directory `target` with numeric owners, modes, times, extended
/// attributes and device nodes where permitted. Works in a child that has changed its root to `target`, so no
/// name and no link in the archive can lead outside. Throws std::runtime_error with one sentence that names
/// the entry.
void unpack_archive(const std::string& archive, const std::string& target);

}  // namespace orchestrator::storage
