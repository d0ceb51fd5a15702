// `run`: a container beside the service's own, for one command.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

#include "orchestrator/supervisor/convergence.hpp"
#include "orchestrator/supervisor/launch.hpp"
#include "orchestrator/supervisor/outcome.hpp"
#include "orchestrator/supervisor/stack.hpp"
#include "orchestrator/supervisor/turns.hpp"

namespace orchestrator::supervisor {

class OneOffs {
 public:
  OneOffs(Stack& stack, Launcher& launcher, Convergence& convergence)
      : stack_(stack), launcher_(launcher), convergence_(convergence) {}

  /// Those that a supervisor before has not seen to their end.
  void adopt();
  /// Done when it runs. With a lease, `finished` follows when it has ended.
  boost::asio::awaitable<Outcome> run(std::shared_ptr<Session> session, const state::Request& request,
                                      const Turns::Turn& turn);

 private:
  void start_dependencies(const project::Service& service, const state::Request& request);
  Member& create(Session& session, const state::Request& request);
  boost::asio::awaitable<Outcome> wait_until_running(Member& member, const state::Request& request,
                                                     const Turns::Turn& turn);
  boost::asio::awaitable<void> follow(std::shared_ptr<Session> session, std::string id);
  boost::asio::awaitable<void> follow_adopted(std::string id);

  Stack& stack_;
  Launcher& launcher_;
  Convergence& convergence_;
};

}  // namespace orchestrator::supervisor
