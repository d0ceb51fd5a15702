// Runs commands in a living container: health checks and hooks. Each gets a group of its own below the
// container's, so that to end it early is to end all it has started.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "orchestrator/supervisor/member.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

struct Command {
  std::shared_ptr<const runtime::Process> process{};
  Deadline deadline = [] { return Clock::time_point::max(); };
  /// Asked after every change: true ends the command early.
  std::function<bool()> given_up{};
  /// What it prints, as it comes.
  std::function<void(bool is_error, std::string_view text)> output{};
  /// Stdout and stderr are one stream, in the order of writing.
  bool one_stream = false;
  /// What processes that it leaves in the background print is still read.
  bool is_read_on = false;
};

struct Ended {
  enum class How { exited, timed_out, given_up, failed };
  How how = How::exited;
  int code = 0;           ///< as a shell gives it
  std::string failure{};  ///< failed: why it did not start
};

/// An empty group below the container's for one command. Throws std::system_error.
std::unique_ptr<runtime::cgroup::Leaf> take_leaf(Incarnation& life);

/// Kills whoever is inside. They are gone within milliseconds; for who is not nobody waits longer: he leaves
/// an empty directory until the container's end.
void end_group(const runtime::cgroup::Cgroup& group);

/// Its processes go on; the group is removed once they have ended.
void leave(Kept& kept, std::unique_ptr<runtime::cgroup::Leaf> leaf);

/// Processes that the command leaves in the background when it ends by itself go on, as they do with Docker
/// Compose. The member lives; it may be gone when this returns. Throws std::system_error where no process can
/// be made.
boost::asio::awaitable<Ended> run_inside(Stack& stack, const Member& member, Command command);

/// A child of ours, asked whether it has ended and never waited for: somebody in its container may trace it,
/// and then its end is his to know first. SIGCHLD has the question asked again.
class Child {
 public:
  explicit Child(runtime::sys::unique_fd pidfd) : pidfd_(std::move(pidfd)) {}

  [[nodiscard]] int fd() const { return pidfd_.get(); }
  [[nodiscard]] bool has_ended();
  /// After it has ended.
  [[nodiscard]] const runtime::sys::ExitStatus& status() const { return *status_; }
  void kill() const;

 private:
  runtime::sys::unique_fd pidfd_;
  std::optional<runtime::sys::ExitStatus> status_{};
};
/// Reaps it some day.
void forsake(Stack& stack, Child child);

}  // namespace orchestrator::supervisor
