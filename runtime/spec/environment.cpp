#include "runtime/spec/environment.hpp"

#include <algorithm>

namespace runtime {
namespace {

std::string_view name_of(std::string_view assignment) { return assignment.substr(0, assignment.find('=')); }

}  // namespace

bool has_variable(const std::vector<std::string>& env, std::string_view name) {
  return std::any_of(env.begin(), env.end(),
                     [&](const std::string& entry) { return name_of(entry) == name; });
}

void set_variable(std::vector<std::string>& env, const std::string& assignment) {
  std::erase_if(env, [&](const std::string& entry) { return name_of(entry) == name_of(assignment); });
  env.push_back(assignment);
}

}  // namespace runtime
