// Probes of ports, tcp and http: from outside, over a socket that is made in the container's network. No
// process enters it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/project/project.hpp"
#include "orchestrator/supervisor/native_probe.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// One look at a port. It goes on by itself, until it is over or end() is called.
class PortProbe {
 public:
  /// Begins to connect to where `probe.tcp` or `probe.http` says. Throws std::exception where there is no
  /// container any more, or no socket to be had.
  static std::shared_ptr<PortProbe> start(Stack& stack, const project::NativeProbe& probe, const Looked& at);

  /// A change (Changed) tells.
  [[nodiscard]] bool is_over() const { return is_over_; }
  /// One sentence that says what is wrong; empty where all is well.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  void end();

 private:
  struct Endpoint {
    std::string host{};  ///< "127.0.0.1", "[::1]"
    std::string port{};
    [[nodiscard]] bool is_v6() const { return host.starts_with('['); }
  };
  struct Candidate {
    Endpoint to{};
    runtime::sys::unique_fd socket{};
  };
  explicit PortProbe(Stack& stack) : stack_(stack), socket_(stack.loop) {}
  static std::vector<Candidate> first_candidates(int network, const std::string& address);
  static std::vector<Candidate> other_candidates(int network, const std::string& port);
  static std::vector<Candidate> candidates_here(const std::vector<Endpoint>& endpoints);
  static boost::asio::awaitable<void> look(std::shared_ptr<PortProbe> self, runtime::sys::unique_fd network,
                                           std::string address);
  boost::asio::awaitable<bool> reach(std::vector<Candidate> candidates);
  boost::asio::awaitable<int> connect(Candidate candidate);
  boost::asio::awaitable<std::string> ask(std::string host);
  boost::asio::awaitable<bool> send(std::string request);
  boost::asio::awaitable<std::string> receive();

  Stack& stack_;
  boost::asio::posix::stream_descriptor socket_;
  std::optional<project::HttpProbe> http_{};
  std::string failure_{};
  bool is_over_ = false;
  bool is_given_up_ = false;
};

}  // namespace orchestrator::supervisor
