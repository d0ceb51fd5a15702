// `ps --format TEMPLATE`: of Go's templates the part that is said of containers. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/state/instance.hpp"

namespace orchestrator::cli {

/// "{{.Name}} is {{.State}}": a line for each instance. "table {{.Name}}\t{{.Ports}}": with headings, in
/// columns. The fields are the keys of `--format json` that are texts or numbers. Throws UsageError where it
/// is no such template.
std::string ps_by_template(const std::string& project, const std::vector<state::Instance>& instances,
                           std::int64_t now_ns, std::string_view format);

}  // namespace orchestrator::cli
