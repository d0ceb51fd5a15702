#include "orchestrator/supervisor/control_server.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <utility>

#include "orchestrator/supervisor/quietly.hpp"
#include "orchestrator/supervisor/spawn.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/socket.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
using asio::local::stream_protocol;

namespace {

/// A project of a few thousand services fits; more is not a request of ours.
constexpr std::size_t kLongestRequest = 64 << 20;
/// What a client may leave unread.
constexpr std::size_t kLongestQueue = 8 << 20;

/// Asio's accept knows no SOCK_CLOEXEC, and a container must not inherit a connection.
void close_on_exec(stream_protocol::socket& socket) { ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC); }

/// As much as the peer takes.
void send_at_once(stream_protocol::socket& socket, const std::string& text) {
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  asio::write(socket, asio::buffer(text), ignored);
}

}  // namespace

Session::Session(asio::io_context& loop, stream_protocol::socket socket)
    : socket_(std::move(socket)), more_(loop, asio::steady_timer::time_point::max()) {}

void Session::send(const state::Event& event) {
  if (!open_) return;
  queue_ += state::to_line(event);
  if (queue_.size() > kLongestQueue) return close();
  more_.cancel();
}

bool Session::receive(std::string& buffer) {
  try {
    auto message = runtime::sys::receive_message(socket_.native_handle(), MSG_DONTWAIT);
    if (!message) return false;
    buffer += message->data;
    if (!message->fds.empty()) descriptors_ = std::move(message->fds);
    return true;
  } catch (const std::system_error& error) {
    return runtime::sys::errno_of(error) == EAGAIN;
  }
}

void Session::close() {
  open_ = false;
  boost::system::error_code ignored;
  socket_.close(ignored);
  more_.cancel();
}

asio::awaitable<void> Session::write_queue(std::shared_ptr<Session> self) {
  while (self->open_) {
    if (self->queue_.empty()) {
      co_await self->more_.async_wait(kQuietly);
      continue;
    }
    const std::string chunk = std::exchange(self->queue_, {});
    const auto [error, written] = co_await asio::async_write(self->socket_, asio::buffer(chunk), kQuietly);
    if (error) self->close();
  }
}

ControlServer::ControlServer(asio::io_context& loop, runtime::sys::unique_fd listener, Handler handle,
                             Closed closed)
    : loop_(loop),
      acceptor_(loop, stream_protocol(), listener.release()),
      handle_(std::move(handle)),
      closed_(std::move(closed)) {}

void ControlServer::start() { spawn(loop_, accept()); }

asio::awaitable<void> ControlServer::accept() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(kQuietly);
    if (error == asio::error::operation_aborted) co_return;
    if (error) continue;
    close_on_exec(socket);
    auto session = std::make_shared<Session>(loop_, std::move(socket));
    sessions_.insert(session);
    spawn(loop_, session->write_queue(session));
    spawn(loop_, read(session));
  }
}

asio::awaitable<void> ControlServer::read(std::shared_ptr<Session> session) {
  std::string buffer;
  while (buffer.size() <= kLongestRequest) {
    const auto [error] = co_await session->socket_.async_wait(stream_protocol::socket::wait_read, kQuietly);
    if (error || !session->receive(buffer)) break;
    for (auto end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n')) {
      dispatch(session, buffer.substr(0, end));
      buffer.erase(0, end + 1);
    }
  }
  session->close();
  sessions_.erase(session);
  closed_(*session);
}

void ControlServer::dispatch(const std::shared_ptr<Session>& session, const std::string& line) {
  try {
    spawn(loop_, handle_(session, state::request_from_line(line)));
  } catch (const std::runtime_error& error) {
    session->send({.type = state::EventType::done, .text = error.what(), .status = 1});
  }
}

void ControlServer::turn_away_the_rest() {
  boost::system::error_code error;
  // Nobody else can come, and those who wait can still be taken in: accept(2) after shutdown(2).
  ::shutdown(acceptor_.native_handle(), SHUT_RD);
  acceptor_.non_blocking(true, error);
  const std::string line = state::to_line({.type = state::EventType::done, .ask_another = true});
  for (;;) {
    stream_protocol::socket socket(loop_);
    acceptor_.accept(socket, error);
    if (error) return;
    send_at_once(socket, line);
  }
}

void ControlServer::stop() {
  boost::system::error_code ignored;
  turn_away_the_rest();
  acceptor_.close(ignored);
  for (const auto& session : sessions_) {
    if (session->open_) send_at_once(session->socket_, session->queue_);
    session->close();
  }
}

}  // namespace orchestrator::supervisor
