// A directory that is there completely or not at all, whoever is killed meanwhile and whoever else makes the
// same one.
#pragma once

#include <functional>
#include <string>

namespace orchestrator::storage {

/// Has `make` fill a directory beside `path`, which then takes that name. One process at a time makes one
/// path; who comes later finds it made. What a killed one left is removed. Throws what `make` throws, and
/// std::system_error.
void make_in_place(const std::string& path, const std::function<void(const std::string& half_made)>& make);

}  // namespace orchestrator::storage
