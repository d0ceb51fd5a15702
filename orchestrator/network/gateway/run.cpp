// The gateway process: takes snapshots from its control socket and makes reality match.
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <sstream>

#include "orchestrator/network/gateway.hpp"
#include "orchestrator/network/gateway/connections.hpp"
#include "orchestrator/network/gateway/dns_server.hpp"
#include "orchestrator/network/gateway/outbound.hpp"
#include "orchestrator/network/gateway/published.hpp"
#include "orchestrator/network/gateway_messages.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/socket.hpp"

namespace orchestrator::network::gateway {
namespace {

namespace sys = runtime::sys;

class Gateway {
 public:
  Gateway(int control, int project_netns)
      : control_(control),
        project_(sys::unique_fd(project_netns)),
        connections_(loop_),
        ports_(loop_, connections_, project_),
        outbound_(loop_, connections_, project_),
        dns_(loop_),
        watch_(loop_, control_.get(), [this](std::uint32_t) { from_supervisor(); }) {
    watch_.want(EPOLLIN);
  }

  void run() { loop_.run(); }

 private:
  void from_supervisor() {
    try {
      while (auto message = sys::receive_message(control_.get(), MSG_DONTWAIT)) take(std::move(*message));
      loop_.stop();  // nobody holds the other end any more
    } catch (const std::system_error& error) {
      if (sys::errno_of(error) != EAGAIN) loop_.stop();
    }
  }

  void take(sys::Message message) {
    if (message.data == kQuitMessage) return loop_.stop();
    if (message.data == kSnapshotMessage && message.fds.size() == 1) return apply(message.fds.front().get());
    if (message.data.starts_with(kSocketsMessage)) take_sockets(message);
  }

  void take_sockets(sys::Message& message) {
    std::istringstream lines(message.data);
    std::string key;
    std::getline(lines, key);
    for (std::size_t i = 0; std::getline(lines, key) && i + 1 < message.fds.size(); i += 2)
      dns_.take_sockets(key, std::move(message.fds[i]), std::move(message.fds[i + 1]));
  }

  void apply(int file) {
    Applied applied;
    try {
      const Snapshot snapshot = snapshot_from_json(sys::read_all(file));
      applied.generation = snapshot.generation;
      const auto surroundings = std::make_shared<const Surroundings>(snapshot);
      applied.ports = ports_.apply(snapshot.ports, surroundings);
      outbound_.update(surroundings);
      applied.missing = dns_.apply(snapshot);
    } catch (const std::exception& error) {
      applied.error = error.what();
    }
    const sys::unique_fd answer = sys::memory_file("mdcompose-applied", to_json(applied), true);
    const int fd = answer.get();
    (void)sys::send_message(control_.get(), kAppliedMessage, std::span(&fd, 1), MSG_DONTWAIT);
  }

  Loop loop_{};
  sys::unique_fd control_;
  ProjectNamespace project_;
  Connections connections_;
  PublishedPorts ports_;
  Outbound outbound_;
  DnsServer dns_;
  Watch watch_;
};

}  // namespace

int run(int control, int project_netns) {
  ::signal(SIGPIPE, SIG_IGN);
  // A terminal's Ctrl-C is for the command, which asks the supervisor, which ends us.
  ::signal(SIGINT, SIG_IGN);
  Gateway(control, project_netns).run();
  return 0;
}

}  // namespace orchestrator::network::gateway
