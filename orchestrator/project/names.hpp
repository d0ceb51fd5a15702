// Names that become part of a path or of another program's name space: what they are made of. Pure.
#pragma once

#include <string_view>

namespace orchestrator::project {

/// Lower-case letters, digits, "-" and "_", beginning with a letter or digit.
bool is_project_name(std::string_view name);
constexpr std::string_view kProjectNameRule =
    "it is made of lower-case letters, digits, \"-\" and \"_\", and starts with a letter or digit";

/// Of a container, volume or network, as docker has it: letters, digits, "_", "." and "-", beginning with a
/// letter or digit.
bool is_object_name(std::string_view name);
constexpr std::string_view kObjectNameRule =
    "it is made of letters, digits, \"_\", \".\" and \"-\", and starts with a letter or digit";

}  // namespace orchestrator::project
