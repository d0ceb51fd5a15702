// Environments as lists of "NAME=value".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace runtime {

bool has_variable(const std::vector<std::string>& env, std::string_view name);
/// `assignment` takes the place of every other one of its name.
void set_variable(std::vector<std::string>& env, const std::string& assignment);

}  // namespace runtime
