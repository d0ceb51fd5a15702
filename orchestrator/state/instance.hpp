// What is written down about one instance of a service, and what `ps` reads:
// RUNTIME/PROJECT/instances/ID/state.json.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/state/paths.hpp"

namespace orchestrator::state {

/// The life of an instance. The words are those of `docker compose ps`; `creating` and `stopping` are ours
/// and say that a process was on its way, so that whoever finds the record can finish or undo it.
enum class Phase { creating, created, running, paused, restarting, stopping, exited, dead };
enum class Health { none, starting, healthy, unhealthy };

std::string_view to_string(Phase phase);
std::string_view to_string(Health health);

struct PublishedPort {
  std::string host_ip{};
  std::uint16_t host_port = 0;
  std::uint16_t container_port = 0;
  std::string protocol = "tcp";
  friend bool operator==(const PublishedPort&, const PublishedPort&) = default;
};
struct Address {
  std::string network{};  ///< key of the network in the stack file
  std::string ipv4{};
  std::string ipv6{};
  friend bool operator==(const Address&, const Address&) = default;
};
/// How the last incarnation ended. `lost`: nobody who could know is left.
struct Exit {
  int code = 0;  ///< as a shell gives it: 128 plus the signal's number
  int signal = 0;
  int signal_sent = 0;  ///< by `kill`, shortly before or to this effect; 0: none was
  bool oom_killed = false;
  bool lost = false;
  bool started = true;             ///< false: it never began to run, `error` says why
  std::uint64_t memory_limit = 0;  ///< bytes; with oom_killed, as far as known
  std::uint64_t memory_peak = 0;   ///< the same
  bool limit_of_stack = false;     ///< `memory_limit` is for all containers together
  friend bool operator==(const Exit&, const Exit&) = default;
};
/// Why the last incarnation ended.
enum class EndCause {
  none,        ///< none has ended yet
  itself,      ///< or somebody we do not know
  signal,      ///< `kill` has sent it
  command,     ///< stop, restart, kill (SIGKILL), down
  update,      ///< `up`, which has made another container of it
  dependency,  ///< because of what it depends on
  unhealthy,   ///< and the stack file says that it must not go on then
  idleness,    ///< nobody used it (`activation: on-demand`)
  abort,       ///< another container of a foreground `up` has ended
  hang_up,     ///< the command that held the stack is gone
};
std::string_view to_string(EndCause cause);

/// What is remembered of an instance's recent ends. Times are nanoseconds of CLOCK_BOOTTIME: they mean
/// nothing in another boot.
struct RestartHistory {
  int failures = 0;  ///< ends in a row, without a long life or a healthy moment in between
  std::vector<std::int64_t> short_lives{};  ///< when incarnations failed that had lived for less than 10 s
  bool crash_looping = false;
  std::int64_t due_ns = 0;  ///< when it starts again; 0: it does not
  friend bool operator==(const RestartHistory&, const RestartHistory&) = default;
};
/// One health probe.
struct Probe {
  std::int64_t at_ns = 0;  ///< wall clock
  int exit_code = 0;
  std::string output{};
  friend bool operator==(const Probe&, const Probe&) = default;
};

struct Instance {
  std::string id{};    ///< SERVICE-NUMBER, the name in logs
  std::string name{};  ///< PROJECT-SERVICE-NUMBER or container_name
  std::string service{};
  int number = 1;
  /// The service that a container of `run` was made like; its own `service` is its alone. Else empty.
  std::string one_off_of{};
  bool goes_when_ended = false;  ///< such a one is removed when it has ended (--rm)
  std::string speaks_for{};      ///< the instance whose pre_start step it is, in whose log its output goes
  std::string image{};           ///< what the root comes from, for people
  std::string command{};         ///< the command line, for people
  std::string config_hash{};
  Phase phase = Phase::creating;
  Health health = Health::none;
  std::vector<Probe> probes{};  ///< the last five
  int failed_probes = 0;        ///< in a row, those that count
  std::uint64_t oom_kills = 0;  ///< processes inside that the kernel has killed for want of memory
  std::optional<Exit> exit{};
  /// How the incarnation before ended, while a new one is on its way or lives; and when.
  std::optional<Exit> last_exit{};
  std::int64_t last_finished_ns = 0;
  EndCause ended_by = EndCause::none;    ///< stays when another incarnation begins
  std::string error{};                   ///< why it could not start: one sentence
  std::vector<std::string> waits_for{};  ///< what has to come true before it starts
  std::int64_t waits_since_ns = 0;       ///< wall clock
  std::string replaces{};                ///< id of the instance it takes over from, while both are there
  int restarts = 0;
  RestartHistory history{};
  bool ignores_dependencies = false;  ///< the command that wants it has said so (--no-deps)
  /// A command has asked for its end and another start, and no incarnation has begun since.
  bool starts_again = false;
  /// A policy wanted it to run again, and what it depends on had failed for good.
  bool gave_up = false;
  bool wanted = false;          ///< a user wants it running; false once stopped by a user
  bool has_run = false;         ///< some incarnation reached execve
  int prepared = 0;             ///< how many pre_start steps have succeeded
  bool asleep = false;          ///< starts when somebody comes (`activation: on-demand`)
  std::int64_t created_ns = 0;  ///< wall clock, nanoseconds since 1970; 0: never
  std::int64_t started_ns = 0;
  std::int64_t finished_ns = 0;
  std::int64_t started_boottime_ns = 0;  ///< CLOCK_BOOTTIME, for deadlines
  std::int64_t next_run_ns = 0;  ///< a scheduled job waits until then, wall clock; 0: it does not wait

  // Identity of the living incarnation. A record from another boot describes nothing that lives.
  std::string boot_id{};
  std::int64_t generation = 0;
  std::int64_t greeted = 0;                        ///< the generation whose post_start hooks have ended
  std::vector<std::string> said{};                 ///< patterns that lines of its output have matched
  std::map<std::string, std::int64_t> bound_to{};  ///< incarnations it was started with: generations by id
  int pid = 0;
  std::uint64_t pidfd_inode = 0;
  std::string cgroup_unified{};
  std::vector<std::string> cgroup_v1{};
  std::vector<Address> addresses{};
  std::vector<PublishedPort> ports{};
  friend bool operator==(const Instance&, const Instance&) = default;
};

/// Of the container, for people and scripts: twelve hexadecimal digits. It stays over stops and starts; one
/// that is made anew has another.
std::string container_id(const Instance& instance);
/// By the name of its container, or its ID.
bool is_named(const Instance& instance, const std::string& word);

/// "container app-db-1 is paused; mdcompose unpause db lets it go on".
std::string paused_text(const Instance& instance);

std::string to_json(const Instance& instance);
/// Throws std::runtime_error where the text is not a record of ours.
Instance instance_from_json(std::string_view text);

/// Writes the record in one step (rename).
void save(const ProjectPaths& paths, const Instance& instance);
/// Every record of the project, by service and number. A broken file is moved aside to state.json.bad.
std::vector<Instance> load_instances(const ProjectPaths& paths);

}  // namespace orchestrator::state
