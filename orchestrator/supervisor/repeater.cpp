#include "orchestrator/supervisor/repeater.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <utility>

#include "orchestrator/logs/fifo.hpp"
#include "orchestrator/supervisor/quietly.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;
using asio::posix::descriptor_base;
using runtime::cgroup::Leaf;
using runtime::repeat::Answer;

namespace {

/// A pipe holds no more; who prints faster than we read does not hold us up.
constexpr int kPiecesAtOnce = 16;
/// Whoever is inside ends before the container itself does, which is what ended it then.
constexpr auto kUntilContainerEnds = std::chrono::milliseconds(50);

/// Descriptors beyond the highest one in use: what is kept for probes must not take those of what else there
/// is to do.
bool are_few_left(int highest) {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && static_cast<rlim_t>(highest) > limit.rlim_cur / 2;
}

void give(asio::posix::stream_descriptor& to, sys::unique_fd fd) {
  to.assign(fd.get());
  (void)fd.release();
}

}  // namespace

std::shared_ptr<Repeater> Repeater::start(Stack& stack, const Member& member,
                                          const runtime::Process& command) {
  const std::shared_ptr<Repeater> made(new Repeater(stack));
  made->leaf_ = take_leaf(*member.life);
  sys::Pipe orders = sys::pipe();
  sys::Pipe answers = sys::pipe();
  sys::Pipe output = sys::pipe();
  if (are_few_left(output.write.get())) return nullptr;
  logs::make_nonblocking(orders.write.get());
  logs::make_nonblocking(output.read.get());
  made->orders_ = std::move(orders.write);
  give(made->answers_, std::move(answers.read));
  give(made->output_, std::move(output.read));
  made->started_ = runtime::exec(
      {.pidfd = member.life->pidfd.get(), .pid = member.record.pid, .cgroup = &made->leaf_->group()},
      member.life->spec, command,
      {.stdio = {.out = output.write.get(), .err = output.write.get()},
       .repetition = {.orders = orders.read.get(), .answers = answers.write.get()}});
  Child child(made->started_->take_pidfd());
  try {
    give(made->death_, sys::dup(child.fd()));
  } catch (...) {
    child.kill();
    forsake(stack, std::move(child));
    throw;
  }
  made->child_.emplace(std::move(child));
  spawn(stack.loop, bury(made));
  spawn(stack.loop, listen(made));
  made->started_->release();
  return made;
}

Repeater::Repeater(Stack& stack)
    : stack_(stack), death_(stack.loop), answers_(stack.loop), output_(stack.loop) {}

bool Repeater::order(Take take) {
  answer_.reset();
  // Printed while nobody has asked for it.
  const bool is_quiet = !is_gone_ && read_output();
  const char byte = '1';
  if (!is_quiet || sys::retry([&] { return ::write(orders_.get(), &byte, 1); }) != 1) return false;
  take_ = std::move(take);
  spawn(stack_.loop, collect(shared_from_this()));
  return true;
}

std::optional<Answer> Repeater::close_order() {
  (void)read_output();
  forget_order();
  return answer_;
}

void Repeater::forget_order() {
  boost::system::error_code ignored;
  output_.cancel(ignored);
  take_ = {};
}

void Repeater::kill() {
  end();
  if (child_) child_->kill();
  if (!leaf_) return;
  try {
    leaf_->group().kill();
  } catch (const std::system_error& error) {
    // It goes with the container's group.
    std::fprintf(stderr, "kill a health check: %s\n", error.what());
  }
}

void Repeater::end() {
  is_gone_ = true;
  orders_.reset();
  boost::system::error_code ignored;
  answers_.close(ignored);
  output_.close(ignored);
  stack_.changed.notify();
}

/// Its death is the end, whoever else may hold its pipes, and that of the command that it may be running. A
/// container is not gone before it is reaped.
asio::awaitable<void> Repeater::bury(std::shared_ptr<Repeater> self) {
  co_await self->death_.async_wait(descriptor_base::wait_read, kQuietly);
  self->end();
  self->let_go_of_group();
  Child child = std::move(*self->child_);
  self->child_.reset();
  forsake(self->stack_, std::move(child));
}

std::unique_ptr<Leaf> Repeater::end_without_group() {
  end();
  return std::move(leaf_);
}

void Repeater::let_go_of_group() {
  if (!leaf_) return;
  try {
    end_group(leaf_->group());
  } catch (const std::system_error& error) {
    std::fprintf(stderr, "end a health check: %s\n", error.what());
  }
  leaf_.reset();
}

asio::awaitable<void> Repeater::listen(std::shared_ptr<Repeater> self) {
  for (;;) {
    const auto [error] = co_await self->answers_.async_wait(descriptor_base::wait_read, kQuietly);
    if (error) co_return;
    const bool is_answer = self->receive();
    if (!is_answer) co_return self->kill();
    self->stack_.changed.notify();
  }
}

/// Who speaks unasked is not what we have started any more.
bool Repeater::receive() {
  Answer answer;
  const ssize_t size = sys::retry([&] { return ::read(answers_.native_handle(), &answer, sizeof answer); });
  if (size != sizeof answer || !take_ || answer_) return false;
  answer_ = answer;
  works_ = true;
  started_.reset();
  return true;
}

asio::awaitable<void> Repeater::collect(std::shared_ptr<Repeater> self) {
  for (;;) {
    const auto [error] = co_await self->output_.async_wait(descriptor_base::wait_read, kQuietly);
    if (error || !self->take_) co_return;
    (void)self->read_output();
  }
}

/// What is there now, to whoever takes it. True where nothing more is there.
bool Repeater::read_output() {
  std::array<char, 4096> piece{};
  for (int pieces = 0; pieces < kPiecesAtOnce; ++pieces) {
    const ssize_t size =
        sys::retry([&] { return ::read(output_.native_handle(), piece.data(), piece.size()); });
    if (size <= 0) return size < 0 && errno == EAGAIN;
    if (take_) take_({piece.data(), static_cast<std::size_t>(size)});
  }
  return false;
}

namespace {

/// Whatever ends the wait for an answer: nobody takes what is printed after it.
struct OpenOrder {
  Repeater& repeater;
  explicit OpenOrder(Repeater& given) : repeater(given) {}
  OpenOrder(const OpenOrder&) = delete;
  OpenOrder& operator=(const OpenOrder&) = delete;
  ~OpenOrder() { repeater.forget_order(); }
};

/// One that takes the order; null where descriptors are scarce.
std::shared_ptr<Repeater> order_from(Stack& stack, const Member& member, const runtime::Process& command,
                                     const Repeater::Take& take) {
  std::shared_ptr<Repeater>& kept = member.life->kept->repeater;
  if (kept && kept->order(take)) return kept;
  if (kept) kept->kill();
  kept = Repeater::start(stack, member, command);
  if (kept && !kept->order(take)) kept->end();
  return kept;
}

}  // namespace

asio::awaitable<std::optional<Ended>> run_again(Stack& stack, const Member& member, Command& command) {
  const std::shared_ptr<Kept> kept = member.life->kept;
  const auto take = command.output;
  const std::shared_ptr<Repeater> repeater =
      order_from(stack, member, *command.process, [take](std::string_view text) { take(false, text); });
  if (!repeater) {
    kept->may_repeat = false;
    co_return std::nullopt;
  }
  const OpenOrder open(*repeater);
  const auto given_up = command.given_up;
  const auto over = [&] { return repeater->is_over() || given_up(); };
  const bool in_time = co_await stack.changed.until(over, command.deadline);
  const bool is_over = repeater->is_over();
  const std::optional<Answer> answer = repeater->close_order();
  if (answer && answer->error == 0) {
    if (answer->left_others != 0) {
      kept->may_repeat = false;
      kept->repeater.reset();
      leave(*kept, repeater->end_without_group());
    }
    co_return Ended{.code = sys::ExitStatus::from(answer->status).shell_code()};
  }

  kept->repeater.reset();
  repeater->kill();
  if (!is_over) co_return Ended{.how = in_time ? Ended::How::given_up : Ended::How::timed_out};
  if (!answer) {
    const bool container_ends = co_await stack.changed.until(given_up, Clock::now() + kUntilContainerEnds);
    if (container_ends) co_return Ended{.how = Ended::How::given_up};
    if (repeater->works()) co_return Ended{.code = sys::ExitStatus::from(SIGKILL).shell_code()};
  }
  kept->may_repeat = false;
  co_return std::nullopt;
}

}  // namespace orchestrator::supervisor
