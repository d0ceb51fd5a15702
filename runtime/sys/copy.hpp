// Copies a directory tree with everything that makes a file what it is.
#pragma once

namespace runtime::sys {

/// Copies the content of directory `from` into directory `to`, and owner, mode, times and extended attributes
/// of the directory itself. Links are copied as links, devices as devices; nothing is followed. What exists
/// in `to` already is an error (EEXIST). File content shares its blocks where the file system can. Throws
/// std::system_error.
void copy_tree(int from, int to);

}  // namespace runtime::sys
