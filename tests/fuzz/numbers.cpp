// Any text as a duration, a size and a plain scalar.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "orchestrator/compose/number.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrator::compose;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto duration = parse_duration(text)) {
    // What is printed means the same.
    if (parse_duration(duration_text(*duration)) != duration) std::abort();
  }
  (void)parse_size(text);
  const Node scalar = resolve_plain(text, {});
  if (scalar.kind == Kind::Int && parse_integer(scalar_text(scalar)) != scalar.integer) std::abort();
  (void)scalar_text(scalar);
  return 0;
}
