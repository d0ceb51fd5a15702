// What the child tells its creator before execve: how far it is, or why it failed. End of file after the
// release is success.
#pragma once

#include <optional>
#include <string>

#include "runtime/container/container.hpp"

namespace runtime::report {

/// In the child; never throws, uses write(2) only once for each message.
void built(int fd) noexcept;
void ready(int fd) noexcept;
void failure(int fd, const char* sentence, int error, bool at_exec) noexcept;

enum class Word { built, ready, end };
/// In the creator: blocks for the next message. Throws StartError for a failure.
Word next(int fd);

}  // namespace runtime::report
