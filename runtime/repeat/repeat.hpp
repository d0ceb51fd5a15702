// A tiny static program that runs one command inside a container whenever it is told to. To enter a container
// costs a copy of whoever enters and some sixty system calls; a health check needs that once and not for
// every probe.
#pragma once

#include "runtime/sys/unique_fd.hpp"

namespace runtime::repeat {

/// The program as an executable descriptor for execveat(2). Its arguments: argv[0], the numbers of the pipes
/// that orders come from and answers go to, the path of the command's program, that program's own argv. For
/// every byte that comes it runs the command, in a session of its own and in its working directory, and says
/// how it ended (answer.hpp). It ends at end of file. Identity, limits and environment are the command's,
/// too. Nobody inside without CAP_SYS_PTRACE can trace it, and its arguments are not seen: a check that looks
/// for a process by its command line must not find itself.
sys::unique_fd program();

}  // namespace runtime::repeat
