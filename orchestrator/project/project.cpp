#include "orchestrator/project/project.hpp"

namespace orchestrator::project {

std::string to_string(const Source& source) {
  if (source.file.empty()) return "";
  return source.file + ":" + std::to_string(source.line) + ":" + std::to_string(source.column);
}

int replicas(const Service& service) {
  if (service.scale) return *service.scale;
  if (service.deploy && service.deploy->replicas) return *service.deploy->replicas;
  return 1;
}

}  // namespace orchestrator::project
