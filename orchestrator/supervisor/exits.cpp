#include "orchestrator/supervisor/exits.hpp"

#include <algorithm>
#include <chrono>

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using runtime::keeper::ExitRecord;
using runtime::sys::ExitStatus;

namespace {

/// The keeper reaps at once; this is for a machine under heavy load.
constexpr auto kPatience = std::chrono::seconds(2);

bool is(const ExitRecord& record, int pid, std::uint64_t inode) {
  return record.pid == pid && (inode == 0 || record.pidfd_inode == 0 || record.pidfd_inode == inode);
}

}  // namespace

asio::awaitable<void> Exits::listen() {
  while (!keeper_.lost()) {
    const bool more = co_await readable(keeper_.fd());
    if (!more) co_return;
    while (const auto record = keeper_.next_exit()) records_.push_back(*record);
    sort_out();
    changed_.notify();
  }
}

std::optional<ExitRecord> Exits::find(int pid, std::uint64_t inode) const {
  const auto found = std::find_if(records_.begin(), records_.end(),
                                  [&](const ExitRecord& record) { return is(record, pid, inode); });
  if (found == records_.end()) return std::nullopt;
  return *found;
}

asio::awaitable<std::optional<ExitStatus>> Exits::status_of(int pidfd, int pid, std::uint64_t inode,
                                                            bool by_keeper) {
  if (const auto record = find(pid, inode)) co_return record->status;
  if (const auto status = runtime::sys::exit_status_of(pidfd, pid)) co_return status;
  // An older kernel, and our keeper has reaped it: its record is on the way.
  if (by_keeper)
    co_await changed_.until([&] { return keeper_.lost() || find(pid, inode); }, Clock::now() + kPatience);
  const auto record = find(pid, inode);
  co_return record ? std::optional(record->status) : std::nullopt;
}

void Exits::acknowledge(int pid, std::uint64_t inode) {
  std::erase_if(records_, [&](const ExitRecord& record) {
    if (!is(record, pid, inode)) return false;
    keeper_.acknowledge(record.sequence);
    return true;
  });
}

void Exits::sort_out() {
  std::erase_if(records_, [&](const ExitRecord& record) {
    if (concerns_(record.pid, record.pidfd_inode)) return false;
    keeper_.acknowledge(record.sequence);
    return true;
  });
}

}  // namespace orchestrator::supervisor
