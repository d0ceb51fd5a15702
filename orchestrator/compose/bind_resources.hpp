// Networks, volumes, secrets and configs of a settled tree as values.
#pragma once

#include <string>

#include "orchestrator/compose/reader.hpp"

namespace orchestrator::compose {

project::Network bind_network(const std::string& key, const Reader& from);
project::Volume bind_volume(const std::string& key, const Reader& from);
project::FileObject bind_object(const std::string& key, const Reader& from);

}  // namespace orchestrator::compose
