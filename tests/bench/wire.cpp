// What networks.sh measures with.
//
//   wire dns ADDRESS PORT NAME SECONDS   queries for A records, 32 under way: answers per second
//   wire echo ADDRESS PORT               a TCP server that sends back what it gets
//   wire rr ADDRESS PORT SECONDS         one byte there and back: microseconds for one
//   wire crr ADDRESS PORT SECONDS        the same with a new connection for each
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

sockaddr_in endpoint(const char* address, const char* port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
  if (::inet_pton(AF_INET, address, &result.sin_addr) != 1) fail(address);
  return result;
}

int connected(const sockaddr_in& to, int type) {
  const int socket = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fail("connect");
  const int on = 1;
  if (type == SOCK_STREAM) ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

std::vector<std::uint8_t> question(const std::string& name) {
  std::vector<std::uint8_t> bytes{0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  std::istringstream labels(name);
  for (std::string label; std::getline(labels, label, '.');) {
    bytes.push_back(static_cast<std::uint8_t>(label.size()));
    bytes.insert(bytes.end(), label.begin(), label.end());
  }
  bytes.insert(bytes.end(), {0, 0, 1, 0, 1});
  return bytes;
}

void dns(const sockaddr_in& to, const std::string& name, int seconds) {
  constexpr int kUnderWay = 32;
  const int socket = connected(to, SOCK_DGRAM);
  const std::vector<std::uint8_t> query = question(name);
  const auto ask = [&] { (void)::send(socket, query.data(), query.size(), 0); };
  for (int i = 0; i < kUnderWay; ++i) ask();
  std::array<char, 2048> buffer{};
  std::int64_t answers = 0;
  const auto start = Clock::now();
  const auto end = start + std::chrono::seconds(seconds);
  while (Clock::now() < end) {
    pollfd wait{.fd = socket, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, 100) == 0) {  // lost ones
      for (int i = 0; i < kUnderWay; ++i) ask();
      continue;
    }
    if (::recv(socket, buffer.data(), buffer.size(), 0) < 12) fail("no answer");
    if ((buffer[3] & 15) != 0) fail("an error as an answer");
    ++answers;
    ask();
  }
  const std::chrono::duration<double> took = Clock::now() - start;
  std::printf("%.0f\n", static_cast<double>(answers) / took.count());
}

void echo(const sockaddr_in& at) {
  ::signal(SIGCHLD, SIG_IGN);
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(server, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 || ::listen(server, 64) != 0)
    fail("listen");
  for (;;) {
    const int client = ::accept(server, nullptr, nullptr);
    if (client < 0) continue;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::array<char, 4096> buffer{};
    // Connections of crr are short: a process for each would be what is measured.
    for (ssize_t size = 0; (size = ::recv(client, buffer.data(), buffer.size(), 0)) > 0;)
      (void)::send(client, buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
    ::close(client);
  }
}

void exchange(int socket) {
  char byte = 'x';
  if (::send(socket, &byte, 1, MSG_NOSIGNAL) != 1 || ::recv(socket, &byte, 1, 0) != 1) fail("exchange");
}

void round_trips(const sockaddr_in& to, int seconds, bool reconnect) {
  int socket = reconnect ? -1 : connected(to, SOCK_STREAM);
  std::int64_t count = 0;
  const auto start = Clock::now();
  const auto end = start + std::chrono::seconds(seconds);
  for (; Clock::now() < end; ++count) {
    if (reconnect) socket = connected(to, SOCK_STREAM);
    exchange(socket);
    if (reconnect) ::close(socket);
  }
  const std::chrono::duration<double, std::micro> took = Clock::now() - start;
  std::printf("%.1f\n", took.count() / static_cast<double>(count));
}

}  // namespace

int main(int argc, char* argv[]) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "dns" && argc == 6) return dns(endpoint(argv[2], argv[3]), argv[4], std::atoi(argv[5])), 0;
  if (mode == "echo" && argc == 4) return echo(endpoint(argv[2], argv[3])), 0;
  if ((mode == "rr" || mode == "crr") && argc == 5)
    return round_trips(endpoint(argv[2], argv[3]), std::atoi(argv[4]), mode == "crr"), 0;
  std::fputs("usage: wire dns|echo|rr|crr ..., see the source\n", stderr);
  return 2;
}
