// Everything one supervisor looks after, and who is told about it. Single-threaded: whoever runs, owns it
// all.
#pragma once

#include <boost/asio/io_context.hpp>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/plan/restart.hpp"
#include "orchestrator/state/control.hpp"
#include "orchestrator/state/paths.hpp"
#include "orchestrator/supervisor/changed.hpp"
#include "orchestrator/supervisor/control_server.hpp"
#include "orchestrator/supervisor/dependencies.hpp"
#include "orchestrator/supervisor/diary.hpp"
#include "orchestrator/supervisor/exits.hpp"
#include "orchestrator/supervisor/journal.hpp"
#include "orchestrator/supervisor/member.hpp"
#include "runtime/cgroup/cgroup.hpp"
#include "runtime/keeper/keeper.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {

struct Stack {
  boost::asio::io_context& loop;
  state::Roots roots;
  state::ProjectPaths paths;
  runtime::keeper::Client& keeper;
  std::string boot_id{};
  runtime::cgroup::Hierarchy hierarchy{};
  project::StackLimits limits{};     ///< of the stack file that `up` was asked for last
  bool is_pressure_watched = false;  ///< supervisor/pressure.hpp
  Diary diary{paths.activity_log()};
  Journal journal{paths.changes_file()};
  Changed changed{loop.get_executor()};
  Exits exits{keeper, changed};
  Members members{};
  plan::RestartBudget restarts{};
  std::set<std::shared_ptr<Session>> listeners{};  ///< sessions with an unfinished request or a lease
  std::set<std::shared_ptr<Session>> watchers{};   ///< sessions that have asked for events
  int busy = 0;                                    ///< requests in work
  int wall_clock_changes = 0;                      ///< how often it has been set, or the machine has slept

  /// A line of progress to everybody who waits: "Container app-web-1  Started".
  void tell(const std::string& kind, const std::string& name, const std::string& action,
            const std::string& text = "");
  void warn(const std::string& text);
  /// Names containers whose service is not in the stack file; nothing where there are none.
  void warn_of_orphans(const std::vector<std::string>& names);
  /// Writes the record, tells leases, wakes whoever waits. A full disk is a warning: what has happened has
  /// happened, and the next change is written again.
  void changed_state(Member& member);
  /// The same before something happens that must be on record. Throws std::system_error.
  void intend(Member& member);
  /// What the member waits for ("app-db-1 to be healthy"), for whoever asks why; nothing: it goes on.
  void note_waiting(Member& member, std::vector<std::string> waits_for);
  /// False, and a warning the first time, where the record cannot be written.
  bool save(Member& member);
  /// Tells leases what the record says, wakes whoever waits.
  void announce(Member& member);
  void tell_change(const state::Change& change);
  /// A member's record names this process.
  [[nodiscard]] bool has_process(int pid, std::uint64_t inode) const;
};

/// Nanoseconds since 1970, for people only: every deadline is on the steady clock.
std::int64_t wall_clock_ns();
/// For deadlines that outlive a supervisor.
using runtime::sys::boottime_ns;
/// The moment of CLOCK_BOOTTIME on this process's steady clock.
Clock::time_point steady(std::int64_t boottime);

}  // namespace orchestrator::supervisor
