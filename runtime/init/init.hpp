// The container's own init: a tiny static program that runs as PID 1 where `init: true` is asked for.
#pragma once

#include "runtime/sys/unique_fd.hpp"

namespace runtime::init {

/// The program as an executable descriptor for execveat(2). Its arguments: argv[0], the path of the program
/// to run, that program's own argv. It runs it as its child, passes signals on, reaps orphans, and ends as
/// the child did.
sys::unique_fd program();

}  // namespace runtime::init
