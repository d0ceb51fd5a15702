#include "orchestrator/cli/version.hpp"

#include <cstdio>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/json_output.hpp"

namespace orchestrator::cli {

std::string version_text() { return "mdcompose version " MDCOMPOSE_VERSION "\n"; }

int version(const Options& options) {
  std::string text = version_text();
  if (options.flag("short")) text = MDCOMPOSE_VERSION "\n";
  if (options.text("format") == "json") text = json_version(MDCOMPOSE_VERSION);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace orchestrator::cli
