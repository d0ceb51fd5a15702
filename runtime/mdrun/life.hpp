// The steps of a container's life. See runtime.md, "Lifecycle", in the OCI runtime-spec.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/cgroup/cgroup.hpp"
#include "runtime/container/container.hpp"
#include "runtime/mdrun/bundle.hpp"
#include "runtime/mdrun/settings.hpp"
#include "runtime/mdrun/store.hpp"

namespace runtime::mdrun {

/// A container between its creation and its release; locked.
struct Prepared {
  Entry entry;
  Record record{};
  std::optional<cgroup::Cgroup> group{};
  Started started{};
};

struct PrepareOptions {
  std::string id{};
  std::string console_socket{};  ///< takes the pty's master; empty: it stays in Prepared::started
  std::string pid_file{};
  int preserved_fds = 0;
  bool behind_gate = false;  ///< `create`: once released, it waits for `start`
};

/// Intent, cgroup, process, hooks, identity: everything but executing. Where it throws nothing is left.
Prepared prepare(const Bundle& bundle, const PrepareOptions& options, const Settings& settings);

/// Lets the process of a prepared container execute, between its startContainer and poststart hooks. Throws
/// HookError, and whatever `let_go` throws; the container is still there then.
void execute(const Record& record, const Spec& spec, const std::function<void()>& let_go);

/// Kills the container's process where it still lives, and waits until it has ended. Throws
/// std::runtime_error where it cannot be killed.
void end_process(const Record& record);

/// Kills what is left inside, undoes what prepare() has done, runs the poststop hooks. The caller holds the
/// lock. Throws std::runtime_error where a process cannot be killed.
void destroy(const Entry& entry, const Record& record, const std::vector<Hook>& poststop, const Log& log);

/// What an earlier program has made the container from. Throws std::runtime_error where it was killed too
/// early to say.
Spec spec_of(const Entry& entry, const Record& record);

}  // namespace runtime::mdrun
