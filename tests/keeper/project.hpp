// A keeper in a directory of its own, and the test's side of the conversation with its supervisors.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/keeper/keeper.hpp"
#include "runtime/sys/socket.hpp"

namespace runtime::keeper {

/// "exit PID CODE SEQUENCE INODE" of the stand-in.
struct Ended {
  pid_t pid = 0;
  int code = 0;
  std::uint64_t sequence = 0;
  std::uint64_t inode = 0;
};

/// One incarnation of the supervisor, as the test sees it.
class Supervisor {
 public:
  explicit Supervisor(sys::unique_fd socket);

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Names and inodes of the descriptors it was given, and the exits not acknowledged before it.
  [[nodiscard]] const std::map<std::string, ino_t>& fds() const { return fds_; }
  [[nodiscard]] const std::vector<Ended>& exits() const { return exits_; }

  /// Returns when it has been carried out.
  void order(const std::string& order, int fd = -1);
  /// What it has been told since: waits for the next one, at most 10 seconds.
  Ended next_exit();
  std::string next_refusal();
  /// True where it has said this among its answers.
  bool heard(const std::string& words) { return receive(words.substr(0, words.find(' '))) == words; }
  /// Orders and returns at once: it will not answer.
  void end(const std::string& order);
  void kill() const;

  struct Child {
    pid_t pid = 0;
    std::uint64_t inode = 0;
    sys::unique_fd order;  ///< ends with the byte written here
  };
  Child spawn();

 private:
  std::string receive();
  std::string receive(const std::string& word);

  sys::unique_fd socket_;
  pid_t pid_ = 0;
  std::map<std::string, ino_t> fds_{};
  std::vector<Ended> exits_{};
  std::vector<std::string> unread_{};
};

void end_with(const Supervisor::Child& child, unsigned char code);
/// Waits until the process exists no more or is a zombie, at most 10 seconds.
bool ends(pid_t pid);

class Project {
 public:
  Project();
  ~Project();
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  Launched launch(const std::map<std::string, int>& kept = {});
  /// After the first one has ended and has been waited for.
  Launched launch_next();
  /// The keeper that has the lock.
  [[nodiscard]] pid_t keeper() const { return keeper_; }
  /// Waits for the next incarnation, at most 10 seconds.
  Supervisor accept();
  [[nodiscard]] const std::string& directory() const { return directory_; }
  /// A line of /proc/KEEPER/smaps_rollup, kB.
  [[nodiscard]] long kilobytes(const std::string& field) const;
  [[nodiscard]] std::size_t open_descriptors() const;

 private:
  std::string directory_;
  sys::unique_fd listener_;
  pid_t keeper_ = 0;
  std::vector<sys::unique_fd> supervisors_{};
};

}  // namespace runtime::keeper
