#include "orchestrator/cli/log_follower.hpp"

#include <algorithm>
#include <queue>
#include <vector>

#include "orchestrator/cli/describe.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::cli {
namespace {

constexpr std::size_t kBatch = 1 << 20;
constexpr std::size_t kWrite = 1 << 16;

}  // namespace

LogFollower::LogFollower(state::ProjectPaths paths, LogStyle style, LogSelection selection, int out, int err)
    : paths_(std::move(paths)), style_(std::move(style)), selection_(selection), out_(out), err_(err) {}

void LogFollower::add(const state::Instance& instance) {
  if (!instance.speaks_for.empty()) return;  // in the other's log
  const auto [place, is_new] = sources_.try_emplace(instance.id);
  Source& source = place->second;
  if (!is_new && source.created_ns == instance.created_ns) return;
  if (!is_new) {
    while (refill(source)) put(source);  // what the one before has left
    flush();
  }
  source.created_ns = instance.created_ns;
  source.name = log_name(paths_.project, instance.name);
  source.reader =
      std::make_unique<logs::Reader>(logs::ReaderOptions{.directory = paths_.log_directory(instance.id),
                                                         .since_ns = selection_.since_ns,
                                                         .until_ns = selection_.until_ns,
                                                         .tail = is_new ? selection_.tail : std::nullopt});
  style_.add(source.name);
  poll_.add(source.reader->fd());
}

bool LogFollower::refill(Source& source) {
  if (!source.ahead) source.ahead = source.reader->next();
  return source.ahead.has_value();
}

bool LogFollower::has_news() {
  return std::any_of(sources_.begin(), sources_.end(), [](auto& entry) { return refill(entry.second); });
}

void LogFollower::print() {
  const auto later = [](const Source* a, const Source* b) { return a->ahead->time_ns > b->ahead->time_ns; };
  std::priority_queue<Source*, std::vector<Source*>, decltype(later)> ready(later);
  for (auto& [id, source] : sources_)
    if (refill(source)) ready.push(&source);
  for (std::size_t printed = 0; !ready.empty() && printed < kBatch;) {
    Source* source = ready.top();
    ready.pop();
    printed += source->ahead->text.size() + 1;
    put(*source);
    if (refill(*source)) ready.push(source);
  }
  flush();
}

void LogFollower::remark(const state::Instance& instance, const std::string& text) {
  const auto found = sources_.find(instance.id);
  if (found == sources_.end()) return;
  while (refill(found->second)) put(found->second);
  put(out_, style_.painted_name(found->second.name) + text + "\n");
  flush();
}

void LogFollower::put(Source& source) {
  const logs::Record& record = *source.ahead;
  const std::string stamp = selection_.timestamps ? timestamp(record.time_ns) + " " : "";
  put(record.is_error ? err_ : out_, style_.line(source.name, stamp + record.text));
  source.ahead.reset();
}

void LogFollower::put(int fd, const std::string& text) {
  if (fd != pending_fd_ || pending_.size() > kWrite) flush();
  pending_fd_ = fd;
  pending_ += text;
}

void LogFollower::flush() {
  if (!pending_.empty()) runtime::sys::write_all(pending_fd_, pending_);
  pending_.clear();
}

}  // namespace orchestrator::cli
