// The conversions of an instance's record, for the .cpp files of this layer only: nlohmann-json stays in
// here.
#pragma once

#include <nlohmann/json.hpp>

#include "orchestrator/state/instance.hpp"

namespace orchestrator::state {

void to_json(nlohmann::json& json, const Instance& instance);
void from_json(const nlohmann::json& json, Instance& instance);

}  // namespace orchestrator::state
