// Guesses what a mistyped word was meant to be.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace orchestrator::cli {

/// `; did you mean "up"?` for the closest of `names`, written with `prefix` in front; empty where none is
/// close.
std::string suggestion(std::string_view word, std::span<const std::string_view> names,
                       std::string_view prefix = "");

}  // namespace orchestrator::cli
