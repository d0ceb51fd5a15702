// Any text as a file of variables.
#include <cstdint>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/dotenv.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrator::compose;
  const auto file = std::make_shared<const File>(
      File{.name = ".env", .text = std::string(reinterpret_cast<const char*>(data), size)});
  const Lookup lookup = [](std::string_view name) -> std::optional<std::string> {
    return name == "OUTER" ? std::optional<std::string>("outer") : std::nullopt;
  };
  for (const auto parse : {parse_dotenv, parse_raw_variables}) {
    try {
      (void)parse(file, lookup);
    } catch (const LoadError& error) {
      (void)render(error.diagnostics().at(0));
    }
  }
  return 0;
}
