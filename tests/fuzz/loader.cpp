// Any text as a stack file: it loads or is refused, and what is printed of it can be read again.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "orchestrator/compose/json.hpp"
#include "orchestrator/compose/load.hpp"
#include "orchestrator/compose/print.hpp"
#include "orchestrator/compose/yaml.hpp"

namespace {

using namespace orchestrator::compose;

/// A file that no other file is beside.
std::string memory_file(const std::uint8_t* data, std::size_t size) {
  static const int file = memfd_create("stack", MFD_CLOEXEC);
  if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  return "/proc/self/fd/" + std::to_string(file);
}

void print_and_read_again(const Model& model) {
  const std::string yaml = yaml_of(model.tree);
  const auto documents = parse_yaml(std::make_shared<const File>(File{.name = "printed", .text = yaml}));
  if (documents.size() != 1 || json_of(documents[0]) != json_of(model.tree)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  LoadOptions options{.files = {memory_file(data, size)},
                      .project_name = "fuzz",
                      .working_directory = "/proc/self/fdinfo",
                      .environment = {{"A", "a"}, {"EMPTY", ""}, {"N", "3"}}};
  for (const bool fills_in : {true, false}) {
    options.fills_in = fills_in;
    try {
      const Model model = load_model(options);
      if (fills_in) {
        print_and_read_again(model);
        (void)refusals(model);
      }
    } catch (const LoadError&) {
    }
  }
  return 0;
}
