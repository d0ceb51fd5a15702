// How processes that are not our children have ended: the keeper's records, and the kernel's where there is
// no keeper.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "orchestrator/supervisor/changed.hpp"
#include "runtime/keeper/keeper.hpp"

namespace orchestrator::supervisor {

class Exits {
 public:
  Exits(runtime::keeper::Client& keeper, Changed& changed) : keeper_(keeper), changed_(changed) {}

  /// Whose ends matter: the others (orphans of probes, children that never started) are forgotten at once.
  using Concerns = std::function<bool(int pid, std::uint64_t inode)>;
  void set_concerns(Concerns concerns) { concerns_ = std::move(concerns); }

  void add(const runtime::keeper::ExitRecord& record) { records_.push_back(record); }
  /// Takes in what the keeper sends; ends when the keeper is gone.
  boost::asio::awaitable<void> listen();

  /// The status of a process that has ended; nothing where nobody who could know is left. `pidfd` is still
  /// open. `by_keeper`: it is a child of our keeper, which will tell.
  boost::asio::awaitable<std::optional<runtime::sys::ExitStatus>> status_of(int pidfd, int pid,
                                                                            std::uint64_t inode,
                                                                            bool by_keeper);
  /// The status has been written down: the keeper may forget it.
  void acknowledge(int pid, std::uint64_t inode);
  /// Forgets what concerns nobody.
  void sort_out();

 private:
  [[nodiscard]] std::optional<runtime::keeper::ExitRecord> find(int pid, std::uint64_t inode) const;

  runtime::keeper::Client& keeper_;
  Changed& changed_;
  Concerns concerns_{};
  std::vector<runtime::keeper::ExitRecord> records_{};
};

}  // namespace orchestrator::supervisor
