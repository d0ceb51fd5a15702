#include "orchestrator/network/gateway/connections.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <optional>
#include <system_error>
#include <utility>

#include "orchestrator/network/gateway/sockets.hpp"

namespace orchestrator::network::gateway {

namespace sys = runtime::sys;

namespace {

/// A container that is there answers in microseconds; a host of the Internet within a few retransmissions.
constexpr auto kDialTimeout = std::chrono::seconds(20);

void prepare(int socket) {
  set_option(socket, IPPROTO_TCP, TCP_NODELAY);
  // A peer that vanished without a word would otherwise hold its descriptors for ever.
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE);
}

bool is_connected(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

std::uint32_t wanted(const Stream& out_of, const Stream& into) {
  return (out_of.state() == StreamState::wants_input ? EPOLLIN : 0U) |
         (into.state() == StreamState::wants_output ? EPOLLOUT : 0U);
}

}  // namespace

/// Dials, then carries. Ends itself through its owner.
class Connection {
 public:
  Connection(Connections& owner, sys::unique_fd accepted, Connections::Dial dial, std::shared_ptr<void> use,
             Connections::Refused refused)
      : owner_(owner),
        use_(std::move(use)),
        accepted_(std::move(accepted)),
        dial_(std::move(dial)),
        refused_(std::move(refused)),
        patience_(owner.loop_, [this] { dial_next(); }) {}

  void dial_next() {
    or_end([this] {
      dialled_watch_.reset();
      dialled_ = dial_();
      if (!dialled_) return give_back();
      patience_.start(kDialTimeout);
      dialled_watch_.emplace(owner_.loop_, dialled_.get(),
                             [this](std::uint32_t events) { or_end([&] { on_dialled(events); }); });
      dialled_watch_->want(EPOLLOUT);
    });
  }

 private:
  /// Out of descriptors or of kernel memory: this connection ends, the others go on.
  template <class Action>
  void or_end(Action action) {
    try {
      action();
    } catch (const std::system_error&) {
      end_with_reset();
    }
  }

  void on_dialled(std::uint32_t events) {
    if (streams_) return carry(events, streams_->inward, streams_->outward);
    if (!is_connected(dialled_.get())) return owner_.loop_.later([this] { dial_next(); });
    start_carrying();
  }

  void start_carrying() {
    patience_.stop();
    dial_ = nullptr;
    refused_ = nullptr;
    prepare(accepted_.get());
    prepare(dialled_.get());
    streams_.emplace(Streams{.outward = {accepted_.get(), dialled_.get(), owner_.buffers_},
                             .inward = {dialled_.get(), accepted_.get(), owner_.buffers_}});
    accepted_watch_.emplace(owner_.loop_, accepted_.get(), [this](std::uint32_t events) {
      or_end([&] { carry(events, streams_->outward, streams_->inward); });
    });
    carry(EPOLLIN | EPOLLOUT, streams_->outward, streams_->inward);
  }

  /// `out_of` reads from the socket that has events, `into` writes to it.
  void carry(std::uint32_t events, Stream& out_of, Stream& into) {
    constexpr std::uint32_t kTrouble = EPOLLERR | EPOLLHUP;
    if (events & (EPOLLIN | kTrouble)) out_of.pump();
    if (events & (EPOLLOUT | kTrouble)) into.pump();
    const StreamState outward = streams_->outward.state();
    const StreamState inward = streams_->inward.state();
    if (outward == StreamState::broken || inward == StreamState::broken) return end_with_reset();
    if (outward == StreamState::finished && inward == StreamState::finished) return owner_.end(this);
    accepted_watch_->want(wanted(streams_->outward, streams_->inward));
    dialled_watch_->want(wanted(streams_->inward, streams_->outward));
  }

  void give_back() {
    if (!refused_) return end_with_reset();
    refused_(std::move(accepted_));
    owner_.end(this);
  }

  void end_with_reset() {
    reset_on_close(accepted_.get());
    if (dialled_) reset_on_close(dialled_.get());
    owner_.end(this);
  }

  struct Streams {
    Stream outward;  ///< from the accepted socket to the dialled one
    Stream inward;
  };

  Connections& owner_;
  std::shared_ptr<void> use_;
  sys::unique_fd accepted_;
  sys::unique_fd dialled_{};
  Connections::Dial dial_;
  Connections::Refused refused_;
  Timer patience_;
  std::optional<Streams> streams_{};
  std::optional<Watch> accepted_watch_{};
  std::optional<Watch> dialled_watch_{};
};

Connections::Connections(Loop& loop) : loop_(loop) {}
Connections::~Connections() = default;

void Connections::start(sys::unique_fd accepted, Dial dial, std::shared_ptr<void> use, Refused refused) {
  auto connection = std::make_unique<Connection>(*this, std::move(accepted), std::move(dial), std::move(use),
                                                 std::move(refused));
  Connection* started = connection.get();
  connections_.emplace(started, std::move(connection));
  started->dial_next();
}

void Connections::end(Connection* connection) {
  loop_.later([this, connection] { connections_.erase(connection); });
}

}  // namespace orchestrator::network::gateway
