#include "orchestrator/network/gateway/upstream.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>

#include "orchestrator/network/gateway/sockets.hpp"

namespace orchestrator::network::gateway {
namespace {

constexpr auto kPatience = std::chrono::milliseconds(1500);
constexpr std::size_t kMostQuestions = 1024;
constexpr std::uint16_t kDnsPort53 = 53;

/// Unguessable, as the port the kernel chooses is: nobody can slip in an answer from outside.
std::uint16_t random_id() {
  std::uint16_t id = 0;
  (void)!::getrandom(&id, sizeof id, 0);
  return id;
}

bool is_refusal(dns::Rcode rcode) {
  return rcode == dns::Rcode::server_failure || rcode == dns::Rcode::refused;
}

}  // namespace

struct Upstream::Question {
  Bytes message{};  ///< with our own id
  dns::Query query{};
  std::uint16_t client_id = 0;
  std::vector<Ip> servers{};
  std::size_t next = 0;
  bool is_second_round = false;
  bool tcp = false;
  MakeSocket make_socket{};
  Done done{};
  runtime::sys::unique_fd socket{};
  std::unique_ptr<Watch> watch{};
  std::unique_ptr<Timer> timer{};
  bool sent = false;
  Bytes received{};                     ///< over TCP: length and as much as has come
  std::optional<Bytes> last_refusal{};  ///< better than nothing when no other server answers
};

Upstream::Upstream(Loop& loop) : loop_(loop) {}
Upstream::~Upstream() = default;

std::vector<Ip> parse_resolv_conf(std::string_view text) {
  std::vector<Ip> servers;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key;
    std::string address;
    if (words >> key >> address && key == "nameserver")
      if (const auto ip = Ip::parse(address)) servers.push_back(*ip);
  }
  return servers;
}

void Upstream::ask(const Bytes& message, const dns::Query& query, std::vector<Ip> servers, bool tcp,
                   MakeSocket make_socket, Done done) {
  if (open_.size() >= kMostQuestions || servers.empty()) return done(std::nullopt);
  auto owned = std::make_unique<Question>();
  Question& question = *owned;
  question.message = message;
  question.query = query;
  question.client_id = query.id;
  question.servers = std::move(servers);
  question.tcp = tcp;
  question.make_socket = std::move(make_socket);
  question.done = std::move(done);
  question.timer = std::make_unique<Timer>(loop_, [this, &question] { next_server(question); });
  open_.emplace(&question, std::move(owned));
  next_server(question);
}

void Upstream::next_server(Question& question) {
  if (question.next == question.servers.size()) {
    // A datagram may be lost; whoever has answered has said what there is to say.
    const bool once_more = !question.is_second_round && !question.last_refusal;
    if (!once_more) return finish(question, std::move(question.last_refusal));
    question.is_second_round = true;
    question.next = 0;
  }
  const Endpoint server{.ip = question.servers[question.next++], .port = kDnsPort53};
  question.watch.reset();
  question.socket.reset();
  question.sent = false;
  question.received.clear();
  question.query.id = random_id();
  dns::set_id(question.message, question.query.id);
  question.timer->start(kPatience);
  try {
    question.socket = question.make_socket(server.ip, question.tcp ? SOCK_STREAM : SOCK_DGRAM);
  } catch (const std::system_error&) {
    return question.timer->start(std::chrono::seconds(0));
  }
  if (connect_to(question.socket.get(), server) != 0) return question.timer->start(std::chrono::seconds(0));
  question.watch =
      std::make_unique<Watch>(loop_, question.socket.get(), [this, &question](std::uint32_t events) {
        loop_.later([this, &question, events] {
          if (open_.contains(&question)) readable(question, events);
        });
      });
  question.watch->want(EPOLLOUT);
}

void Upstream::readable(Question& question, std::uint32_t events) {
  if (!question.sent && (events & EPOLLOUT) != 0) {
    Bytes wire = question.message;
    if (question.tcp) {
      const auto size = static_cast<std::uint16_t>(wire.size());
      wire.insert(wire.begin(), {static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)});
    }
    if (::send(question.socket.get(), wire.data(), wire.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(wire.size()))
      return next_server(question);
    question.sent = true;
    return question.watch->want(EPOLLIN);
  }
  std::array<std::uint8_t, dns::kLargestTcp> buffer{};
  const ssize_t size = ::recv(question.socket.get(), buffer.data(), buffer.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) return next_server(question);
  question.received.insert(question.received.end(), buffer.begin(), buffer.begin() + size);
  if (!question.tcp) return take_answer(question, std::exchange(question.received, {}));
  if (question.received.size() < 2) return;
  const std::size_t length = static_cast<std::size_t>(question.received[0]) << 8 | question.received[1];
  if (question.received.size() < 2 + length) return;
  take_answer(question, Bytes(question.received.begin() + 2,
                              question.received.begin() + 2 + static_cast<std::ptrdiff_t>(length)));
}

void Upstream::take_answer(Question& question, Bytes answer) {
  // Somebody else's, or a forgery: the right one may still come.
  if (!dns::answers(answer, question.query)) return;
  const bool refused = is_refusal(dns::rcode_of(answer));
  dns::set_id(answer, question.client_id);
  if (!refused) return finish(question, std::move(answer));
  question.last_refusal = std::move(answer);
  next_server(question);
}

void Upstream::finish(Question& question, std::optional<Bytes> answer) {
  std::unique_ptr<Question> owned = std::move(open_.at(&question));
  open_.erase(&question);
  owned->done(std::move(answer));
  // Its timer may be what is running just now.
  loop_.later([kept = std::shared_ptr<Question>(owned.release())] {});
}

}  // namespace orchestrator::network::gateway
