#include "orchestrator/supervisor/log_tail.hpp"

#include "orchestrator/logs/reader.hpp"

namespace orchestrator::supervisor {

std::string log_tail(const std::string& directory, std::size_t lines, std::int64_t since_ns) {
  logs::Reader reader({.directory = directory, .since_ns = since_ns, .tail = lines, .follow = false});
  std::string text;
  while (const auto record = reader.next()) text += "\n  " + record->text;
  return text;
}

}  // namespace orchestrator::supervisor
