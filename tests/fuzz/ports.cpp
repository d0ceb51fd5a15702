// Any text as a port.
#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "orchestrator/compose/short_forms.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrator::compose;
  try {
    const auto ports = expand_port(make_text(std::string(reinterpret_cast<const char*>(data), size), {}));
    if (ports.empty()) std::abort();
    for (const Node& port : ports)
      if (const auto number = port.find("target")->integer; number < 0 || number > 65535) std::abort();
  } catch (const std::invalid_argument&) {
  }
  return 0;
}
