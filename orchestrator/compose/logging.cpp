#include "orchestrator/compose/logging.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "orchestrator/compose/number.hpp"
#include "orchestrator/compose/short_forms.hpp"

namespace orchestrator::compose {
namespace {

using project::Logging;

/// What is wrong with the value: "a size such as 10m"; empty where nothing is.
using Take = std::string (*)(const std::string& value, Logging& into);

std::string take_max_size(const std::string& value, Logging& into) {
  const auto bytes = parse_size(value);
  if (!bytes || *bytes == 0 || *bytes < -1) return "a size such as 10m, or -1 for no bound";
  into.max_size = *bytes;
  return "";
}

std::string take_max_file(const std::string& value, Logging& into) {
  const auto count = parse_integer(value);
  if (!count || *count < 1 || *count > 1'000'000) return "a number of files, at least 1";
  into.max_file = *count;
  return "";
}

std::string take_mode(const std::string& value, Logging& into) {
  into.waits = value == "blocking";
  return into.waits || value == "non-blocking" ? "" : "\"blocking\" or \"non-blocking\"";
}

std::string take_max_buffer_size(const std::string& value, Logging& into) {
  const auto bytes = parse_size(value);
  if (!bytes || *bytes <= 0) return "a size such as 1m";
  into.max_buffer_size = *bytes;
  return "";
}

std::string take_tag(const std::string& value, Logging& into) {
  into.tag = value;
  return "";
}

std::vector<std::string> comma_separated(const std::string& text) {
  std::vector<std::string> words = split(text, ',');
  std::erase(words, "");
  return words;
}

std::string take_labels(const std::string& value, Logging& into) {
  into.labels = comma_separated(value);
  return "";
}

std::string take_env(const std::string& value, Logging& into) {
  into.env = comma_separated(value);
  return "";
}

struct Option {
  std::string_view name{};
  Take take = nullptr;  ///< null: the driver has it, but it changes nothing here
};

constexpr std::array kFileOptions{Option{"max-size", take_max_size},
                                  Option{"max-file", take_max_file},
                                  Option{"mode", take_mode},
                                  Option{"max-buffer-size", take_max_buffer_size},
                                  Option{"compress"},
                                  Option{"labels"},
                                  Option{"labels-regex"},
                                  Option{"env"},
                                  Option{"env-regex"},
                                  Option{"tag"}};
constexpr std::array kLocalOptions{Option{"max-size", take_max_size}, Option{"max-file", take_max_file},
                                   Option{"mode", take_mode}, Option{"max-buffer-size", take_max_buffer_size},
                                   Option{"compress"}};
constexpr std::array kJournalOptions{Option{"tag", take_tag},
                                     Option{"labels", take_labels},
                                     Option{"env", take_env},
                                     Option{"mode", take_mode},
                                     Option{"max-buffer-size", take_max_buffer_size},
                                     Option{"labels-regex"},
                                     Option{"env-regex"}};

struct Driver {
  std::string_view name{};
  std::span<const Option> options{};
};
constexpr std::array kDrivers{Driver{"json-file", kFileOptions}, Driver{"local", kLocalOptions},
                              Driver{"journald", kJournalOptions}, Driver{"none", {}}};

template <class Rows>
auto named(const Rows& rows, std::string_view name) {
  return std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
}

template <class Rows>
std::string suggestion(const Rows& rows, std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& row : rows) names.push_back(row.name);
  return did_you_mean(nearest(name, names));
}

void take_option(const Entry& entry, const Driver& driver, const std::string& path, Logging& into,
                 Findings& findings) {
  const std::string value = scalar_text(entry.value);
  const std::string here = path + ".options." + entry.key;
  // Docker takes anything for "none", so that a driver can be switched off and its options stay.
  if (driver.options.empty()) return findings.warning(entry.place, here + " has no effect");
  const auto option = named(driver.options, entry.key);
  if (option == driver.options.end())
    return findings.error(entry.place,
                          here + ": the logging driver " + std::string(driver.name) + " has no such option",
                          suggestion(driver.options, entry.key));
  if (option->take == nullptr) return findings.warning(entry.place, here + " has no effect");
  if (const std::string wanted = option->take(value, into); !wanted.empty())
    findings.error(entry.value.place, here + ": " + quoted(value) + " is not " + wanted);
}

}  // namespace

Logging bind_logging(const Node& logging, const std::string& path, Findings& findings) {
  Logging result;
  const Node* const written = logging.find("driver");
  if (written != nullptr && !written->is_null()) result.driver = scalar_text(*written);
  const std::string name = result.driver.empty() ? "json-file" : result.driver;
  const auto driver = named(kDrivers, name);
  if (name == "local") result.max_size = 20 << 20, result.max_file = 5;
  const Node* const options = logging.find("options");
  const Map none;
  for (const Entry& entry : options != nullptr && options->is_map() ? options->map : none) {
    result.options[entry.key] = scalar_text(entry.value);
    if (driver != kDrivers.end()) take_option(entry, *driver, path, result, findings);
  }
  if (driver == kDrivers.end())
    findings.warning(written->place,
                     path + ".driver: there is no logging driver " + quoted(name) +
                         "; the output is kept as with \"json-file\"",
                     suggestion(kDrivers, name));
  if (result.waits && result.options.contains("max-buffer-size") && driver != kDrivers.end() &&
      !driver->options.empty())
    findings.error(options->find("max-buffer-size")->place,
                   path + ".options.max-buffer-size needs \"mode: non-blocking\"");
  return result;
}

}  // namespace orchestrator::compose
