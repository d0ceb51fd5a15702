#include "orchestrator/project/project.hpp"

namespace orchestrator::project {

std::string to_string(const Source& source) {
  if (source.file.empty()) return "";
  return source.file + ":" + std::to_string(source.line) + ":" + std::to_string(source.column);
}

std::string image_of(const Service& service) {
  if (!service.rootfs) return service.image;
  if (!service.rootfs->build) return service.rootfs->path;
  std::string name = service.rootfs->build->distribution;
  for (const std::string& package : service.rootfs->build->packages) name += "+" + package;
  return name;
}

int replicas(const Service& service) {
  if (service.scale) return *service.scale;
  if (service.deploy && service.deploy->replicas) return *service.deploy->replicas;
  return 1;
}

}  // namespace orchestrator::project
