// A health check's command, kept ready inside its container: a probe is a byte to a small process there
// (runtime/repeat) instead of a copy of the supervisor that enters the container once more.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "orchestrator/supervisor/member.hpp"
#include "orchestrator/supervisor/run_inside.hpp"
#include "orchestrator/supervisor/stack.hpp"
#include "runtime/container/container.hpp"
#include "runtime/repeat/answer.hpp"

namespace orchestrator::supervisor {

class Repeater : public std::enable_shared_from_this<Repeater> {
 public:
  /// Lets it enter the container; whether it can shows with the first order. Null where descriptors are
  /// scarce. Throws std::system_error.
  static std::shared_ptr<Repeater> start(Stack& stack, const Member& member, const runtime::Process& command);

  using Take = std::function<void(std::string_view text)>;
  /// The command runs once, and `take` gets what it prints, until close_order(). False where it takes no
  /// orders any more.
  bool order(Take take);
  /// Nothing more will come: an answer, or its end. A change (Changed) tells.
  [[nodiscard]] bool is_over() const { return answer_.has_value() || is_gone_; }
  /// The answer, where there is one. What is printed by now has been taken.
  std::optional<runtime::repeat::Answer> close_order();
  /// What is printed from now on is nobody's.
  void forget_order();
  /// It has answered once at least: this container lets it work.
  [[nodiscard]] bool works() const { return works_; }
  /// Everybody in its group is killed; it takes no orders any more.
  void kill();
  /// It takes no orders any more, and ends when it has nothing to do.
  void end();
  /// The same, and whoever its command has left in its group goes on.
  std::unique_ptr<runtime::cgroup::Leaf> end_without_group();

 private:
  explicit Repeater(Stack& stack);
  static boost::asio::awaitable<void> listen(std::shared_ptr<Repeater> self);
  static boost::asio::awaitable<void> collect(std::shared_ptr<Repeater> self);
  static boost::asio::awaitable<void> bury(std::shared_ptr<Repeater> self);
  void let_go_of_group();
  bool receive();
  bool read_output();

  Stack& stack_;
  std::unique_ptr<runtime::cgroup::Leaf> leaf_{};
  std::optional<runtime::Started> started_{};  ///< until it has answered: it reports its steps
  std::optional<Child> child_{};               ///< until it is to be reaped
  runtime::sys::unique_fd orders_{};
  boost::asio::posix::stream_descriptor death_;  ///< its pidfd
  boost::asio::posix::stream_descriptor answers_;
  boost::asio::posix::stream_descriptor output_;
  Take take_{};  ///< empty: no order is open
  std::optional<runtime::repeat::Answer> answer_{};
  bool works_ = false;
  bool is_gone_ = false;
};

/// Runs the command of a health check through the member's repeater, and makes one where there is none.
/// Nothing where the container does not let it work: then the command is to be run without. The member may be
/// gone when this returns. Throws std::system_error.
boost::asio::awaitable<std::optional<Ended>> run_again(Stack& stack, const Member& member, Command& command);

}  // namespace orchestrator::supervisor
