// The words of an HTTP probe: what is sent, and what the answer means. No sockets. RFC 9112.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/project/project.hpp"

namespace orchestrator::supervisor {

/// A GET that ends the connection. `host` is the Host header where the probe gives none.
std::string http_request(const project::HttpProbe& probe, const std::string& host);
/// The status of "HTTP/1.1 204 No Content"; nothing where it is no answer of an HTTP server.
std::optional<int> http_status(std::string_view answer);
/// Whether the probe takes this status for healthy; by default what a browser would not complain about.
bool accepts(const project::HttpProbe& probe, int status);

}  // namespace orchestrator::supervisor
