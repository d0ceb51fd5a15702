// What `--format json` and `--progress json` print, one object per line, with the keys of docker compose.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "orchestrator/plan/plan.hpp"
#include "orchestrator/state/control.hpp"

namespace orchestrator::cli {

struct NetworkInfo;
struct Usage;
struct Case;

std::string json_line(const state::Event& event);
std::string json_line(const std::string& project, const state::Instance& instance, std::int64_t now_ns);

std::string json_line(const Usage& usage);
/// With the keys of `docker compose events --json`.
std::string json_line(const state::Change& change);
/// What `why` knows.
std::string json_line(const Case& it);

/// A line of `ls`.
struct ProjectLine {
  std::string name{};
  std::string status{};        ///< "running(3), exited(1)"
  std::string config_files{};  ///< separated by commas
  friend bool operator==(const ProjectLine&, const ProjectLine&) = default;
};
/// One array, as docker compose prints it.
std::string json_array(const std::vector<ProjectLine>& projects);

/// A plan with everything that is known about it, one object.
std::string json_text(const std::string& project, const plan::Plan& plan);

/// A line of `network ls`, and what `network inspect` prints, with the keys of docker.
std::string json_line(const NetworkInfo& network);
std::string json_array(const std::vector<NetworkInfo>& networks);

/// A line of `volumes`.
std::string json_volume(const std::string& name);

/// {"version":"0.1.0"}
std::string json_version(const std::string& version);

}  // namespace orchestrator::cli
