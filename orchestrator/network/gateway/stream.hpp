// One direction of a TCP connection that is passed on: bytes from one socket to another, end of data too.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/sys/file.hpp"

namespace orchestrator::network::gateway {

/// What streams take only while they have something to carry. An ordinary user may hold 16384 pages in pipes
/// before the kernel gives only two pages to each further one (pipe(7)).
class Buffers {
 public:
  static constexpr std::size_t kSize = 65536;
  /// A tenth less processor time for a byte than with the 65536 a pipe has at first.
  static constexpr std::size_t kPipeSize = 524288;

  [[nodiscard]] std::array<char, kSize>& bytes() { return *bytes_; }
  /// Nothing where no descriptor is left.
  std::optional<runtime::sys::Pipe> take_pipe();
  /// `pipe` must be empty.
  void give_pipe(runtime::sys::Pipe pipe);

 private:
  std::unique_ptr<std::array<char, kSize>> bytes_ = std::make_unique<std::array<char, kSize>>();
  std::vector<runtime::sys::Pipe> pipes_{};
};

enum class StreamState {
  wants_input,   ///< the source has no more for now
  wants_output,  ///< the destination takes no more for now
  finished,      ///< end of data reached and passed on
  broken,        ///< an error on either socket
};

class Stream {
 public:
  /// The sockets are borrowed.
  Stream(int from, int to, Buffers& buffers) : from_(from), to_(to), buffers_(buffers) {}

  /// Carries what can be carried without waiting, within bounds: others want their turn.
  StreamState pump();
  [[nodiscard]] StreamState state() const { return state_; }

 private:
  enum class Step { progress, blocked, end, failed };
  StreamState run();
  Step fill();
  Step fill_by_copy();
  Step fill_by_splice();
  Step flush();
  void return_pipe();

  int from_;
  int to_;
  Buffers& buffers_;
  std::size_t copied_ = 0;   ///< bytes that went by copy so far
  std::string unsent_{};     ///< copied, not taken by the destination yet
  std::size_t in_pipe_ = 0;  ///< bytes spliced, not taken by the destination yet
  std::optional<runtime::sys::Pipe> pipe_{};
  bool ended_ = false;
  StreamState state_ = StreamState::wants_input;
};

}  // namespace orchestrator::network::gateway
