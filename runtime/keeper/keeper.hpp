// The keeper of a project: a tiny static process that is the parent of the supervisor and of every container,
// holds their descriptors and exit statuses while no supervisor lives, and starts the next one.
// launch() is for the command that brings a project to life, Client for the supervisor.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/keeper/protocol.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace runtime::keeper {

struct LaunchOptions {
  std::string directory{};                     ///< exists; the keeper locks DIRECTORY/lock
  std::vector<std::string> supervisor_argv{};  ///< argv[0] included
  std::vector<std::string> environment{};      ///< NAME=VALUE
  int executable = -1;  ///< what the supervisor runs; borrowed; -1: this program, sealed
  /// What the keeper holds from its first moment on, as after Client::store(); borrowed. This is how a
  /// supervisor whose keeper has died hands everything to the next ones.
  std::map<std::string, int> kept{};
};
struct Launched {
  pid_t pid = 0;         ///< of the keeper, a child of the caller in a session of its own
  sys::unique_fd ready;  ///< readable when wait_ready() does not block
};
/// Starts a keeper, which starts the supervisor: working directory "/", no input, output appended to
/// DIRECTORY/supervisor.log. Throws std::system_error.
Launched launch(const LaunchOptions& options);

/// True where a keeper lives that has locked DIRECTORY/lock.
bool has_keeper(const std::string& directory);

/// `locked`: another keeper has the project; connect to its supervisor. `failed`: see supervisor.log.
enum class Readiness { ready, locked, failed };
/// Blocks until the supervisor has called Client::ready() or there will be none.
Readiness wait_ready(const Launched& launched);

/// How a child of the keeper ended. Containers, the gateway and orphans (of a probe whose supervisor was
/// killed) all come through here, as the kernel does not tell them apart: acknowledge what you do not know.
struct ExitRecord {
  std::uint64_t sequence = 0;
  pid_t pid = 0;
  std::uint64_t pidfd_inode = 0;  ///< tells incarnations with the same pid apart; 0 before Linux 6.9
  sys::ExitStatus status{};
  std::int64_t boottime_ns = 0;  ///< CLOCK_BOOTTIME
  std::int64_t wall_ns = 0;      ///< nanoseconds since 1970
  friend bool operator==(const ExitRecord&, const ExitRecord&) = default;
};

/// What earlier supervisors of the same keeper left.
struct Inherited {
  std::map<std::string, sys::unique_fd> fds{};
  std::vector<ExitRecord> exits{};  ///< not acknowledged yet, oldest first
  bool is_awaited = false;          ///< the launching command waits for ready(), and is going to connect
};

/// The keeper could not do what it was told, see protocol.hpp.
struct Refusal {
  std::string name{};  ///< of the last request refused
  int error = 0;       ///< errno
  unsigned count = 0;  ///< how many were refused
};

/// The supervisor's end. What is sent is safe from the moment the call returns, even if the caller is killed
/// then. When the keeper has died every call does nothing, and once its last records are read lost() is true.
class Client {
 public:
  /// Owns the socket that the keeper gave: `Client(sys::unique_fd(kSupervisorSocket))`.
  explicit Client(sys::unique_fd socket);

  /// Call once, first: blocks until the keeper has sent everything. Where it dies meanwhile, that is what has
  /// come, and lost() is true. Throws std::system_error.
  Inherited receive_inherited();

  /// Tells the launching command that the control socket listens, and the keeper that signals may be passed
  /// on.
  void ready();
  /// The keeper duplicates `fd`, which the caller keeps open until it drops the name. Names have 1 to 79
  /// bytes; throws ENAMETOOLONG, std::system_error.
  void store(const std::string& name, int fd);
  void drop(const std::string& name);
  void acknowledge(std::uint64_t sequence);
  /// Closes, and drops, what nobody has moved out of `inherited`.
  void drop_rest(Inherited& inherited);
  /// What the keeper holds, by name; borrowed.
  [[nodiscard]] const std::map<std::string, int>& kept() const { return kept_; }
  /// From now on exit status 0 of the caller ends the keeper as well.
  void quit();

  /// Readable when next_exit() has something to do.
  [[nodiscard]] int fd() const { return socket_.get(); }
  /// The next record that has arrived; does not block.
  std::optional<ExitRecord> next_exit();
  /// The next refusal that next_exit() came across.
  std::optional<Refusal> next_refusal();
  /// The keeper is dead: nobody but init reaps now, statuses are to be had from pidfds only.
  [[nodiscard]] bool lost() const { return lost_; }
  /// Blocks until the lost keeper has let go of everything, the project's lock with it.
  void await_end() const;

 private:
  void send(const Packet& packet, int fd = -1);

  sys::unique_fd socket_;
  sys::unique_fd keeper_{};  ///< pidfd; empty where it was gone from the beginning
  bool deaf_ = false;        ///< the keeper does not listen any more; what it has said may still be unread
  bool lost_ = false;
  std::map<std::string, int> kept_{};
  std::deque<Refusal> refusals_{};
};

}  // namespace runtime::keeper
