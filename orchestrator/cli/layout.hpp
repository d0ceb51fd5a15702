// Lays text out in columns, as `ps` and `ls` print it. Pure.
#pragma once

#include <string>
#include <vector>

namespace orchestrator::cli {

using Row = std::vector<std::string>;

/// Columns as wide as their widest cell and three blanks between them; no blanks at the end of a line.
std::string columns(const std::vector<Row>& rows);

}  // namespace orchestrator::cli
