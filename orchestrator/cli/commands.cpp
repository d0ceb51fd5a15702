#include "orchestrator/cli/commands.hpp"

#include <array>

#include "orchestrator/cli/command.hpp"

namespace orchestrator::cli {
namespace {

constexpr std::array kPs{
    Option{"all", 'a', Kind::flag, "", "Also instances that do not run"},
    Option{"quiet", 'q', Kind::flag, "", "Names only"},
    Option{"services", 0, Kind::flag, "", "Names of services only"},
    Option{"status", 0, Kind::list, "STATUS",
           "Only instances with this status: running, exited, paused, ..."},
    Option{"filter", 0, Kind::list, "status=STATUS", "The same"},
    Option{"format", 0, Kind::choice, "table|json", "How to print"},
    Option{"no-trunc", 0, Kind::flag, "", "Whole command lines"},
};

constexpr std::array kVersion{
    Option{"format", 0, Kind::choice, "pretty|json", "How to print"},
    Option{"short", 0, Kind::flag, "", "The number only"},
};

constexpr std::array kCommands{
    Command{"ps", "[SERVICE...]", "List instances", kPs, ps},
    Command{"version", "", "Print the version", kVersion, version},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

}  // namespace orchestrator::cli
