// TCP connections passed on between two sockets: dialling, both directions, half-close, resets.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "orchestrator/network/gateway/loop.hpp"
#include "orchestrator/network/gateway/stream.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::network::gateway {

class Connection;

/// Every connection that is under way.
class Connections {
 public:
  /// A connect(2) under way to the next place worth trying; empty where there is none left.
  using Dial = std::function<runtime::sys::unique_fd()>;

  explicit Connections(Loop& loop);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// Gets the accepted socket back.
  using Refused = std::function<void(runtime::sys::unique_fd accepted)>;

  /// Dials until something answers, then passes everything on. Where nothing does, `accepted` goes to
  /// `refused`, or is reset without one. `use` is kept for as long as the connection lives.
  void start(runtime::sys::unique_fd accepted, Dial dial, std::shared_ptr<void> use = nullptr,
             Refused refused = nullptr);
  [[nodiscard]] std::size_t count() const { return connections_.size(); }

 private:
  friend class Connection;
  void end(Connection* connection);

  Loop& loop_;
  Buffers buffers_{};
  std::unordered_map<Connection*, std::unique_ptr<Connection>> connections_;
};

}  // namespace orchestrator::network::gateway
