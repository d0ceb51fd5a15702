// Reading the kernel's control files, and finding them: cgroup-v2.rst and cgroup-v1/ in its documentation.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "runtime/cgroup/cgroup.hpp"

namespace runtime::cgroup {

using Words = std::set<std::string>;

/// The words of a file like cgroup.controllers; none where it does not exist.
Words words_in(const std::string& path);
/// Controllers that can be used in a directory of the v2 tree; none for "".
Words unified_controllers(const std::string& directory);

/// Directory of the v1 hierarchy with this controller, "" where the group has none.
std::string v1_directory(const Paths& paths, const std::string& controller);

/// A file with one number; 0 where there is none, or a word ("max").
std::uint64_t number_in(const std::string& path);
/// Value of `key` in a text of lines like "oom_kill 3"; 0 where there is none.
std::uint64_t value_of(const std::string& text, const std::string& key);
/// The same in a file; 0 where there is none.
std::uint64_t keyed(const std::string& path, const std::string& key);

}  // namespace runtime::cgroup
