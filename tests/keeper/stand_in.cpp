// A supervisor that carries out one order per datagram of the test's socket, and tells what it learns.
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <span>
#include <sstream>
#include <string>

#include "runtime/keeper/keeper.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/socket.hpp"

namespace {

using runtime::keeper::Client;
using runtime::keeper::ExitRecord;
namespace sys = runtime::sys;

std::string describe(const ExitRecord& record) {
  std::ostringstream text;
  text << record.pid << ' ' << record.status.shell_code() << ' ' << record.sequence << ' '
       << record.pidfd_inode;
  return text.str();
}

ino_t inode_of(int fd) {
  struct stat status {};
  ::fstat(fd, &status);
  return status.st_ino;
}

/// "PID\n", then "fd NAME" and "exit RECORD" lines of what earlier ones left, with the descriptors' inodes.
std::string greeting(const runtime::keeper::Inherited& inherited) {
  std::ostringstream text;
  text << ::getpid() << '\n';
  for (const auto& [name, fd] : inherited.fds) text << "fd " << name << ' ' << inode_of(fd.get()) << '\n';
  for (const ExitRecord& record : inherited.exits) text << "exit " << describe(record) << '\n';
  return text.str();
}

/// A child of the keeper that ends with the code the test writes into `order`.
std::string spawn(int order) {
  const sys::Cloned child = sys::clone3(CLONE_PARENT);
  if (child.pid != 0)
    return std::to_string(child.pid) + ' ' + std::to_string(sys::pidfd_inode(child.pidfd.get()));
  unsigned char code = 99;
  (void)!::read(order, &code, 1);
  ::_exit(code);
}

class StandIn {
 public:
  StandIn(Client client, sys::unique_fd test) : client_(std::move(client)), test_(std::move(test)) {}

  void run() {
    for (;;) {
      std::array<pollfd, 2> waiting{{{test_.get(), POLLIN, 0}, {client_.fd(), POLLIN, 0}}};
      ::poll(waiting.data(), client_.lost() ? 1 : 2, -1);
      if (waiting[0].revents) obey();
      while (const auto record = client_.next_exit()) tell("exit " + describe(*record));
      while (const auto refusal = client_.next_refusal())
        tell("refused " + refusal->name + ' ' + std::to_string(refusal->error) + ' ' +
             std::to_string(refusal->count));
    }
  }

 private:
  void tell(const std::string& text) { sys::send_message(test_.get(), text); }

  void obey() {
    const auto message = sys::receive_message(test_.get());
    if (!message) ::_exit(0);
    std::istringstream order(message->data);
    std::string verb;
    std::string name;
    std::uint64_t number = 0;
    order >> verb;
    const int fd = message->fds.empty() ? -1 : message->fds.front().get();
    if (verb == "store" && order >> name) client_.store(name, fd);
    if (verb == "drop" && order >> name) client_.drop(name);
    if (verb == "fill" && order >> number)
      for (std::uint64_t i = 0; i < number; ++i) client_.store("many." + std::to_string(i), fd);
    if (verb == "acknowledge" && order >> number) client_.acknowledge(number);
    if (verb == "spawn") tell("spawned " + spawn(fd));
    // The bytes after the verb are the datagram.
    if (verb == "datagram")
      sys::send_message(client_.fd(), message->data.substr(verb.size() + 1),
                        fd >= 0 ? std::span(&fd, 1) : std::span<const int>());
    if (verb == "lost?") tell(client_.lost() ? "lost yes" : "lost no");
    if (verb == "quit") client_.quit();
    if (verb == "exit" && order >> number) ::_exit(static_cast<int>(number));
    tell("done");
  }

  Client client_;
  sys::unique_fd test_;
};

/// "--launch DIRECTORY SOCKET": a command that starts the keeper with itself as the supervisor, and ends.
int launch(const std::string& directory, const std::string& socket) {
  const auto launched =
      runtime::keeper::launch({.directory = directory, .supervisor_argv = {"stand-in", socket}});
  return runtime::keeper::wait_ready(launched) == runtime::keeper::Readiness::ready ? 0 : 1;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc == 4) return launch(argv[2], argv[3]);
  if (argc < 2) return 2;
  Client client{sys::unique_fd(runtime::keeper::kSupervisorSocket)};
  const auto inherited = client.receive_inherited();
  auto test = sys::connect_unix(argv[1], SOCK_SEQPACKET);
  if (!test) return 3;
  sys::send_message(test->get(), greeting(inherited));
  client.ready();
  StandIn(std::move(client), std::move(*test)).run();
}
