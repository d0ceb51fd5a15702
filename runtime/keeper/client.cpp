#include <fcntl.h>
#include <sys/socket.h>

#include <cstring>
#include <span>
#include <string_view>

#include "runtime/keeper/keeper.hpp"
#include "runtime/sys/error.hpp"
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
}

void Client::send(const Packet& packet, int fd) {
  if (lost_) return;
  const std::string_view bytes(reinterpret_cast<const char*>(&packet), sizeof packet);
  const std::span<const int> fds(&fd, fd >= 0 ? 1 : 0);
  lost_ = !sys::send_message(socket_.get(), bytes, fds);
}

Inherited Client::receive_inherited() {
  Inherited inherited;
  for (;;) {
    auto received = receive(socket_.get(), 0);
    if (!received) sys::throw_errno("receive from the keeper", ECONNRESET);
    const Packet& packet = received->packet;
    if (packet.kind == Kind::stored) inherited.fds[packet.name] = std::move(received->fd);
    if (packet.kind == Kind::exited) inherited.exits.push_back(record_of(packet));
    if (packet.kind == Kind::hello_done) return inherited;
  }
}

void Client::ready() { send({.kind = Kind::ready}); }

void Client::store(const std::string& name, int fd) { send(named(Kind::store, name), fd); }

void Client::drop(const std::string& name) { send(named(Kind::drop, name)); }

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
