// What a container reads and prints through: FIFOs or a pty, and the socket for sd_notify(3). While no
// supervisor lives the keeper holds the other ends, so that nothing which is written meanwhile is lost.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "orchestrator/plan/translate.hpp"
#include "orchestrator/supervisor/stack.hpp"

namespace orchestrator::supervisor {

/// The container's own ends. `in` is empty where it is to read end of file.
struct ContainerEnds {
  runtime::sys::unique_fd in{};
  runtime::sys::unique_fd out{};
  runtime::sys::unique_fd err{};
};

/// Begins to log what the container prints through FIFOs. Throws std::system_error.
ContainerEnds open_streams(Stack& stack, Member& member);
/// The pty's master goes to whoever gave the streams, else into the logs.
void hand_out_console(Stack& stack, Member& member, runtime::sys::unique_fd console,
                      const std::optional<GivenStreams>& given);
/// The socket that the container is told of where its probe waits for a word; empty for others.
runtime::sys::unique_fd open_notify(Stack& stack, const Member& member, plan::Assets& assets);

/// Takes over what the keeper has held of a container that lives.
void adopt_streams(Stack& stack, Member& member, std::map<std::string, runtime::sys::unique_fd>& inherited);
/// Warns once where its log cannot be written, and again when that was over meanwhile.
void tell_loss(Stack& stack, Member& member);
/// The container has ended: its output has been read to the end.
void close_streams(Stack& stack, const Member& member);

}  // namespace orchestrator::supervisor
