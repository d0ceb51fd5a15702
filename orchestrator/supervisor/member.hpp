// One instance of a service as the supervisor sees it: what is wanted of it, what is written down, what
// lives.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/logs/output.hpp"
#include "orchestrator/project/project.hpp"
#include "orchestrator/state/instance.hpp"
#include "orchestrator/supervisor/changed.hpp"
#include "orchestrator/supervisor/log_search.hpp"
#include "runtime/cgroup/cgroup.hpp"
#include "runtime/cgroup/leaf.hpp"
#include "runtime/spec/spec.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::supervisor {

/// What a member is made from: a project cut down to one service and what that service refers to. It is kept
/// beside the instance, so a later change of the stack file changes nothing until `up` says so.
struct Definition {
  project::Project project{};
  project::Service service{};
};
/// `number`: which container of the service; its own values are filled in (plan/slots.hpp).
Definition definition_of(const project::Project& project, const std::string& service, int number);

enum class Goal { stopped, running, removed };

class Repeater;

/// What is kept from one command inside a container to the next.
struct Kept {
  /// An empty group below the container's own: to make and remove one is a tenth of what a probe costs.
  std::unique_ptr<runtime::cgroup::Leaf> leaf{};
  /// Groups with processes that a command has left.
  std::vector<std::unique_ptr<runtime::cgroup::Leaf>> occupied{};
  std::shared_ptr<Repeater> repeater{};  ///< of the health check, where it has one
  bool may_repeat = true;  ///< false once a repeater has failed, or its command has left processes
};

/// The living process of an instance and what hangs on it.
struct Incarnation {
  runtime::sys::unique_fd pidfd{};
  runtime::cgroup::Cgroup cgroup;
  runtime::Spec spec{};
  std::shared_ptr<const runtime::Process> test{};  ///< its health check's command, from the first probe on
  std::shared_ptr<Kept> kept = std::make_shared<Kept>();
  LogSearch search;  ///< lines that somebody waits for
  std::unique_ptr<logs::Output> pump{};
  runtime::sys::unique_fd notify{};  ///< its $NOTIFY_SOCKET, where it has one
  Clock::time_point started{};
  std::shared_ptr<Waits> waits = std::make_shared<Waits>();  ///< for what hangs on it
  bool ended = false;
  bool was_healthy = false;
  bool is_ready = false;   ///< it has said READY=1
  bool is_losing = false;  ///< its log cannot be written just now, and that has been told
  bool spoke = false;      ///< it has printed something while it was starting; whoever looks at it resets it
  bool failed_hooks = false;  ///< a post_start hook has failed
  int sent_signal = 0;        ///< by `kill`
  Clock::time_point sent_at{};
  bool is_unfit = false;    ///< unhealthy, and the stack file says that it must not go on
  bool unkillable = false;  ///< killed, and still there: nobody waits for it any longer
  bool by_keeper = true;    ///< our keeper may tell how it ends; not where another one was its parent
};

/// Standard streams, or the socket for the pty's master, that whoever asked for a container has given it.
struct GivenStreams {
  runtime::sys::unique_fd in{};
  runtime::sys::unique_fd out{};
  runtime::sys::unique_fd err{};
  runtime::sys::unique_fd console_socket{};
};

struct Member {
  state::Instance record{};
  std::shared_ptr<const Definition> definition{};

  // Wishes. Whoever changes one calls Changed::notify().
  Goal goal = Goal::stopped;
  std::shared_ptr<const Definition> replacement{};  ///< recreate with this
  bool restart_requested = false;
  bool kill_now = false;       ///< no grace, no hooks
  bool is_undeterred = false;  ///< starts although what it depends on has failed; for the next start
  /// Where a pre_stop hook fails it goes on: whoever asked for its end waits for it, and is told.
  bool may_refuse = false;
  std::optional<GivenStreams> streams{};  ///< instead of the logs; for the next start
  bool renew_volumes = false;             ///< with a replacement: it begins with empty anonymous volumes
  std::optional<std::chrono::nanoseconds> grace{};       ///< instead of the service's own
  state::EndCause end_cause = state::EndCause::command;  ///< why it is to end, where it is

  // What is.
  std::optional<state::Instance> told{};  ///< the record that whoever listens has heard of
  std::unique_ptr<Incarnation> life{};
  /// Where others live in it (network_mode: service:x) its network outlives its process.
  runtime::sys::unique_fd network_namespace{};
  std::optional<Clock::time_point> restart_at{};
  bool is_due = false;         ///< a scheduled job is to run now
  bool takes_over = false;     ///< from the one it replaces: clients are sent here
  bool retiring = false;       ///< another one takes over: nobody new is sent here
  bool by_policy = false;      ///< what is going on was asked for by no command, but by a policy
  bool was_early = false;      ///< when it last started others were coming up
  std::string crash_report{};  ///< while it crashes without hope: that it does, with its last lines
  /// How it has ended, for whoever may look only when it has been removed as well.
  std::shared_ptr<std::optional<state::Exit>> last_exit{};
  std::string failure{};    ///< why it cannot run; empty again with the next wish
  bool is_unsaved = false;  ///< the record on disk is older

  [[nodiscard]] bool is_alive() const { return life != nullptr; }
  /// It crashes again and again, also beside the others that are there: nobody waits for it.
  [[nodiscard]] bool is_hopeless() const { return record.history.crash_looping && !crash_report.empty(); }
  /// Of two that are one for a while it is not the one that clients are sent to.
  [[nodiscard]] bool steps_back() const { return retiring || (!record.replaces.empty() && !takes_over); }
  /// What `network_mode`, `pid`, `ipc` and `volumes_from` call it: "service:vpn", "container:app-vpn-1".
  [[nodiscard]] bool is_called(const std::string& word) const {
    constexpr std::string_view kContainer = "container:";
    if (word.starts_with(kContainer)) return state::is_named(record, word.substr(kContainer.size()));
    return word == "service:" + record.service;
  }
  /// By a command.
  [[nodiscard]] bool is_asked_to_end() const {
    return goal != Goal::running || replacement || restart_requested;
  }
  /// The present incarnation is not wanted any longer.
  [[nodiscard]] bool must_end() const {
    return is_asked_to_end() || record.asleep || (life && life->is_unfit);
  }
};
using Members = std::map<std::string, std::unique_ptr<Member>>;

/// Names one incarnation of a member, for who works on it across a wait.
struct OneLife {
  std::string id{};
  std::int64_t generation = 0;

  /// The member while this very incarnation lives; else nothing.
  [[nodiscard]] Member* find(const Members& members) const {
    const auto found = members.find(id);
    if (found == members.end() || found->second->record.generation != generation) return nullptr;
    return found->second->life ? found->second.get() : nullptr;
  }
};

}  // namespace orchestrator::supervisor
