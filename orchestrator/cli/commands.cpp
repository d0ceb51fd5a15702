#include "orchestrator/cli/commands.hpp"

#include <array>

#include "orchestrator/cli/command.hpp"

namespace orchestrator::cli {
namespace {

constexpr Option kTimeout{"timeout", 't', Kind::seconds, "SECONDS",
                          "Grace period before containers are killed"};
constexpr Option kRemoveOrphans{"remove-orphans", 0, Kind::flag, "",
                                "Also remove containers of services that are gone from the stack file"};
constexpr Option kIndex{"index", 0, Kind::number, "NUMBER", "Which one of several containers of the service"};
constexpr Option kNoTrunc{"no-trunc", 0, Kind::flag, "", "Whole command lines"};

constexpr std::array kDown{
    Option{"volumes", 'v', Kind::flag, "", "Also remove named and anonymous volumes"},
    kRemoveOrphans,
    kTimeout,
};
constexpr std::array kStop{kTimeout};
constexpr std::array kRestart{
    kTimeout,
    Option{"no-deps", 0, Kind::flag, "", "Do not restart what depends on the services"},
};
constexpr std::array kKill{
    Option{"signal", 's', Kind::text, "SIGNAL", "Which signal, KILL by default"},
};
constexpr std::array kRm{
    Option{"force", 'f', Kind::flag, "", "Do not ask"},
    Option{"stop", 's', Kind::flag, "", "Stop running containers first"},
    Option{"volumes", 'v', Kind::flag, "", "Also remove anonymous volumes"},
};
constexpr std::array kPs{
    Option{"all", 'a', Kind::flag, "", "Also containers that do not run"},
    Option{"quiet", 'q', Kind::flag, "", "Names only"},
    Option{"services", 0, Kind::flag, "", "Names of services only"},
    Option{"status", 0, Kind::list, "STATUS",
           "Only containers with this status: running, exited, paused, ..."},
    Option{"filter", 0, Kind::list, "status=STATUS", "The same"},
    Option{"format", 0, Kind::choice, "table|json", "How to print"},
    kNoTrunc,
};
constexpr std::array kExec{
    Option{"detach", 'd', Kind::flag, "", "Do not wait for the command"},
    Option{"env", 'e', Kind::list, "NAME[=VALUE]", "Environment of the command"},
    Option{"user", 'u', Kind::text, "USER[:GROUP]", "Run as this user"},
    Option{"workdir", 'w', Kind::text, "PATH", "Run in this directory"},
    Option{"no-tty", 'T', Kind::flag, "", "No terminal, even if this is one"},
    Option{"tty", 't', Kind::flag, "", "A terminal; the default where this is one"},
    Option{"interactive", 'i', Kind::flag, "", "With standard input; the default"},
    Option{"privileged", 0, Kind::flag, "", "With all capabilities"},
    kIndex,
};
constexpr std::array kPort{
    Option{"protocol", 0, Kind::choice, "tcp|udp|sctp", "Of the container's port"},
    kIndex,
};
constexpr std::array kStats{
    Option{"all", 'a', Kind::flag, "", "Also containers that do not run"},
    Option{"no-stream", 0, Kind::flag, "", "Once, not every second"},
    Option{"format", 0, Kind::choice, "table|json", "How to print"},
};
constexpr std::array kLs{
    Option{"all", 'a', Kind::flag, "", "Also projects of which nothing runs"},
    Option{"quiet", 'q', Kind::flag, "", "Names only"},
    Option{"filter", 0, Kind::list, "name=TEXT", "Only projects with this in their name"},
    Option{"format", 0, Kind::choice, "table|json", "How to print"},
};
constexpr std::array kVersion{
    Option{"format", 0, Kind::choice, "pretty|json", "How to print"},
    Option{"short", 0, Kind::flag, "", "The number only"},
};

constexpr std::array kCommands{
    Command{"down", "[SERVICE...]", "Stop the stack and remove what was made for it", kDown, down},
    Command{"ps", "[SERVICE...]", "List containers", kPs, ps},
    Command{.name = "exec",
            .operands = "SERVICE COMMAND [ARGUMENT...]",
            .help = "Run a command in a running container",
            .options = kExec,
            .run = exec,
            .parsing = Operands::at_end,
            .enters_containers = true},
    Command{"stop", "[SERVICE...]", "Stop containers", kStop, stop},
    Command{"start", "[SERVICE...]", "Start containers that are stopped", {}, start},
    Command{"restart", "[SERVICE...]", "Stop and start containers", kRestart, restart},
    Command{"kill", "[SERVICE...]", "Send containers a signal", kKill, kill},
    Command{"pause", "[SERVICE...]", "Freeze containers", {}, pause},
    Command{"unpause", "[SERVICE...]", "Let frozen containers go on", {}, unpause},
    Command{"rm", "[SERVICE...]", "Remove stopped containers", kRm, remove},
    Command{"port", "SERVICE PORT", "Show where a container's port can be reached", kPort, port},
    Command{"top", "[SERVICE...]", "Show the processes inside containers", {}, top},
    Command{"stats", "[SERVICE...]", "Show what containers use", kStats, stats},
    Command{"wait", "SERVICE...", "Wait until containers have ended; exit as the last one did", {}, wait},
    Command{"ls", "", "List projects", kLs, ls},
    Command{"completion", "bash", "Print what makes the shell complete command lines", {}, completion},
    Command{"version", "", "Print the version", kVersion, version},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

}  // namespace orchestrator::cli
