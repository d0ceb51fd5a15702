#include "orchestrator/supervisor/log_search.hpp"

namespace orchestrator::supervisor {

bool LogSearch::look_for(const std::string& pattern) {
  const auto [place, is_new] = wanted_.try_emplace(pattern, Wanted{.pattern = project::Pattern(pattern)});
  if (!is_new) return false;
  place->second.reader.emplace(logs::ReaderOptions{.directory = directory_, .since_ns = since_ns_});
  look_again(pattern);
  return true;
}

void LogSearch::remember(const std::string& pattern) {
  wanted_.try_emplace(pattern, Wanted{.pattern = project::Pattern(pattern)});
}

int LogSearch::fd(const std::string& pattern) const {
  const auto& reader = wanted_.at(pattern).reader;
  return reader ? reader->fd() : -1;
}

bool LogSearch::look_again(const std::string& pattern) {
  Wanted& wanted = wanted_.at(pattern);
  while (wanted.reader) {
    const auto record = wanted.reader->next();
    if (!record) return false;
    if (wanted.pattern.is_in(record->text)) wanted.reader.reset();
  }
  return true;
}

bool LogSearch::has_found(const std::string& pattern) const {
  const auto wanted = wanted_.find(pattern);
  return wanted != wanted_.end() && !wanted->second.reader;
}

}  // namespace orchestrator::supervisor
