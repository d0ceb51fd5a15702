#include "orchestrator/plan/observed.hpp"

namespace orchestrator::plan {

const project::Service* service_of(const ObservedInstance& one) {
  if (!one.definition) return nullptr;
  const auto found = one.definition->services.find(one.record.service);
  return found == one.definition->services.end() ? nullptr : &found->second;
}

}  // namespace orchestrator::plan
