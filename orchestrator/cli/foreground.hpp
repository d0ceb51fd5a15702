// `up` without --detach: the stack lives as long as this command, its output is shown, Ctrl-C stops it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "orchestrator/cli/log_follower.hpp"
#include "orchestrator/cli/progress.hpp"
#include "orchestrator/cli/session.hpp"
#include "runtime/sys/signal.hpp"

namespace orchestrator::cli {

class Foreground {
 public:
  /// `attached` tells of which services the output is shown. All is borrowed.
  Foreground(state::ProjectPaths paths, Session& session, Progress& progress, LogFollower& output,
             std::function<bool(const std::string& service)> attached);

  /// Sends the request and stays until nothing runs any more. Returns the exit status: the supervisor's, or
  /// 130 after Ctrl-C. Throws std::runtime_error where the stack cannot be started, after what ran has been
  /// stopped.
  int run(const state::Request& up);

 private:
  void wait();
  void handle(const state::Event& event);
  /// Once everything has started, the containers' own output and their ends tell what happens to them.
  [[nodiscard]] bool is_told_otherwise(const state::Event& event) const;
  void handle_done(const state::Event& event);
  void handle_instance(const state::Instance& instance);
  void handle_signal();
  void stop(const std::string& verb);
  void show_output();

  state::ProjectPaths paths_;
  Session& session_;
  Progress& progress_;
  LogFollower& output_;
  std::function<bool(const std::string&)> attached_;
  runtime::sys::BlockedSignals signals_;
  std::int64_t began_ns_;
  state::Request up_{};
  bool started_ = false;   ///< `up` is done
  int interruptions_ = 0;  ///< signals so far
  bool over_ = false;      ///< nothing runs
  int status_ = 0;
  std::string failure_{};                            ///< why the stack could not be started
  std::map<std::string, std::int64_t> told_ends_{};  ///< by id: the last end that was printed
};

}  // namespace orchestrator::cli
