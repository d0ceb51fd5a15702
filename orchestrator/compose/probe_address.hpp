// Where a probe connects to: "5432", "10.0.0.1:5432", "[::1]:80", "http://127.0.0.1:8000/healthz".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/project/project.hpp"

namespace orchestrator::compose {

/// "PORT" or "ADDRESS:PORT", with "localhost" left out; nothing where it is neither. Addresses are numbers:
/// a probe asks no name server.
std::optional<std::string> probe_address(std::string_view text);
/// "http://ADDRESS:PORT/PATH", "ADDRESS:PORT/PATH", "PORT/PATH" or ":PORT/PATH"; without a port: 80.
std::optional<project::HttpProbe> probe_url(std::string_view text);

}  // namespace orchestrator::compose
