#include "orchestrator/logs/output.hpp"

#include <utility>

#include "orchestrator/logs/fifo.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

namespace {

std::vector<int> numbers(const sys::unique_fd& out, const sys::unique_fd& err) {
  if (!err) return {out.get()};
  return {out.get(), err.get()};
}

}  // namespace

std::vector<int> Output::Nowhere::fds() const { return numbers(out, err); }
std::vector<int> Output::Elsewhere::held() const { return numbers(out, err); }

bool Output::Nowhere::drain(int fd) const {
  if (!err) return !read_terminal(fd).is_end;
  for (int i = 0; i < kPiecesAtOnce; ++i) {
    const std::size_t size = peek(fd).size();
    if (size == 0) break;
    discard(fd, size);
  }
  return true;
}

void Output::Nowhere::finish() const {
  for (const int fd : fds()) (void)drain(fd);
}

Output::Way Output::way_of(sys::unique_fd out, sys::unique_fd err, const OutputOptions& options) {
  if (!options.is_kept) {
    for (const sys::unique_fd* fd : {&out, &err})
      if (*fd) make_nonblocking(fd->get());
    return Nowhere{.out = std::move(out), .err = std::move(err)};
  }
  if (!options.waits)
    return Way(std::in_place_type<Relay>, std::move(out), std::move(err), options.log, options.room);
  if (!options.log.journal) return Way(std::in_place_type<Pump>, std::move(out), std::move(err), options.log);
  Writer writer(out.get(), err ? err.get() : -1, options.log);
  return Elsewhere{.out = std::move(out), .err = std::move(err), .writer = std::move(writer)};
}

Output::Output(sys::unique_fd out, sys::unique_fd err, const OutputOptions& options)
    : way_(way_of(std::move(out), std::move(err), options)) {}

std::vector<int> Output::held() const {
  if (const auto* elsewhere = std::get_if<Elsewhere>(&way_)) return elsewhere->held();
  return fds();
}

std::vector<int> Output::fds() const {
  return std::visit([](const auto& way) { return way.fds(); }, way_);
}

bool Output::drain(int fd) {
  return std::visit([fd](auto& way) { return way.drain(fd); }, way_);
}

bool Output::drain() {
  for (const int fd : fds())
    if (!drain(fd)) return false;
  return true;
}

Loss Output::loss() const {
  const auto* pump = std::get_if<Pump>(&way_);
  return pump == nullptr ? Loss{} : pump->loss();
}

void Output::finish() {
  std::visit([](auto& way) { way.finish(); }, way_);
}

}  // namespace orchestrator::logs
