// Shows what several containers have printed and go on printing, in the order of time.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "orchestrator/cli/log_style.hpp"
#include "orchestrator/logs/reader.hpp"
#include "orchestrator/state/instance.hpp"
#include "runtime/sys/poll.hpp"

namespace orchestrator::cli {

/// Which lines are shown. Times are nanoseconds since 1970.
struct LogSelection {
  std::int64_t since_ns = 0;
  std::int64_t until_ns = std::numeric_limits<std::int64_t>::max();
  std::optional<std::size_t> tail{};  ///< the last lines of each container; nothing: all
  bool timestamps = false;
};

class LogFollower {
 public:
  /// What containers wrote to standard output goes to `out`, standard error to `err`; both are borrowed.
  LogFollower(state::ProjectPaths paths, LogStyle style, LogSelection selection, int out, int err);

  /// From now on this container, too; nothing happens the second time, but where it has been made anew since,
  /// with a log of its own.
  void add(const state::Instance& instance);
  /// Readable when there may be something new.
  [[nodiscard]] int fd() const { return poll_.fd(); }
  /// True where there is something to print().
  bool has_news();
  /// Prints what is there, but at most about a megabyte: who calls has other things to listen to.
  void print();
  /// Everything of this container, which writes no more, then its name with `text`: "web-1 exited with code
  /// 0".
  void remark(const state::Instance& instance, const std::string& text);

 private:
  struct Source {
    std::string name{};
    std::int64_t created_ns = 0;
    std::unique_ptr<logs::Reader> reader{};
    std::optional<logs::Record> ahead{};  ///< read and not printed yet
  };
  static bool refill(Source& source);
  void put(Source& source);
  void put(int fd, const std::string& text);
  void flush();

  state::ProjectPaths paths_;
  LogStyle style_;
  LogSelection selection_;
  int out_;
  int err_;
  runtime::sys::PollSet poll_{};
  std::map<std::string, Source> sources_{};  ///< by id
  std::string pending_{};                    ///< not written yet
  int pending_fd_ = -1;
};

}  // namespace orchestrator::cli
