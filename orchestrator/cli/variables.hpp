// The variables that stack files use; for `config --variables`.
#pragma once

#include <string>

#include "orchestrator/compose/load.hpp"

namespace orchestrator::cli {

/// A table, or JSON, of a model in which variables are not filled in.
std::string compose_variables(const compose::Model& model, bool json);

}  // namespace orchestrator::cli
