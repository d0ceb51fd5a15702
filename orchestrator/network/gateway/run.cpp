// The gateway process: takes snapshots from its control socket and makes reality match.
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
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
        ports_(loop_, connections_, project_, [this] { loop_.later([this] { tell_activity(); }); }),
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
      ports_.expect_leaving(snapshot.leaving);
      applied.leaving = ports_.activity().leaving;
      outbound_.update(surroundings);
      applied.missing = dns_.apply(snapshot);
    } catch (const std::exception& error) {
      applied.error = error.what();
    }
    tell(kAppliedMessage, to_json(applied));
    // A supervisor that has come anew knows nothing yet.
    told_ = {};
    tell_activity();
  }

  void tell_activity() {
    Activity activity = ports_.activity();
    if (activity == told_) return;
    told_ = std::move(activity);
    tell(kActivityMessage, to_json(told_));
  }

  /// Does not wait: where nobody reads, the next supervisor's snapshot brings up what was lost.
  void tell(std::string_view message, const std::string& text) {
    const sys::unique_fd file = sys::memory_file("mdcompose-gateway", text, true);
    const int fd = file.get();
    try {
      (void)sys::send_message(control_.get(), message, std::span(&fd, 1), MSG_DONTWAIT);
    } catch (const std::system_error& error) {
      if (sys::errno_of(error) != EAGAIN) throw;
    }
  }

  Loop loop_{};
  sys::unique_fd control_;
  ProjectNamespace project_;
  Connections connections_;
  PublishedPorts ports_;
  Outbound outbound_;
  DnsServer dns_;
  Watch watch_;
  Activity told_{};
};

/// Each connection takes two descriptors, and four more while it carries much.
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int run(int control, int project_netns) {
  ::signal(SIGPIPE, SIG_IGN);
  // A terminal's Ctrl-C is for the command, which asks the supervisor, which ends us.
  ::signal(SIGINT, SIG_IGN);
  allow_many_descriptors();
  Gateway(control, project_netns).run();
  return 0;
}

}  // namespace orchestrator::network::gateway
