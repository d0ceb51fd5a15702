// The functions behind the rows of the table of commands (commands.cpp). Each returns the exit status.
#pragma once

#include "orchestrator/cli/options.hpp"

namespace orchestrator::cli {

int attach(const Options& options);
int completion(const Options& options);
int config(const Options& options);
int create(const Options& options);
int down(const Options& options);
int cp(const Options& options);
int events(const Options& options);
int exec(const Options& options);
int export_container(const Options& options);
int kill(const Options& options);
int logs(const Options& options);
int ls(const Options& options);
int network_create(const Options& options);
int network_inspect(const Options& options);
int network_ls(const Options& options);
int network_rm(const Options& options);
int volume_create(const Options& options);
int volume_ls(const Options& options);
int volume_rm(const Options& options);
int pause(const Options& options);
int plan(const Options& options);
int port(const Options& options);
int ps(const Options& options);
int remove(const Options& options);
int restart(const Options& options);
int run_one_off(const Options& options);
int scale(const Options& options);
int start(const Options& options);
int stats(const Options& options);
int stop(const Options& options);
int systemd(const Options& options);
int top(const Options& options);
int unpause(const Options& options);
int up(const Options& options);
int volumes(const Options& options);
int wait(const Options& options);
int why(const Options& options);
int version(const Options& options);

}  // namespace orchestrator::cli
