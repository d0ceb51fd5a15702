#include "runtime/mdrun/commands.hpp"

#include <array>
#include <cstdint>

namespace runtime::mdrun {
namespace {

constexpr Option kBundle{"bundle", 'b', "DIR", "the bundle; the current directory without it"};
constexpr Option kConfig{"config", 'f', "FILE", "another name than config.json"};
constexpr Option kConsoleSocket{"console-socket", 0, "SOCKET",
                                "unix socket that takes the terminal's master"};
constexpr Option kPidFile{"pid-file", 0, "FILE", "where to write the process's number"};
constexpr Option kPreserveFds{"preserve-fds", 0, "N", "descriptors from 3 on that the process keeps"};
constexpr Option kFormat{"format", 'f', "FORMAT", "table or json"};

constexpr std::array kCreate{kBundle, kConfig, kConsoleSocket, kPidFile, kPreserveFds};
constexpr std::array kRun{kBundle,
                          kConfig,
                          kConsoleSocket,
                          Option{"detach", 'd', nullptr, "do not stay with the container"},
                          Option{"keep", 0, nullptr, "do not delete the container when it has ended"},
                          kPidFile,
                          kPreserveFds};
constexpr std::array kExec{Option{"additional-gids", 'g', "GID", "one more group of the process"},
                           Option{"apparmor", 0, "PROFILE", "AppArmor profile"},
                           Option{"cap", 'c', "CAPABILITY", "one more capability: CAP_NET_ADMIN"},
                           kConsoleSocket,
                           Option{"cwd", 0, "DIR", "working directory"},
                           Option{"detach", 'd', nullptr, "do not stay with the process"},
                           Option{"env", 'e', "NAME=VALUE", "one more variable of the environment"},
                           Option{"ignore-paused", 0, nullptr, "also in a paused container"},
                           Option{"no-new-privs", 0, nullptr, "set no_new_privs"},
                           kPidFile,
                           kPreserveFds,
                           Option{"process", 'p', "FILE", "the process as in config.json"},
                           Option{"process-label", 0, "LABEL", "SELinux label"},
                           Option{"tty", 't', nullptr, "give it a terminal"},
                           Option{"user", 'u', "USER[:GROUP]", "numbers, or names of the container"}};
constexpr std::array kKill{Option{"all", 'a', nullptr, "signal every process of the container"}};
constexpr std::array kDelete{Option{"force", 'f', nullptr, "kill it first where it still runs"}};
constexpr std::array kList{kFormat, Option{"quiet", 'q', nullptr, "ids only"}};
constexpr std::array kPs{kFormat};
constexpr std::array kSpec{
    Option{"bundle", 'b', "DIR", "where to write it; the current directory without it"},
    Option{"rootless", 0, nullptr, "for an ordinary user"}};

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> table{
      {"run", "ID | BUNDLE [ID]", "create a container, start it, stay until it ends, delete it", kRun, 1, 2,
       run, true},
      {"create", "ID", "create a container that waits to be started", kCreate, 1, 1, create},
      {"start", "ID", "start a created container", {}, 1, 1, start},
      {"state", "ID", "print a container's state", {}, 1, 1, state},
      {"kill", "ID [SIGNAL]", "send a signal, SIGTERM without one", kKill, 1, 2, kill},
      {"delete", "ID", "delete a container that has ended", kDelete, 1, 1, delete_container},
      {"exec", "ID COMMAND [ARGUMENT...]", "run one more process in a container", kExec, 1, SIZE_MAX, exec,
       true, true},
      {"list", "", "print all containers", kList, 0, 0, list},
      {"ps", "ID", "print the numbers of a container's processes", kPs, 1, 1, ps},
      {"pause", "ID", "stop all processes of a container where they are", {}, 1, 1, pause},
      {"resume", "ID", "let them go on", {}, 1, 1, resume},
      {"spec", "", "write a config.json to begin with", kSpec, 0, 0, spec},
      {"features", "", "print what config.json may ask for", {}, 0, 0, features},
  };
  return table;
}

}  // namespace runtime::mdrun
