#include "orchestrator/supervisor/native_probe.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>

#include "orchestrator/supervisor/http_probe.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {

namespace sys = runtime::sys;

namespace {

/// A status line is shorter, and of a body that complains its beginning is enough.
constexpr std::size_t kLongestAnswer = 2048;

void enter_network(const Looked& at) {
  const sys::unique_fd network = sys::open("/proc/" + std::to_string(at.pid) + "/ns/net", O_RDONLY);
  if (sys::has_ended(at.pidfd)) throw std::runtime_error("the container has ended");
  sys::setns(network.get(), CLONE_NEWNET, "the container's network");
}

/// Something in the container's file tree, wherever its links lead; never outside.
sys::unique_fd find_inside(const Looked& at, const std::string& path) {
  const sys::unique_fd root = sys::open("/proc/" + std::to_string(at.pid) + "/root", O_PATH | O_DIRECTORY);
  if (sys::has_ended(at.pidfd)) throw std::runtime_error("the container has ended");
  return sys::openat2(root.get(), path.substr(path.find_first_not_of('/')), O_PATH,
                      RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

struct Endpoint {
  std::string host{};  ///< "127.0.0.1", "[::1]"
  std::string port{};
};

/// "PORT" means wherever the container may listen.
std::vector<Endpoint> endpoints_of(const std::string& address, const Looked& at) {
  const auto colon = address.rfind(':');
  if (colon != std::string::npos) return {{address.substr(0, colon), address.substr(colon + 1)}};
  std::vector<Endpoint> list{{"127.0.0.1", address}, {"[::1]", address}};
  for (const std::string& own : at.addresses) list.push_back({own, address});
  return list;
}

sys::unique_fd connect_to(const Endpoint& to) {
  const auto port = htons(static_cast<std::uint16_t>(std::stoi(to.port)));
  const bool is_v6 = to.host.starts_with('[');
  sockaddr_in v4{.sin_family = AF_INET, .sin_port = port};
  sockaddr_in6 v6{.sin6_family = AF_INET6, .sin6_port = port};
  if (is_v6)
    ::inet_pton(AF_INET6, to.host.substr(1, to.host.size() - 2).c_str(), &v6.sin6_addr);
  else
    ::inet_pton(AF_INET, to.host.c_str(), &v4.sin_addr);
  const auto* address =
      is_v6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  sys::unique_fd socket(::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket || ::connect(socket.get(), address, is_v6 ? sizeof v6 : sizeof v4) != 0)
    sys::throw_errno("connect to " + to.host + ":" + to.port);
  return socket;
}

sys::unique_fd connect_to_any(const std::vector<Endpoint>& endpoints) {
  std::string failure;
  for (const Endpoint& endpoint : endpoints) {
    try {
      return connect_to(endpoint);
    } catch (const std::system_error& error) {
      if (failure.empty()) failure = error.what();
    }
  }
  throw std::runtime_error(failure);
}

std::string receive_answer(int socket) {
  std::string answer;
  std::array<char, kLongestAnswer> piece{};
  while (answer.size() < kLongestAnswer) {
    const ssize_t size = sys::retry([&] { return ::recv(socket, piece.data(), piece.size(), 0); });
    if (size <= 0) break;
    answer.append(piece.data(), static_cast<std::size_t>(size));
    if (answer.find("\r\n") != std::string::npos) break;
  }
  return answer;
}

void ask(const project::HttpProbe& probe, const Looked& at) {
  const std::vector<Endpoint> endpoints = endpoints_of(probe.address, at);
  const sys::unique_fd socket = connect_to_any(endpoints);
  const std::string request = http_request(probe, endpoints.front().host + ":" + endpoints.front().port);
  sys::write_all(socket.get(), request);
  const std::string answer = receive_answer(socket.get());
  const auto status = http_status(answer);
  if (!status) throw std::runtime_error("GET " + probe.path + ": the answer is not HTTP");
  if (!accepts(probe, *status))
    throw std::runtime_error("GET " + probe.path + ": " + answer.substr(0, answer.find("\r\n")));
}

bool connects(const sockaddr_un& address, socklen_t length, int type) {
  const sys::unique_fd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  if (!socket) sys::throw_errno("socket");
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0;
}

void connect_to_unix(const std::string& path, const Looked& at) {
  sockaddr_un address{.sun_family = AF_UNIX};
  sys::unique_fd found;
  std::string name = path;
  if (path.starts_with('@')) {
    enter_network(at);
    name.front() = '\0';
  } else {
    found = find_inside(at, path);
    name = sys::fd_path(found.get());
  }
  if (name.size() >= sizeof address.sun_path) sys::throw_errno("connect to " + path, ENAMETOOLONG);
  std::memcpy(address.sun_path, name.data(), name.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
    if (connects(address, length, type)) return;
    if (errno != EPROTOTYPE) break;
  }
  sys::throw_errno("connect to " + path);
}

}  // namespace

void look(const project::NativeProbe& probe, const Looked& at) {
  if (!probe.file.empty()) {
    (void)find_inside(at, probe.file);
  } else if (!probe.unix_socket.empty()) {
    connect_to_unix(probe.unix_socket, at);
  } else if (!probe.tcp.empty()) {
    enter_network(at);
    (void)connect_to_any(endpoints_of(probe.tcp, at));
  } else if (probe.http) {
    enter_network(at);
    ask(*probe.http, at);
  }
}

}  // namespace orchestrator::supervisor
