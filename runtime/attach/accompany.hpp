// Stays with a process in a container until it ends: carries keys and output between two terminals and passes
// signals on.
#pragma once

#include "runtime/sys/process.hpp"
#include "runtime/sys/signal.hpp"

namespace runtime {

/// The process is the caller's child and has its own streams. It leads a session of its own, so every signal
/// that arrives here is passed on.
sys::ExitStatus accompany(int pidfd, sys::BlockedSignals& signals);

/// As above for a process on a pty: `in` and `out` are the user's side, `console` is the pty's master.
/// SIGWINCH becomes a change of the pty's size. All borrowed.
sys::ExitStatus accompany_on_terminal(int pidfd, sys::BlockedSignals& signals, int in, int out, int console);

/// The same for a process that is somebody else's child: returns when it has ended and everything it has
/// printed is through.
void stay_on_terminal(int pidfd, sys::BlockedSignals& signals, int in, int out, int console);
/// What is left to read from the pty of a process that has ended.
void copy_rest(int out, int console);

}  // namespace runtime
