// The conversation between a command and the supervisor: one JSON object per line on
// RUNTIME/PROJECT/control.sock.
//
// A command sends a Request and reads Events until `done`. A foreground `up` (lease) goes on reading after
// its `done`: the supervisor tells every change of an instance and, when the last one has ended, `finished`.
// When a lease connection ends, the supervisor stops what it holds (supervisor/lease.hpp) in reverse
// dependency order. On the same connection a second request with `lease` may follow: "stop" after the first
// Ctrl-C, "kill" after the second.
//
// With an attached `run` (lease) come three descriptors, the container's standard streams, or one: a socket
// on which the master of its pty is sent back. `finished` tells how the container has ended.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/state/change.hpp"
#include "orchestrator/state/instance.hpp"

namespace orchestrator::state {

/// What a command asks for. Members a verb does not use are ignored.
struct Request {
  std::string verb{};     ///< up create run start stop restart kill pause unpause down remove events
  std::string project{};  ///< up, create, run: the project as JSON (to_json(Project)); other verbs: empty
  std::vector<std::string> services{};  ///< nothing: all
  /// up: it lives as long as this connection; run: the container does; stop, kill: what the connection holds.
  bool lease = false;
  bool wait = false;  ///< up: done when everything is running or healthy
  bool no_deps = false;
  bool force_recreate = false;
  bool no_recreate = false;
  bool always_recreate_deps = false;
  bool renew_anon_volumes = false;
  bool remove_orphans = false;
  bool ignore_orphans = false;       ///< say nothing of them
  std::vector<std::string> known{};  ///< down: services of the stack file; nothing: it was not read
  bool volumes = false;              ///< down, remove: named and anonymous volumes too
  bool force = false;                ///< remove: stop first
  std::string abort_on{};            ///< up: "exit" or "failure": the first such end stops all
  std::string exit_code_from{};      ///< up: the service whose exit code is the command's
  std::string signal{};              ///< kill: "KILL", "SIGTERM", "9"
  std::optional<std::chrono::nanoseconds> timeout{};       ///< stop, restart, down, up: grace period
  std::optional<std::chrono::nanoseconds> wait_timeout{};  ///< up with wait
  std::map<std::string, int> scale{};
  std::string one_off{};  ///< run: a project with one service, which is the container's definition, as JSON
  bool remove = false;    ///< run: the container goes when it has ended
  bool again = false;     ///< an earlier supervisor was told the same and has died
  friend bool operator==(const Request&, const Request&) = default;
};

enum class EventType {
  progress,  ///< `kind`, `name`, `action`, perhaps `text`: a line such as "Container app-web-1  Started"
  warning,   ///< `text`
  instance,  ///< `instance` has changed (only with a lease), or is so (at the beginning of events)
  change,    ///< `change` has happened (only to whoever has asked for events)
  done,      ///< the request is over: `status` 0, or why it failed in `text`
  finished,  ///< with a lease: nothing runs and nothing will; `status` is the command's exit status
};
struct Event {
  EventType type = EventType::progress;
  std::string kind{};    ///< Container, Network, Volume
  std::string name{};    ///< "app-web-1", "app_default"
  std::string action{};  ///< Creating Created Starting Started Waiting Healthy Exited Stopping Stopped
                         ///< Killing Killed Removing Removed Restarting Running Recreate Recreated Error
  std::string text{};
  int status = 0;
  bool ask_another = false;  ///< done: the supervisor is on its way out and has begun nothing
  std::optional<Instance> instance{};
  std::optional<Change> change{};
  friend bool operator==(const Event&, const Event&) = default;
};

/// One line each, with the newline.
std::string to_line(const Request& request);
std::string to_line(const Event& event);
/// Throw std::runtime_error with one sentence where the line is not understood.
Request request_from_line(std::string_view line);
Event event_from_line(std::string_view line);

}  // namespace orchestrator::state
