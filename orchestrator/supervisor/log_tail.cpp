#include "orchestrator/supervisor/log_tail.hpp"

#include "orchestrator/logs/reader.hpp"

namespace orchestrator::supervisor {

std::string log_tail(const std::string& directory, std::size_t lines) {
  logs::Reader reader({.directory = directory, .tail = lines, .follow = false});
  std::string text;
  while (const auto record = reader.next()) text += "\n  " + record->text;
  return text;
}

}  // namespace orchestrator::supervisor
