#include "orchestrator/supervisor/log_search.hpp"

namespace orchestrator::supervisor {

void LogSearch::look_for(const std::string& pattern) {
  const auto [place, is_new] = wanted_.try_emplace(pattern, Wanted{.pattern = project::Pattern(pattern)});
  if (!is_new) return;
  Wanted& wanted = place->second;
  wanted.reader.emplace(logs::ReaderOptions{.directory = directory_, .since_ns = since_ns_, .follow = false});
  look(wanted);
}

bool LogSearch::look(Wanted& wanted) {
  if (!wanted.reader) return false;
  while (const auto record = wanted.reader->next()) {
    if (!wanted.pattern.is_in(record->text)) continue;
    wanted.reader.reset();
    return true;
  }
  return false;
}

bool LogSearch::look_again() {
  bool found = false;
  for (auto& [text, wanted] : wanted_) found = look(wanted) || found;
  return found;
}

bool LogSearch::has_found(const std::string& pattern) const {
  const auto wanted = wanted_.find(pattern);
  return wanted != wanted_.end() && !wanted->second.reader;
}

}  // namespace orchestrator::supervisor
