#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>
#include <system_error>

#include "runtime/keeper/keeper.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/socket.hpp"

namespace runtime::keeper {

namespace {

Packet named(Kind kind, const std::string& name) {
  Packet packet{.kind = kind};
  if (name.empty() || name.size() >= kNameSize || name.find('\0') != std::string::npos)
    sys::throw_errno("name a kept descriptor \"" + name + "\"", ENAMETOOLONG);
  std::memcpy(packet.name, name.data(), name.size());
  return packet;
}

ExitRecord record_of(const Packet& packet) {
  siginfo_t info{};
  info.si_code = packet.how;
  info.si_status = packet.code;
  return {.sequence = packet.sequence,
          .pid = packet.pid,
          .pidfd_inode = packet.pidfd_inode,
          .status = sys::ExitStatus::from(info),
          .boottime_ns = packet.boottime_ns,
          .wall_ns = packet.wall_ns};
}

struct Received {
  Packet packet{};
  sys::unique_fd fd{};
};
/// Nothing where the keeper is gone. Throws std::system_error (EAGAIN with MSG_DONTWAIT).
std::optional<Received> receive(int socket, int flags) {
  auto message = sys::receive_message(socket, flags, sizeof(Packet) + 1);
  if (!message) return std::nullopt;
  if (message->data.size() != sizeof(Packet)) sys::throw_errno("understand the keeper", EBADMSG);
  Received received;
  std::memcpy(&received.packet, message->data.data(), sizeof(Packet));
  if (!message->fds.empty()) received.fd = std::move(message->fds.front());
  return received;
}

}  // namespace

Client::Client(sys::unique_fd socket) : socket_(std::move(socket)) {
  if (::fcntl(socket_.get(), F_SETFD, FD_CLOEXEC) != 0) sys::throw_errno("take the keeper's socket");
  const pid_t keeper = sys::peer_of(socket_.get()).pid;
  try {
    sys::unique_fd process = sys::pidfd_open(keeper);
    // As long as it is our parent its number is its own.
    if (::getppid() == keeper) keeper_ = std::move(process);
  } catch (const std::system_error& error) {
    if (sys::errno_of(error) != ESRCH) throw;
  }
}

void Client::await_end() const {
  pollfd end{.fd = keeper_.get(), .events = POLLIN, .revents = 0};
  if (keeper_ && sys::retry([&] { return ::poll(&end, 1, -1); }) < 0)
    sys::throw_errno("wait for the keeper's end");
}

void Client::send(const Packet& packet, int fd) {
  if (deaf_) return;
  const std::string_view bytes(reinterpret_cast<const char*>(&packet), sizeof packet);
  const std::span<const int> fds(&fd, fd >= 0 ? 1 : 0);
  for (;;) {
    try {
      deaf_ = !sys::send_message(socket_.get(), bytes, fds);
      return;
    } catch (const std::system_error& error) {
      if (sys::errno_of(error) != EAGAIN) throw;
    }
    // Whoever waits for what it says has made the socket non-blocking. It never waits for us, so it reads
    // soon.
    pollfd room{.fd = socket_.get(), .events = POLLOUT, .revents = 0};
    if (sys::retry([&] { return ::poll(&room, 1, -1); }) < 0) sys::throw_errno("wait for the keeper");
  }
}

Inherited Client::receive_inherited() {
  Inherited inherited;
  for (;;) {
    auto received = receive(socket_.get(), 0);
    lost_ = !received;
    if (lost_) return inherited;
    const Packet& packet = received->packet;
    if (packet.kind == Kind::stored) {
      kept_[packet.name] = received->fd.get();
      inherited.fds[packet.name] = std::move(received->fd);
    }
    if (packet.kind == Kind::exited) inherited.exits.push_back(record_of(packet));
    inherited.is_awaited = packet.kind == Kind::hello_done && packet.count > 0;
    if (packet.kind == Kind::hello_done) return inherited;
  }
}

void Client::ready() { send({.kind = Kind::ready}); }

void Client::store(const std::string& name, int fd) {
  send(named(Kind::store, name), fd);
  kept_[name] = fd;
}

void Client::drop(const std::string& name) {
  send(named(Kind::drop, name));
  kept_.erase(name);
}

void Client::drop_rest(Inherited& inherited) {
  for (const auto& [name, fd] : inherited.fds)
    if (const auto kept = kept_.find(name); fd && kept != kept_.end() && kept->second == fd.get()) drop(name);
  inherited.fds.clear();
}

void Client::acknowledge(std::uint64_t sequence) { send({.kind = Kind::acknowledge, .sequence = sequence}); }

void Client::quit() { send({.kind = Kind::quit}); }

std::optional<ExitRecord> Client::next_exit() {
  while (!lost_) {
    std::optional<Received> received;
    try {
      received = receive(socket_.get(), MSG_DONTWAIT);
    } catch (const std::system_error& error) {
      if (sys::errno_of(error) == EAGAIN) return std::nullopt;
      throw;
    }
    lost_ = !received;
    if (lost_) return std::nullopt;
    const Packet& packet = received->packet;
    if (packet.kind == Kind::exited) return record_of(packet);
    if (packet.kind == Kind::refused)
      refusals_.push_back({.name = packet.name, .error = packet.error, .count = packet.count});
  }
  return std::nullopt;
}

std::optional<Refusal> Client::next_refusal() {
  if (refusals_.empty()) return std::nullopt;
  Refusal refusal = std::move(refusals_.front());
  refusals_.pop_front();
  return refusal;
}

}  // namespace runtime::keeper
