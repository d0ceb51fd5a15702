// The JSON that mdrun writes and reads but for config.json. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/mdrun/record.hpp"

namespace runtime::mdrun {

/// The state file. Throws std::runtime_error where it is not understood.
std::string to_json(const Record& record);
Record record_from_json(std::string_view text);

/// runtime.md, "State": what `state` prints and hooks are given.
std::string state_json(const Record& record, Status status);
/// The same of many, in a list.
std::string states_json(const std::vector<std::pair<Record, Status>>& containers);

/// "[1, 2]"
std::string numbers_json(const std::vector<int>& numbers);

/// One line of a log that is read by engines.
std::string log_line_json(std::string_view level, std::string_view sentence, std::string_view time);

/// features.md: what config.json may ask for.
std::string features_json();

}  // namespace runtime::mdrun
