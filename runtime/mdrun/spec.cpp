// spec: a config.json to begin with.
#include <unistd.h>

#include <stdexcept>

#include "runtime/mdrun/bundle.hpp"
#include "runtime/mdrun/commands.hpp"
#include "runtime/spec/json.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::mdrun {

int spec(const Arguments& arguments, const Settings&) {
  const std::string file = arguments.text("bundle").value_or(".") + "/config.json";
  if (sys::exists(file)) throw std::runtime_error(file + " exists already");
  const Spec spec =
      arguments.has("rootless") ? default_rootless_spec(::geteuid(), ::getegid()) : default_spec();
  sys::replace_file(file, to_json(spec), 0644);
  return 0;
}

}  // namespace runtime::mdrun
