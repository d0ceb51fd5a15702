// A container's terminal: given to an engine's socket, or carried to the one of this program.
#pragma once

#include <string>

#include "runtime/container/container.hpp"
#include "runtime/sys/process.hpp"
#include "runtime/sys/signal.hpp"

namespace runtime::mdrun {

/// Sends the pty's master through the unix stream socket at `path`, with its name as the message. Throws
/// std::runtime_error where nobody listens there.
void send_console(int master, const std::string& path);

/// What a program that stands for a container's process passes on to it.
sys::BlockedSignals forwarded_signals();

/// The pty's master of a process that is ready, as large as our own terminal.
sys::unique_fd take_console(Started& started);

/// Stays with a started process, our child, until it ends: between `console`, where it has one, and standard
/// input and output.
sys::ExitStatus stay_with(int pidfd, const sys::unique_fd& console, sys::BlockedSignals& signals);

/// A terminal goes where it is wanted: throws UsageError where a process that is left alone has one and no
/// socket takes it, or where a socket waits for none.
void check_console(bool terminal, bool alone, const std::string& socket);

}  // namespace runtime::mdrun
