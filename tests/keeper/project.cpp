#include "project.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::keeper {

namespace {

void wait_readable(int fd, const std::string& what) {
  constexpr int kPatience = 10'000;
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, kPatience) != 1) throw std::runtime_error("nothing came: " + what);
}

Ended ended(std::istream& words) {
  Ended result;
  words >> result.pid >> result.code >> result.sequence >> result.inode;
  return result;
}

}  // namespace

Supervisor::Supervisor(sys::unique_fd socket) : socket_(std::move(socket)) {
  std::istringstream greeting(receive());
  greeting >> pid_;
  for (std::string word; greeting >> word;) {
    std::string name;
    if (word == "exit") exits_.push_back(ended(greeting));
    if (word == "fd" && greeting >> name) greeting >> fds_[name];
  }
}

std::string Supervisor::receive() {
  wait_readable(socket_.get(), "word of the supervisor");
  const auto message = sys::receive_message(socket_.get());
  if (!message) throw std::runtime_error("the supervisor is gone");
  return message->data;
}

std::string Supervisor::receive(const std::string& word) {
  for (auto it = unread_.begin(); it != unread_.end(); ++it) {
    if (!it->starts_with(word)) continue;
    std::string text = *it;
    unread_.erase(it);
    return text;
  }
  for (;;) {
    std::string text = receive();
    if (text.starts_with(word)) return text;
    unread_.push_back(std::move(text));
  }
}

void Supervisor::order(const std::string& order, int fd) {
  sys::send_message(socket_.get(), order, std::span<const int>(&fd, fd >= 0 ? 1 : 0));
  receive("done");
}

void Supervisor::end(const std::string& order) { sys::send_message(socket_.get(), order); }

void Supervisor::kill() const {
  ::kill(pid_, SIGKILL);
  ends(pid_);
}

Ended Supervisor::next_exit() {
  std::istringstream words(receive("exit ").substr(5));
  return ended(words);
}

std::string Supervisor::next_refusal() { return receive("refused "); }

Supervisor::Child Supervisor::spawn() {
  sys::Pipe pipe = sys::pipe();
  order("spawn", pipe.read.get());
  Child child{.order = std::move(pipe.write)};
  std::istringstream words(receive("spawned ").substr(8));
  words >> child.pid >> child.inode;
  return child;
}

void end_with(const Supervisor::Child& child, unsigned char code) {
  sys::write_all(child.order.get(), std::string_view(reinterpret_cast<const char*>(&code), 1));
}

bool ends(pid_t pid) {
  try {
    wait_readable(sys::pidfd_open(pid).get(), "end of a process");
  } catch (const std::system_error& error) {
    return sys::errno_of(error) == ESRCH;
  } catch (const std::runtime_error&) {
    return false;
  }
  return true;
}

Project::Project()
    : directory_((std::filesystem::temp_directory_path() / "mdcompose-keeper-XXXXXX").string()) {
  if (!::mkdtemp(directory_.data())) sys::throw_errno("make " + directory_);
  listener_ = sys::listen_unix(directory_ + "/test.sock", SOCK_SEQPACKET);
}

Project::~Project() {
  // The keeper first, or it would start another one.
  if (keeper_ != 0) {
    ::kill(keeper_, SIGKILL);
    ::waitpid(keeper_, nullptr, 0);
  }
  for (const sys::unique_fd& supervisor : supervisors_) sys::pidfd_send_signal(supervisor.get(), SIGKILL);
  std::filesystem::remove_all(directory_);
}

Launched Project::launch(const std::map<std::string, int>& kept) {
  const sys::unique_fd program = sys::open(STAND_IN, O_PATH);
  Launched launched = keeper::launch({.directory = directory_,
                                      .supervisor_argv = {"stand-in", directory_ + "/test.sock"},
                                      .environment = {"PATH=/usr/bin:/bin"},
                                      .executable = program.get(),
                                      .kept = kept});
  if (keeper_ == 0) keeper_ = launched.pid;
  return launched;
}

Launched Project::launch_next() {
  keeper_ = 0;
  return launch();
}

Supervisor Project::accept() {
  wait_readable(listener_.get(), "a supervisor");
  Supervisor supervisor(sys::unique_fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)));
  supervisors_.push_back(sys::pidfd_open(supervisor.pid()));
  return supervisor;
}

long Project::kilobytes(const std::string& field) const {
  std::ifstream file("/proc/" + std::to_string(keeper_) + "/smaps_rollup");
  for (std::string word; file >> word;) {
    long value = 0;
    if (word == field + ":" && file >> value) return value;
  }
  throw std::runtime_error("no " + field);
}

std::size_t Project::open_descriptors() const {
  return sys::list_directory("/proc/" + std::to_string(keeper_) + "/fd").size();
}

}  // namespace runtime::keeper
