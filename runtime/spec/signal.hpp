// Names and numbers of signal(7).
#pragma once

#include <string_view>

namespace runtime {

/// "SIGTERM", "TERM", "term", "15", "RTMIN+3", "RTMAX-1". Throws std::invalid_argument that names what is
/// unknown.
int signal_number(std::string_view text);

}  // namespace runtime
