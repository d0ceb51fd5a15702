#include "orchestrator/cli/commands.hpp"

#include <array>

#include "orchestrator/cli/command.hpp"

namespace orchestrator::cli {
namespace {

constexpr Option kTimeout{"timeout", 't', Kind::seconds, "SECONDS",
                          "Grace period before containers are killed; -1: no limit"};
constexpr Option kRemoveOrphans{"remove-orphans", 0, Kind::flag, "",
                                "Also remove containers of services that are gone from the stack file"};
constexpr Option kForceRecreate{"force-recreate", 0, Kind::flag, "",
                                "Recreate containers even if nothing changed"};
constexpr Option kNoRecreate{"no-recreate", 0, Kind::flag, "", "Keep containers even if something changed"};
constexpr Option kScale{"scale", 0, Kind::list, "SERVICE=NUMBER", "How many containers of a service"};
constexpr Option kNoColor{"no-color", 0, Kind::flag, "", "No colours"};
constexpr Option kNoLogPrefix{"no-log-prefix", 0, Kind::flag, "", "Output without the containers' names"};
constexpr Option kIndex{"index", 0, Kind::number, "NUMBER", "Which one of several containers of the service"};
constexpr Option kNoTrunc{"no-trunc", 0, Kind::flag, "", "Whole command lines"};

constexpr Option kNoTty{"no-tty", 'T', Kind::flag, "", "No terminal, even if this is one"};
constexpr Option kTty{"tty", 't', Kind::flag, "", "A terminal; the default where this is one"};
constexpr Option kInteractive{"interactive", 'i', Kind::flag, "", "With standard input; the default"};

// What scripts for Docker Compose say, and what is so here in any case.
constexpr Option kBuild{"build", 0, Kind::flag, "",
                        "As always: a declared root filesystem is built when it has changed"};
constexpr Option kNoBuild{"no-build", 0, Kind::flag, "",
                          "Fail where a declared root filesystem would have to be built"};
constexpr Option kQuietBuild{"quiet-build", 0, Kind::flag, "", "As always: no output of a build is shown"};
constexpr Option kPull{"pull", 0, Kind::choice, "always|missing|never", "As always: no images are pulled"};
constexpr Option kQuietPull{"quiet-pull", 0, Kind::flag, "", "As always: no images are pulled"};
constexpr Option kYes{"yes", 'y', Kind::flag, "", "As always: nothing is asked"};

constexpr Option kNoDeps{"no-deps", 0, Kind::flag, "", "Leave what the services depend on alone"};
constexpr Option kAlwaysRecreateDeps{"always-recreate-deps", 0, Kind::flag, "",
                                     "Recreate what the services depend on, too"};
constexpr Option kRenewVolumes{"renew-anon-volumes", 'V', Kind::flag, "",
                               "New containers with empty anonymous volumes"};
constexpr Option kNoStart{"no-start", 0, Kind::flag, "", "Create only"};

constexpr Option kWait{"wait", 0, Kind::flag, "",
                       "Return when everything is running or healthy; leave it running"};
constexpr Option kWaitTimeout{"wait-timeout", 0, Kind::seconds, "SECONDS", "How long --wait waits"};

constexpr std::array kUp{
    Option{"detach", 'd', Kind::flag, "", "Leave the stack running"},
    kWait,
    kWaitTimeout,
    kNoDeps,
    kForceRecreate,
    kNoRecreate,
    kAlwaysRecreateDeps,
    kRenewVolumes,
    kRemoveOrphans,
    kScale,
    kNoStart,
    Option{"abort-on-container-exit", 0, Kind::flag, "", "Stop everything when a container ends"},
    Option{"abort-on-container-failure", 0, Kind::flag, "", "Stop everything when a container fails"},
    Option{"exit-code-from", 0, Kind::text, "SERVICE",
           "Stop everything when a container ends; exit as this service did"},
    kTimeout,
    Option{"attach", 0, Kind::list, "SERVICE", "Show the output of these services only"},
    Option{"no-attach", 0, Kind::list, "SERVICE", "Do not show the output of these services"},
    Option{"attach-dependencies", 0, Kind::flag, "", "Also show the output of what the services depend on"},
    kNoColor,
    kNoLogPrefix,
    Option{"timestamps", 0, Kind::flag, "", "Show when each line was written"},
    kBuild,
    kNoBuild,
    kQuietBuild,
    kPull,
    kQuietPull,
    kYes,
    Option{"menu", 0, Kind::flag, "", "--menu=false, as always: there is no menu of keys"},
};
constexpr std::array kPlan{
    kNoDeps,
    kForceRecreate,
    kNoRecreate,
    kAlwaysRecreateDeps,
    kRenewVolumes,
    kRemoveOrphans,
    kScale,
    kNoStart,
    Option{"format", 0, Kind::choice, "text|json", "How to print"},
};
constexpr std::array kScaleOptions{kNoDeps};
constexpr std::array kCreate{kForceRecreate, kNoRecreate, kRemoveOrphans, kScale,     kBuild,
                             kNoBuild,       kQuietBuild, kPull,          kQuietPull, kYes};
constexpr std::array kDown{
    Option{"volumes", 'v', Kind::flag, "", "Also remove named and anonymous volumes"},
    kRemoveOrphans,
    kTimeout,
    Option{"rmi", 0, Kind::choice, "all|local", "As always: there are no images to be removed"},
};
constexpr std::array kStop{kTimeout};
constexpr std::array kStart{kWait, kWaitTimeout};
constexpr std::array kRestart{
    kTimeout,
    Option{"no-deps", 0, Kind::flag, "", "Do not restart what depends on the services"},
};
constexpr std::array kKill{
    Option{"signal", 's', Kind::text, "SIGNAL", "Which signal, KILL by default"},
};
constexpr std::array kRm{
    Option{"force", 'f', Kind::flag, "", "Do not ask"},
    Option{"stop", 's', Kind::flag, "", "Stop running containers first, as stop does"},
    Option{"volumes", 'v', Kind::flag, "", "Also remove anonymous volumes"},
};
constexpr std::array kPs{
    Option{"all", 'a', Kind::flag, "", "Also containers that do not run, and those of run"},
    Option{"quiet", 'q', Kind::flag, "", "Names only"},
    Option{"services", 0, Kind::flag, "", "Names of services only"},
    Option{"status", 0, Kind::list, "STATUS",
           "Only containers with this status: running, exited, paused, ..."},
    Option{"filter", 0, Kind::list, "status=STATUS", "The same"},
    Option{"format", 0, Kind::text, "table|json|TEMPLATE",
           "How to print; a template is \"{{.Name}} {{.State}}\""},
    kNoTrunc,
};
constexpr std::array kLogs{
    Option{"follow", 'f', Kind::flag, "", "Go on with what is written from now on"},
    Option{"tail", 'n', Kind::text, "LINES", "The last lines of each container only; \"all\" is all"},
    Option{"timestamps", 't', Kind::flag, "", "Show when each line was written"},
    Option{"since", 0, Kind::text, "TIME", "From this time on: 2026-11-24T15:45:00Z, or 10m ago"},
    Option{"until", 0, Kind::text, "TIME", "Up to this time"},
    kIndex,
    kNoColor,
    kNoLogPrefix,
};
constexpr std::array kExec{
    Option{"detach", 'd', Kind::flag, "", "Do not wait for the command"},
    Option{"env", 'e', Kind::list, "NAME[=VALUE]", "Environment of the command"},
    Option{"user", 'u', Kind::text, "USER[:GROUP]", "Run as this user"},
    Option{"workdir", 'w', Kind::text, "PATH", "Run in this directory"},
    kNoTty,
    kTty,
    kInteractive,
    Option{"privileged", 0, Kind::flag, "", "With all capabilities"},
    kIndex,
};
constexpr std::array kRun{
    Option{"detach", 'd', Kind::flag, "", "Do not wait for the command; its output goes to the logs"},
    Option{"rm", 0, Kind::flag, "", "Remove the container when it has ended"},
    Option{"env", 'e', Kind::list, "NAME[=VALUE]", "Environment of the command"},
    Option{"env-from-file", 0, Kind::list, "FILE", "Environment of the command, from a file"},
    Option{"user", 'u', Kind::text, "USER[:GROUP]", "Run as this user"},
    Option{"workdir", 'w', Kind::text, "PATH", "Run in this directory"},
    Option{"entrypoint", 0, Kind::text, "COMMAND", "Run this program; the service's command is left out"},
    Option{"volume", 'v', Kind::list, "[SOURCE:]TARGET", "Mount a volume or a path of the host, too"},
    Option{"publish", 'p', Kind::list, "[HOST:]PORT", "Publish a port"},
    Option{"service-ports", 'P', Kind::flag, "", "Publish the service's ports, too"},
    Option{"use-aliases", 0, Kind::flag, "", "Answer to the service's names in its networks"},
    kNoDeps,
    kNoTty,
    kTty,
    kInteractive,
    Option{"name", 0, Kind::text, "NAME", "Name of the container"},
    Option{"label", 'l', Kind::list, "NAME=VALUE", "Label of the container"},
    Option{"cap-add", 0, Kind::list, "CAPABILITY", "A capability more"},
    Option{"cap-drop", 0, Kind::list, "CAPABILITY", "A capability less"},
    kRemoveOrphans,
    kBuild,
    kQuietBuild,
    kPull,
    kQuietPull,
};
constexpr std::array kCp{
    Option{"archive", 'a', Kind::flag, "",
           "Keep owners and groups; without it everything is yours, or root's"},
    Option{"follow-link", 'L', Kind::flag, "", "Copy what a symbolic link points to"},
    Option{"all", 0, Kind::flag, "", "Also containers of run"},
    kIndex,
};
constexpr std::array kAttach{
    Option{"no-stdin", 0, Kind::flag, "", "Do not pass standard input on"},
    Option{"sig-proxy", 0, Kind::flag, "", "Pass signals on; the default; --sig-proxy=false keeps them"},
    kIndex,
};
constexpr std::array kExport{
    Option{"output", 'o', Kind::text, "FILE", "Write there, not to standard output"},
    kIndex,
};
constexpr std::array kWhy{Option{"format", 0, Kind::choice, "text|json", "How to print"}};
constexpr std::array kEvents{
    Option{"json", 0, Kind::flag, "", "One JSON object per line"},
    Option{"since", 0, Kind::text, "TIME", "Begin with what happened from this time on, not with what is"},
    Option{"until", 0, Kind::text, "TIME", "End at this time"},
};
constexpr std::array kWaitOptions{
    Option{"down-project", 0, Kind::flag, "", "Then stop the stack and remove it"},
};
constexpr std::array kVolumes{
    Option{"quiet", 'q', Kind::flag, "", "Names only"},
    Option{"format", 0, Kind::choice, "table|json", "How to print"},
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
constexpr std::array kNetworkCreate{
    Option{"subnet", 0, Kind::list, "SUBNET", "IPv4 or IPv6 subnet, such as 10.5.0.0/16"},
    Option{"gateway", 0, Kind::list, "ADDRESS", "Of the first, second, ... --subnet"},
    Option{"ip-range", 0, Kind::list, "SUBNET", "Where addresses of the subnet are taken from"},
    Option{"internal", 0, Kind::flag, "", "Without a way out"},
    Option{"ipv4", 0, Kind::flag, "", "With IPv4; the default; --ipv4=false is without"},
    Option{"ipv6", 0, Kind::flag, "", "With IPv6"},
    Option{"opt", 'o', Kind::list, "NAME=VALUE", "Driver option, such as com.docker.network.driver.mtu=1400"},
    Option{"label", 0, Kind::list, "NAME[=VALUE]", "Label"},
};
constexpr std::array kNetworkLs{
    Option{"quiet", 'q', Kind::flag, "", "Names only"},
    Option{"format", 0, Kind::choice, "table|json", "How to print"},
};
constexpr std::array kConfig{
    Option{"format", 0, Kind::choice, "yaml|json", "How to print"},
    Option{"output", 'o', Kind::text, "FILE", "Print to this file"},
    Option{"quiet", 'q', Kind::flag, "", "Only check"},
    Option{"services", 0, Kind::flag, "", "Names of services only"},
    Option{"volumes", 0, Kind::flag, "", "Names of volumes only"},
    Option{"networks", 0, Kind::flag, "", "Names of networks only"},
    Option{"models", 0, Kind::flag, "", "Names of models only"},
    Option{"profiles", 0, Kind::flag, "", "Names of profiles only"},
    Option{"images", 0, Kind::flag, "", "Names of images only"},
    Option{"hash", 0, Kind::text, "SERVICE", "Hash of a service's definition; \"*\" of all"},
    Option{"variables", 0, Kind::flag, "", "Variables that the files use, and their defaults"},
    Option{"environment", 0, Kind::flag, "", "Variables that the files may use, and their values"},
    Option{"explain", 0, Kind::flag, "", "Where each value is from; of the paths given instead of services"},
    Option{"no-interpolate", 0, Kind::flag, "", "Leave variables as they are"},
    Option{"no-normalize", 0, Kind::flag, "", "Leave out what is implied: default network, full names"},
    Option{"no-path-resolution", 0, Kind::flag, "", "Leave relative paths as they are"},
    Option{"no-env-resolution", 0, Kind::flag, "", "Leave env_file as it is"},
    Option{"no-consistency", 0, Kind::flag, "", "Do not check whether names are defined"},
};
constexpr std::array kSystemd{
    Option{"user", 0, Kind::flag, "", "For systemctl --user"},
    Option{"output", 'o', Kind::text, "FILE", "Print to this file"},
};
constexpr std::array kVersion{
    Option{"format", 'f', Kind::choice, "pretty|json", "How to print"},
    Option{"short", 0, Kind::flag, "", "The number only"},
};

/// --dry-run says what the command would do.
constexpr Command rehearsed(Command command) {
  command.rehearsal = Rehearsal::possible;
  return command;
}
/// --dry-run is refused.
constexpr Command unrehearsed(Command command) {
  command.rehearsal = Rehearsal::impossible;
  return command;
}

constexpr std::array kCommands{
    rehearsed({"up", "[SERVICE...]", "Create and start the stack", kUp, up}),
    Command{.name = "plan",
            .operands = "[SERVICE...]",
            .help = "Show what up would do, and why; exit as 2 where there is something",
            .options = kPlan,
            .run = plan,
            .two_means_changes = true},
    rehearsed({"down", "[SERVICE...]", "Stop the stack and remove what was made for it", kDown, down}),
    Command{"ps", "[SERVICE...]", "List containers", kPs, ps},
    Command{"logs", "[SERVICE...]", "Show what containers print", kLogs, logs},
    unrehearsed({.name = "exec",
                 .operands = "SERVICE COMMAND [ARGUMENT...]",
                 .help = "Run a command in a running container",
                 .options = kExec,
                 .run = exec,
                 .parsing = Operands::at_end,
                 .enters_containers = true}),
    unrehearsed({.name = "run",
                 .operands = "SERVICE [COMMAND [ARGUMENT...]]",
                 .help = "Run a command in a new container of a service",
                 .options = kRun,
                 .run = run_one_off,
                 .parsing = Operands::at_end}),
    rehearsed({"stop", "[SERVICE...]", "Stop containers", kStop, stop}),
    rehearsed({"start", "[SERVICE...]", "Start containers that are stopped", kStart, start}),
    rehearsed({"restart", "[SERVICE...]", "Stop and start containers", kRestart, restart}),
    unrehearsed({"kill", "[SERVICE...]", "Send containers a signal", kKill, kill}),
    unrehearsed({"pause", "[SERVICE...]", "Freeze containers", {}, pause}),
    unrehearsed({"unpause", "[SERVICE...]", "Let frozen containers go on", {}, unpause}),
    rehearsed({"create", "[SERVICE...]", "Create containers without starting them", kCreate, create}),
    rehearsed(
        {"scale", "SERVICE=NUMBER...", "Change how many containers services have", kScaleOptions, scale}),
    rehearsed({"rm", "[SERVICE...]", "Remove stopped containers", kRm, remove}),
    Command{"config", "[SERVICE...]", "Show the stack as it is understood", kConfig, config},
    Command{"volumes", "[SERVICE...]", "List volumes", kVolumes, volumes},
    Command{"port", "SERVICE PORT", "Show where a container's port can be reached", kPort, port},
    Command{"top", "[SERVICE...]", "Show the processes inside containers", {}, top},
    Command{"stats", "[SERVICE...]", "Show what containers use", kStats, stats},
    unrehearsed({"wait", "SERVICE...", "Wait until containers have ended; exit as the last one did",
                 kWaitOptions, wait}),
    unrehearsed({"cp", "SERVICE:PATH PATH|- | PATH|- SERVICE:PATH", "Copy files into and out of containers",
                 kCp, cp}),
    unrehearsed({"attach", "SERVICE",
                 "Show what a container prints, pass input and signals on, exit as it does", kAttach,
                 attach}),
    Command{"export", "SERVICE", "Write a container's files as a tar archive", kExport, export_container},
    Command{"why", "SERVICE...", "Say what has become of containers, and for what reason", kWhy, why},
    Command{"events", "[SERVICE...]", "Show what is, then everything that happens", kEvents, events},
    Command{"ls", "", "List projects", kLs, ls},
    Command{"network create", "NAME", "Make a network that projects can share", kNetworkCreate,
            network_create},
    Command{"network inspect", "NAME...", "Show networks and who is in them", {}, network_inspect},
    Command{"network ls", "", "List networks", kNetworkLs, network_ls},
    Command{"network rm", "NAME...", "Remove shared networks", {}, network_rm},
    Command{"volume create", "NAME", "Make a volume that projects can name as external", {}, volume_create},
    Command{"volume ls", "", "List the volumes of all projects", kVolumes, volume_ls},
    Command{"volume rm", "NAME...", "Remove such volumes", {}, volume_rm},
    Command{"systemd", "[SERVICE...]", "Print a unit that brings the stack up at boot and down at shutdown",
            kSystemd, systemd},
    Command{"completion", "bash", "Print what makes the shell complete command lines", {}, completion},
    Command{"version", "", "Print the version", kVersion, version},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

}  // namespace orchestrator::cli
