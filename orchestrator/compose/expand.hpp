// Short forms become long ones, so that every later phase sees one form of each attribute.
#pragma once

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/diagnostic.hpp"

namespace orchestrator::compose {

/// Works on a checked tree. What cannot be understood ("80:http") is a finding.
void expand(Node& node, const Attribute& attribute, Findings& findings);

/// A command line as a shell splits it: quotes and backslashes, nothing else. Throws std::invalid_argument.
std::vector<std::string> split_words(std::string_view line);

}  // namespace orchestrator::compose
