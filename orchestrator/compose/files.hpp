// Reads the text files a stack is made of, and no others: a device or an endless file is an error, not a
// hang.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// The file's text under the name messages shall use. "-" is standard input. Throws LoadError at `named_at`
/// where the path is no readable regular file of at most 4 MiB, and std::system_error where the machine does
/// not let it be read (EMFILE, EIO); /dev/null is an empty file.
std::shared_ptr<const File> read_text_file(const std::string& path, std::string shown_name,
                                           const Place& named_at);

bool is_file(const std::string& path);
bool is_directory(const std::string& path);
bool exists(const std::string& path);

/// The path without "." and ".." and doubled slashes, by its text alone.
std::string clean_path(std::string_view path);
/// The path seen from a directory; "~" is the home directory.
std::string resolve_path(std::string_view path, std::string_view directory, std::string_view home);
/// What stands before the last slash: "." for a bare name.
std::string directory_of(std::string_view path);
std::string base_name(std::string_view path);
/// Messages name files as the user would: below the working directory, without it.
std::string shown_path(const std::string& path, const std::string& working_directory);

}  // namespace orchestrator::compose
