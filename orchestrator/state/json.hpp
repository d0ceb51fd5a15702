// The conversions of what is written down, for the .cpp files of this layer only: nlohmann-json stays in here.
#pragma once

#include <nlohmann/json.hpp>

#include "orchestrator/state/change.hpp"
#include "orchestrator/state/instance.hpp"

namespace orchestrator::state {

void to_json(nlohmann::json& json, const Instance& instance);
void from_json(const nlohmann::json& json, Instance& instance);
void to_json(nlohmann::json& json, const Change& change);
void from_json(const nlohmann::json& json, Change& change);

}  // namespace orchestrator::state
