// `run` with this command's own standard streams: stays until the container has ended, passes signals on and,
// on a terminal, carries keys and output.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orchestrator/cli/progress.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/state/paths.hpp"
#include "runtime/sys/signal.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::cli {

class AttachedRun {
 public:
  struct Container {
    std::string id{};
    bool terminal = false;
    bool input = true;  ///< standard input, too
  };
  /// All is borrowed.
  AttachedRun(state::ProjectPaths paths, Session& session, Progress& progress, Container container);

  /// Returns the container's exit code; 125, 126 or 127 where it did not come to run, after saying why.
  int run(const state::Request& request);

 private:
  std::vector<int> streams();
  void wait();
  void handle(const state::Event& event);
  void pass_signals_on();
  [[nodiscard]] runtime::sys::unique_fd process() const;
  void stay_on_terminal();

  state::ProjectPaths paths_;
  Session& session_;
  Progress& progress_;
  Container container_;
  runtime::sys::BlockedSignals signals_;
  runtime::sys::unique_fd nothing_{};         ///< /dev/null, instead of standard input
  runtime::sys::unique_fd console_socket_{};  ///< where the pty's master arrives
  runtime::sys::unique_fd console_offer_{};   ///< its other end, which goes to the supervisor
  bool started_ = false;
  std::optional<int> status_{};
};

}  // namespace orchestrator::cli
