// Any text as a mount, a device and a command line.
#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "orchestrator/compose/short_forms.hpp"
#include "orchestrator/compose/words.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrator::compose;
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)device_target(text);
  Findings findings;
  try {
    const Node mount = expand_mount(make_text(text, {}), findings);
    // Both ways to the target agree, but for what is not clean.
    if (clean_target(*mount_target(text)) != clean_target(mount.text_of("target"))) std::abort();
  } catch (const std::invalid_argument&) {
  }
  try {
    (void)expand_device(make_text(text, {}));
  } catch (const std::invalid_argument&) {
  }
  try {
    (void)split_words(text);
  } catch (const std::invalid_argument&) {
  }
  return 0;
}
