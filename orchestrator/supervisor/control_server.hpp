// Listens for commands: one Session per connection, requests in, events out. See state/control.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/state/control.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::supervisor {

/// What a foreground `up` holds; see lease.hpp.
struct Lease {
  std::set<std::string> named{};  ///< services that were asked for
  std::set<std::string> along{};  ///< services that it has started because the named ones depend on them
};

/// One connected command. A client that does not read is dropped, it never holds anybody up.
class Session {
 public:
  Session(boost::asio::io_context& loop, boost::asio::local::stream_protocol::socket socket);

  /// Queues an event; nothing happens once the connection is gone.
  void send(const state::Event& event);
  [[nodiscard]] bool is_open() const { return open_; }
  /// The descriptors that came with the last request that had some.
  std::vector<runtime::sys::unique_fd> take_descriptors() { return std::exchange(descriptors_, {}); }

  bool lease = false;     ///< a foreground `up`: it is told every change, and its end stops what it holds
  Lease holds{};          ///< with a lease, once its `up` is under way
  bool ending = false;    ///< its `up` is to give up: Ctrl-C
  bool aborting = false;  ///< a container of the lease has ended, which ends all of it

 private:
  friend class ControlServer;
  boost::asio::awaitable<void> write_queue(std::shared_ptr<Session> self);
  /// Reads once, appends to `buffer`. False where the client is gone.
  bool receive(std::string& buffer);
  void close();

  boost::asio::local::stream_protocol::socket socket_;
  boost::asio::steady_timer more_;
  std::string queue_{};
  std::vector<runtime::sys::unique_fd> descriptors_{};
  bool open_ = true;
};

class ControlServer {
 public:
  using Handler = std::function<boost::asio::awaitable<void>(std::shared_ptr<Session>, state::Request)>;
  using Closed = std::function<void(Session&)>;

  /// `listener` is a listening unix socket. Every request is answered by `handle`, several at a time;
  /// `closed` is told when a connection has ended.
  ControlServer(boost::asio::io_context& loop, runtime::sys::unique_fd listener, Handler handle,
                Closed closed);

  void start();
  [[nodiscard]] const std::set<std::shared_ptr<Session>>& sessions() const { return sessions_; }
  /// Sends what is queued, as far as the peers take it at once, and closes everything. Who has come and was
  /// not heard any more is told to ask another supervisor.
  void stop();

 private:
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> read(std::shared_ptr<Session> session);
  void dispatch(const std::shared_ptr<Session>& session, const std::string& line);
  void turn_away_the_rest();

  boost::asio::io_context& loop_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  Handler handle_;
  Closed closed_;
  std::set<std::shared_ptr<Session>> sessions_{};
};

}  // namespace orchestrator::supervisor
