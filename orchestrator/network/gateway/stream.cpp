#include "orchestrator/network/gateway/stream.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

namespace {

/// A short exchange is cheaper by copy (no pipe, four system calls less), bulk by splice (half the CPU).
constexpr std::size_t kCopyFirst = Buffers::kSize;
/// Of up to Buffers::kPipeSize each.
constexpr int kRoundsPerTurn = 4;
constexpr std::size_t kIdlePipes = 16;

bool would_block() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

std::optional<sys::Pipe> Buffers::take_pipe() {
  if (!pipes_.empty()) {
    sys::Pipe pipe = std::move(pipes_.back());
    pipes_.pop_back();
    return pipe;
  }
  try {
    sys::Pipe pipe = sys::pipe(O_NONBLOCK);
    // Where it may not be larger, it carries less at a time.
    ::fcntl(pipe.write.get(), F_SETPIPE_SZ, Buffers::kPipeSize);
    return pipe;
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

void Buffers::give_pipe(sys::Pipe pipe) {
  if (pipes_.size() < kIdlePipes) pipes_.push_back(std::move(pipe));
}

StreamState Stream::pump() {
  if (state_ != StreamState::finished && state_ != StreamState::broken) state_ = run();
  return state_;
}

StreamState Stream::run() {
  for (int round = 0; round < kRoundsPerTurn; ++round) {
    switch (flush()) {
      case Step::blocked:
        return StreamState::wants_output;
      case Step::failed:
        return StreamState::broken;
      case Step::progress:
      case Step::end:
        break;
    }
    if (ended_) {
      return_pipe();
      return ::shutdown(to_, SHUT_WR) == 0 ? StreamState::finished : StreamState::broken;
    }
    switch (fill()) {
      case Step::blocked:
        return_pipe();
        return StreamState::wants_input;
      case Step::failed:
        return StreamState::broken;
      case Step::end:
        ended_ = true;
        break;
      case Step::progress:
        break;
    }
  }
  return in_pipe_ == 0 && unsent_.empty() ? StreamState::wants_input : StreamState::wants_output;
}

Stream::Step Stream::fill() {
  if (!pipe_ && copied_ >= kCopyFirst) pipe_ = buffers_.take_pipe();
  return pipe_ ? fill_by_splice() : fill_by_copy();
}

Stream::Step Stream::fill_by_copy() {
  auto& bytes = buffers_.bytes();
  const ssize_t size = ::recv(from_, bytes.data(), bytes.size(), 0);
  if (size < 0) return would_block() ? Step::blocked : Step::failed;
  if (size == 0) return Step::end;
  copied_ += static_cast<std::size_t>(size);
  const ssize_t sent = ::send(to_, bytes.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && !would_block()) return Step::failed;
  const std::size_t taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
  unsent_.assign(bytes.data() + taken, static_cast<std::size_t>(size) - taken);
  return Step::progress;
}

Stream::Step Stream::fill_by_splice() {
  // The pipe is empty here, so EAGAIN speaks of the socket.
  const ssize_t size = ::splice(from_, nullptr, pipe_->write.get(), nullptr, Buffers::kPipeSize,
                                SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (size < 0) return would_block() ? Step::blocked : Step::failed;
  if (size == 0) return Step::end;
  in_pipe_ = static_cast<std::size_t>(size);
  return Step::progress;
}

Stream::Step Stream::flush() {
  while (!unsent_.empty()) {
    const ssize_t sent = ::send(to_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent < 0) return would_block() ? Step::blocked : Step::failed;
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  unsent_.shrink_to_fit();
  while (in_pipe_ > 0) {
    const ssize_t sent =
        ::splice(pipe_->read.get(), nullptr, to_, nullptr, in_pipe_, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (sent < 0) return would_block() ? Step::blocked : Step::failed;
    in_pipe_ -= static_cast<std::size_t>(sent);
  }
  return Step::progress;
}

void Stream::return_pipe() {
  if (pipe_ && in_pipe_ == 0) buffers_.give_pipe(*std::exchange(pipe_, std::nullopt));
}

}  // namespace orchestrator::network::gateway
