#include "orchestrator/supervisor/launch.hpp"

#include <csignal>
#include <stdexcept>
#include <utility>

#include "orchestrator/plan/health.hpp"
#include "orchestrator/plan/hooks.hpp"
#include "orchestrator/plan/limits.hpp"
#include "orchestrator/plan/translate.hpp"
#include "orchestrator/supervisor/assets.hpp"
#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/crash_loops.hpp"
#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/groups.hpp"
#include "orchestrator/supervisor/health_check.hpp"
#include "orchestrator/supervisor/repeater.hpp"
#include "orchestrator/supervisor/streams.hpp"
#include "orchestrator/supervisor/wishes.hpp"
#include "runtime/container/container.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/spec/json.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using state::Phase;

namespace {

std::string pid_name(const std::string& id) { return "pid." + id; }

/// Which limit it has met: its own, or the one of all containers together.
void note_memory(const runtime::cgroup::Statistics& used, const project::StackLimits& stack,
                 state::Exit& exit) {
  exit.memory_limit = used.memory_limit;
  exit.memory_peak = used.memory_peak;
  const auto of_stack = static_cast<std::uint64_t>(stack.memory.value_or(0));
  exit.limit_of_stack = of_stack != 0 && (exit.memory_limit == 0 || of_stack < exit.memory_limit);
  if (exit.limit_of_stack) exit.memory_limit = of_stack;
}

}  // namespace

void Launcher::write_intent(Member& member) {
  state::Instance& record = member.record;
  record.phase = Phase::creating;
  record.boot_id = stack_.boot_id;
  ++record.generation;
  record.next_run_ns = 0;
  record.starts_again = false;
  record.gave_up = false;
  record.error.clear();
  if (record.exit && record.exit->started) {
    record.last_exit = record.exit;
    record.last_finished_ns = record.finished_ns;
  }
  record.exit.reset();
  record.pid = 0;
  record.pidfd_inode = 0;
  record.probes.clear();
  record.oom_kills = 0;
  record.said.clear();
  record.image = project::image_of(member.definition->service);
  record.health =
      plan::has_health_check(member.definition->service) ? state::Health::starting : state::Health::none;
  const runtime::cgroup::Paths paths = runtime::cgroup::Cgroup::plan(
      stack_.hierarchy, group_name(stack_, record),
      plan::resources_of(member.definition->service, device_assets(member.definition->service)));
  record.cgroup_unified = paths.unified;
  record.cgroup_v1 = paths.v1;
  sys::make_directories(stack_.paths.instance(record.id), 0700);
  stack_.intend(member);
}

void Launcher::let_go_of_network(Member& member) {
  if (member.network_namespace && has_guests(member, stack_.members)) return;
  member.network_namespace.reset();
  network_.detach(member);
}

void Launcher::leave_network(Member& member) {
  for (const auto& [id, guest] : stack_.members)
    if (guest->is_alive() && host_of(*guest, stack_.members) == &member) want_to_follow(*guest);
  member.network_namespace.reset();
  network_.detach(member);
}

void Launcher::hold_shared_networks() {
  for (const auto& [id, guest] : stack_.members)
    if (Member* host = guest->is_alive() ? host_of(*guest, stack_.members) : nullptr;
        host != nullptr && !host->network_namespace)
      host->network_namespace = runtime::netlink::network_namespace_of(guest->record.pid);
}

asio::awaitable<void> Launcher::start(Member& member) {
  write_intent(member);
  state::Instance& record = member.record;
  const std::string& id = record.id;
  plan::Assets assets = co_await prepare_assets(stack_, network_, member);
  sys::unique_fd notify = open_notify(stack_, member, assets);
  runtime::Spec spec = plan::translate(member.definition->service, assets);
  plan::fit_into(spec.linux.resources, stack_.limits);
  sys::replace_file(stack_.paths.spec_file(id), runtime::to_json(spec));

  const bool strict = member.definition->service.strict_limits.value_or(false);
  tell_unmet(stack_, "", limit_stack(stack_), strict);
  std::vector<std::string> unmet;
  member.life = std::make_unique<Incarnation>(
      Incarnation{.cgroup = runtime::cgroup::Cgroup::create(stack_.hierarchy, group_name(stack_, record),
                                                            spec.linux.resources, unmet),
                  .spec = spec,
                  .search = LogSearch(log_of(stack_.paths, record), wall_clock_ns()),
                  .notify = std::move(notify)});
  Incarnation& life = *member.life;
  tell_unmet(stack_, "container " + record.name + ": ", unmet, strict);

  runtime::CreateOptions options{.as_sibling = true};
  const std::optional<GivenStreams> given = std::exchange(member.streams, std::nullopt);
  ContainerEnds ends;
  if (given) {
    options.stdio = {.in = given->in.get(), .out = given->out.get(), .err = given->err.get()};
  } else if (!spec.process.terminal) {
    ends = open_streams(stack_, member);
    options.stdio = {.in = ends.in.get(), .out = ends.out.get(), .err = ends.err.get()};
  }
  runtime::Started started = runtime::create(spec, &life.cgroup, options);
  life.pidfd = sys::dup(started.pidfd());
  stack_.keeper.store(pid_name(id), life.pidfd.get());
  co_await readable(started.report_fd());
  started.wait_ready();
  tell_unmet(stack_, "container " + record.name + ": ", runtime::unmet_limits(spec.process, started.pid()),
             strict);
  // It has found namespaces by their owner's number, which may be somebody else's by now.
  if (has_lost_its_host(member, stack_.members))
    throw std::runtime_error("whose namespace it was to share has ended");
  if (spec.process.terminal) hand_out_console(stack_, member, started.take_console(), given);
  record.pid = started.pid();
  record.pidfd_inode = sys::pidfd_inode(life.pidfd.get());
  co_await network_.attach(member);
  record.started_ns = wall_clock_ns();
  stack_.intend(member);  // the identity is on disk before anything of the image runs
  started.release();
  co_await readable(started.report_fd());
  started.wait_started();
  life.started = Clock::now();
  member.was_early = is_early(member, stack_.members, life.started);
  record.started_boottime_ns = boottime_ns();
  record.phase = Phase::running;
  record.has_run = true;
  record.finished_ns = 0;
  stack_.changed_state(member);
}

asio::awaitable<void> Launcher::undo(Member& member) {
  if (member.life) {
    member.life->cgroup.kill();
    if (member.life->pidfd) {
      sys::pidfd_send_signal(member.life->pidfd.get(), SIGKILL);
      co_await readable(member.life->pidfd.get());
    }
    co_await release(member);
    co_return;
  }
  let_go_of_network(member);
  const runtime::cgroup::Paths planned{member.record.cgroup_unified, member.record.cgroup_v1};
  co_await remove_group(stack_, planned);
}

asio::awaitable<void> Launcher::release(Member& member) {
  member.life->waits->end();
  member.life->kept->leaf.reset();
  member.life->kept->occupied.clear();
  if (const auto repeater = std::move(member.life->kept->repeater)) repeater->end();
  close_streams(stack_, member);
  co_await remove_group(stack_, member.life->cgroup.paths());
  stack_.keeper.drop(pid_name(member.record.id));
  member.life.reset();
  let_go_of_network(member);
  // The last guest of a network whose owner has ended as well; one that is being started just now needs it.
  if (Member* host = host_of(member, stack_.members); host != nullptr && host->network_namespace &&
                                                      !host->is_alive() &&
                                                      host->record.phase != Phase::creating)
    let_go_of_network(*host);
}

asio::awaitable<state::Exit> Launcher::clean_up(Member& member) {
  const state::Instance& record = member.record;
  const auto status = co_await stack_.exits.status_of(member.life->pidfd.get(), record.pid,
                                                      record.pidfd_inode, member.life->by_keeper);
  state::Exit exit{.lost = !status.has_value()};
  if (status) {
    exit.code = status->shell_code();
    exit.signal = status->signalled ? status->code : 0;
  }
  member.record.oom_kills = member.life->cgroup.oom_kills();
  exit.oom_killed = member.record.oom_kills > 0;
  if (exit.oom_killed) note_memory(member.life->cgroup.statistics(), stack_.limits, exit);
  co_await release(member);
  co_return exit;
}

void Launcher::forget_process(Member& member) {
  if (member.record.pid == 0) return;
  // As long as it is not on disk how it ended, the keeper must know.
  if (!member.is_unsaved) stack_.exits.acknowledge(member.record.pid, member.record.pidfd_inode);
  member.record.pid = 0;
  member.record.pidfd_inode = 0;
  stack_.save(member);
}

void Launcher::replace(Member& member) {
  stack_.tell("Container", member.record.name, "Recreate");
  const bool is_prepared = plan::prepares_alike(member.definition->service, member.replacement->service);
  member.definition = std::move(member.replacement);
  member.replacement = nullptr;
  leave_network(member);  // it may be in others now
  drop_layers(stack_, member);
  if (std::exchange(member.renew_volumes, false))
    sys::remove_tree(stack_.paths.instance_data(member.record.id) + "/volumes");
  sys::remove_tree(stack_.paths.log_directory(member.record.id));
  const state::Instance old = member.record;
  member.record = fresh_record(stack_.paths.project, *member.definition, old.number);
  member.record.id = old.id;  // one that has taken over has another than its number's
  member.record.generation = old.generation;
  member.record.wanted = old.wanted;
  member.record.starts_again = old.starts_again;
  member.record.ignores_dependencies = old.ignores_dependencies;
  if (is_prepared) member.record.prepared = old.prepared;
  member.restart_at.reset();
  save_definition(stack_.paths, member);
  stack_.changed_state(member);
  stack_.tell("Container", member.record.name, "Recreated");
}

void Launcher::remove(Member& member) {
  stack_.tell("Container", member.record.name, "Removing");
  leave_network(member);
  sys::remove_tree(stack_.paths.instance_data(member.record.id));
  sys::remove_tree(stack_.paths.instance(member.record.id));
  stack_.tell("Container", member.record.name, "Removed");
  stack_.tell_change(state::destroyed(member.record, wall_clock_ns()));
}

bool Launcher::adopt(Member& member, std::map<std::string, sys::unique_fd>& inherited) {
  const state::Instance& record = member.record;
  const auto kept_process = inherited.find(pid_name(record.id));
  sys::unique_fd pidfd =
      kept_process != inherited.end() ? std::move(kept_process->second) : find_process(record);
  const auto spec = sys::read_file_if_exists(stack_.paths.spec_file(record.id));
  if (!pidfd || record.pid == 0 || !spec) return false;
  const bool same = record.pidfd_inode == 0 || sys::pidfd_inode(pidfd.get()) == record.pidfd_inode;
  if (!same) return false;
  const pid_t parent = sys::parent_of(record.pid);
  member.life = std::make_unique<Incarnation>(
      Incarnation{.pidfd = std::move(pidfd),
                  .cgroup = runtime::cgroup::Cgroup::open({record.cgroup_unified, record.cgroup_v1}),
                  .spec = runtime::spec_from_json(*spec),
                  .search = LogSearch(log_of(stack_.paths, record), record.started_ns),
                  .was_healthy = record.health == state::Health::healthy,
                  .is_unfit = is_unfit(member.definition->service, record.health),
                  .by_keeper = parent == 0 || parent == ::getppid()});
  for (const std::string& pattern : record.said) member.life->search.remember(pattern);
  runtime::cgroup::remove_empty_leaves(member.life->cgroup.paths());
  adopt_streams(stack_, member, inherited);
  member.life->started = steady(record.started_boottime_ns);
  return true;
}

}  // namespace orchestrator::supervisor
