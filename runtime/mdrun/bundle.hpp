// A bundle: a directory with a config.json and, mostly, the root file system it names. See bundle.md of the
// OCI runtime-spec.
#pragma once

#include <string>

#include "runtime/spec/spec.hpp"

namespace runtime::mdrun {

struct Bundle {
  std::string path{};    ///< absolute, without symbolic links
  std::string config{};  ///< the text of config.json
  Spec spec{};           ///< complete(): ready to be created
};

/// Throws std::runtime_error that names file and place of what is wrong, std::system_error. `config_file` is
/// relative to the bundle.
Bundle load_bundle(const std::string& path, const std::string& config_file);

/// Throws std::runtime_error for what the specification forbids or we cannot do. Pure.
void check(const Spec& spec);
/// Paths made absolute, and what a runtime has to add itself: devices everybody may use; no capabilities
/// where none are named. Pure.
void complete(Spec& spec, const std::string& bundle);

/// What `spec` writes: docker's defaults around a shell. For an ordinary user: with a user namespace that
/// maps him to root. Pure.
Spec default_spec();
Spec default_rootless_spec(std::uint32_t uid, std::uint32_t gid);

}  // namespace runtime::mdrun
