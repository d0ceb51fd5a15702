#include "orchestrator/supervisor/run_inside.hpp"

#include <unistd.h>

#include <array>
#include <csignal>

#include "orchestrator/logs/fifo.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "runtime/cgroup/leaf.hpp"
#include "runtime/container/container.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using runtime::cgroup::Leaf;

namespace {

/// Each costs a descriptor; the directories of others go with the container's.
constexpr std::size_t kMostOccupied = 16;
/// Who is killed and takes longer, in an uninterruptible system call or on a very busy machine, is reaped
/// when the time comes; nobody waits for it.
constexpr auto kReapPatience = std::chrono::seconds(5);

asio::awaitable<void> reap(Changed& changed, Child child) {
  co_await changed.until([&] { return child.has_ended(); });
}

using Take = std::function<void(bool is_error, std::string_view text)>;

/// The end that the command gets does not share the O_NONBLOCK of ours.
sys::Pipe pipe_to_us() {
  sys::Pipe pipe = sys::pipe();
  logs::make_nonblocking(pipe.read.get());
  return pipe;
}

/// One stream of what a command prints. It is read while the command runs: a full pipe would hold it up.
struct Stream {
  sys::Pipe pipe = pipe_to_us();
  bool is_error = false;
  Take take{};

  /// Everything that is there now. False at end of file.
  bool read() const {
    std::array<char, 4096> piece{};
    for (;;) {
      const ssize_t size = sys::retry([&] { return ::read(pipe.read.get(), piece.data(), piece.size()); });
      if (size <= 0) return size < 0 && errno == EAGAIN;
      if (take) take(is_error, {piece.data(), static_cast<std::size_t>(size)});
    }
  }
};

/// Until it ends, or nobody takes it any more: whoever has been left may keep his end for ever.
asio::awaitable<void> collect(std::shared_ptr<Stream> stream, std::shared_ptr<Waits> waits) {
  Watch watch(co_await asio::this_coro::executor, stream->pipe.read.get(), std::move(waits));
  for (;;) {
    const bool more = co_await watch.readable();
    if (!more || !stream->read()) co_return;
  }
}

/// Whoever takes what a command prints may be gone when this is.
class Output {
 public:
  std::shared_ptr<Stream> out = std::make_shared<Stream>();
  std::shared_ptr<Stream> err{};  ///< empty: goes with `out`
  std::shared_ptr<Waits> waits = std::make_shared<Waits>();

  explicit Output(const Command& command) {
    out->take = command.output;
    if (command.one_stream) return;
    err = std::make_shared<Stream>();
    err->is_error = true;
    err->take = command.output;
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() {
    if (!goes_on_) waits->end();
  }
  /// Takes what is there. Processes that the command has left may print more.
  void end(bool goes_on) {
    for (const Stream* stream : {out.get(), err.get()})
      if (stream != nullptr) stream->read();
    goes_on_ = goes_on;
  }

 private:
  bool goes_on_ = false;
};

runtime::Started start_inside(Stack& stack, const Member& member, const Leaf& leaf, const Command& command,
                              const Output& output) {
  // Given away: the command's death is end of file.
  const sys::unique_fd out = std::move(output.out->pipe.write);
  const sys::unique_fd err = output.err ? std::move(output.err->pipe.write) : sys::unique_fd();
  runtime::Started started = runtime::exec(
      {.pidfd = member.life->pidfd.get(), .pid = member.record.pid, .cgroup = &leaf.group()},
      member.life->spec, *command.process, {.stdio = {.out = out.get(), .err = err ? err.get() : out.get()}});
  spawn(stack.loop, collect(output.out, output.waits));
  if (output.err) spawn(stack.loop, collect(output.err, output.waits));
  started.release();
  return started;
}

}  // namespace

bool Child::has_ended() {
  if (!status_) status_ = sys::wait_pidfd(pidfd_.get(), true);
  return status_.has_value();
}

void Child::kill() const { sys::pidfd_send_signal(pidfd_.get(), SIGKILL); }

void forsake(Stack& stack, Child child) { spawn(stack.loop, reap(stack.changed, std::move(child))); }

void end_group(const runtime::cgroup::Cgroup& group) {
  constexpr int kEmptyMilliseconds = 10;
  group.kill();
  (void)group.wait_empty(kEmptyMilliseconds);
}

void leave(Kept& kept, std::unique_ptr<Leaf> leaf) {
  kept.occupied.push_back(std::move(leaf));
  if (kept.occupied.size() > kMostOccupied) kept.occupied.erase(kept.occupied.begin());
}

std::unique_ptr<Leaf> take_leaf(Incarnation& life) {
  std::erase_if(life.kept->occupied, [](const auto& leaf) { return leaf->remove(); });
  std::unique_ptr<Leaf> spare = std::move(life.kept->leaf);
  if (spare && spare->is_there()) return spare;
  return std::make_unique<Leaf>(life.cgroup.paths());
}

asio::awaitable<Ended> run_inside(Stack& stack, const Member& member, Command command) {
  const std::shared_ptr<Kept> kept = member.life->kept;
  std::unique_ptr<Leaf> leaf = take_leaf(*member.life);
  Output output(command);
  runtime::Started started = start_inside(stack, member, *leaf, command, output);
  Child child(started.take_pidfd());

  Ended result;
  const auto over = [&] { return child.has_ended() || (command.given_up && command.given_up()); };
  const bool in_time = co_await stack.changed.until(over, command.deadline);
  if (!child.has_ended()) {
    result.how = in_time ? Ended::How::given_up : Ended::How::timed_out;
    leaf->group().kill();
    child.kill();
    const auto gone = [&] { return child.has_ended(); };
    const bool died = co_await stack.changed.until(gone, Clock::now() + kReapPatience);
    if (!died) forsake(stack, std::move(child));
  }
  const bool exited = result.how == Ended::How::exited;
  const bool is_empty = !leaf->group().populated();
  if (exited && is_empty) {
    kept->leaf = std::move(leaf);
  } else if (exited) {
    leave(*kept, std::move(leaf));
  } else if (!is_empty) {
    end_group(leaf->group());
  }
  output.end(exited && command.is_read_on);
  if (!exited) co_return result;
  try {
    started.wait_started();
    result.code = child.status().shell_code();
  } catch (const runtime::StartError& error) {
    result = {.how = Ended::How::failed, .code = error.exit_code(), .failure = error.what()};
  }
  co_return result;
}

}  // namespace orchestrator::supervisor
