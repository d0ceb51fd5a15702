// Any text with variables.
#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "orchestrator/compose/interpolate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrator::compose;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Lookup lookup = [](std::string_view name) -> std::optional<std::string> {
    if (name == "A") return "value";
    if (name == "B") return "";
    return std::nullopt;
  };
  try {
    const Substituted result = substitute(text, lookup);
    // Without a dollar sign nothing changes.
    if (text.find('$') == std::string_view::npos && result.text != text) std::abort();
    (void)wanted_variables(text);
  } catch (const std::invalid_argument&) {
  }
  return 0;
}
