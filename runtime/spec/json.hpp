// A container's specification as an OCI config.json. What only we know (overlay roots, names of users, init)
// is in an object "x-mdcompose", which other runtimes ignore.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/spec/spec.hpp"

namespace runtime {

std::string to_json(const Spec& spec);

/// Throws std::runtime_error with the path of the value that is wrong: "process.cwd: expected a string". A
/// property of the specification that is not supported is such an error; one that no specification knows is
/// passed over, as config.md ("Extensibility") wants it. oci_version is empty where it is missing.
Spec spec_from_json(std::string_view text);
/// The parts of it that stand alone: what `exec --process` and `update --resources` read. Throws as above.
Process process_from_json(std::string_view text);
Resources resources_from_json(std::string_view text);

/// A seccomp profile as Docker or the OCI runtime-spec writes it. `capabilities` of the container decide
/// which of Docker's rules hold. Throws as above.
SeccompProfile seccomp_from_json(std::string_view text, const std::vector<std::string>& capabilities);

}  // namespace runtime
