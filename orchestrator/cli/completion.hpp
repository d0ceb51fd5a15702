// Completes command lines in a shell, from the same tables that parse them.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace orchestrator::cli {

/// What the last of `words` may become; the words before it are what has been typed after the program's name.
/// `services` stand where a command takes services.
std::vector<std::string> completions(std::span<const std::string> words,
                                     const std::vector<std::string>& services);

/// `mdcompose __complete WORD...`: prints them, one per line.
int print_completions(std::span<const std::string> words);

}  // namespace orchestrator::cli
