#include "runtime/mdrun/bundle.hpp"

#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "runtime/spec/json.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::mdrun {

Bundle load_bundle(const std::string& path, const std::string& config_file) {
  Bundle bundle{.path = std::filesystem::canonical(path)};
  const std::string file = config_file.starts_with('/') ? config_file : bundle.path + "/" + config_file;
  bundle.config = sys::read_file(file);
  try {
    bundle.spec = spec_from_json(bundle.config);
    check(bundle.spec);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(file + ": " + error.what());
  }
  complete(bundle.spec, bundle.path);
  return bundle;
}

}  // namespace runtime::mdrun
