#include "orchestrator/state/control.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "orchestrator/state/json.hpp"

namespace orchestrator::state {
namespace {

using nlohmann::json;
using Nanoseconds = std::optional<std::chrono::nanoseconds>;

constexpr std::array<std::string_view, 6> kTypes{"progress", "warning", "instance",
                                                 "change",   "done",    "finished"};

std::string line_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

void put(json& object, const char* key, const Nanoseconds& duration) {
  if (duration) object[key] = duration->count();
}
Nanoseconds duration_of(const json& object, const char* key) {
  if (!object.contains(key)) return std::nullopt;
  return std::chrono::nanoseconds(object.at(key).get<std::int64_t>());
}

template <class Function>
auto understood(std::string_view line, Function function) {
  try {
    return function(json::parse(line));
  } catch (const json::exception& error) {
    throw std::runtime_error(std::string("message not understood: ") + error.what());
  }
}

}  // namespace

std::string to_line(const Request& it) {
  json object{{"verb", it.verb},
              {"project", it.project},
              {"services", it.services},
              {"lease", it.lease},
              {"wait", it.wait},
              {"no_deps", it.no_deps},
              {"force_recreate", it.force_recreate},
              {"no_recreate", it.no_recreate},
              {"always_recreate_deps", it.always_recreate_deps},
              {"renew_anon_volumes", it.renew_anon_volumes},
              {"remove_orphans", it.remove_orphans},
              {"ignore_orphans", it.ignore_orphans},
              {"known", it.known},
              {"volumes", it.volumes},
              {"force", it.force},
              {"abort_on", it.abort_on},
              {"exit_code_from", it.exit_code_from},
              {"signal", it.signal},
              {"scale", it.scale},
              {"one_off", it.one_off},
              {"remove", it.remove},
              {"again", it.again}};
  put(object, "timeout", it.timeout);
  put(object, "wait_timeout", it.wait_timeout);
  return line_of(object);
}

Request request_from_line(std::string_view line) {
  return understood(line, [](const json& object) {
    return Request{.verb = object.at("verb"),
                   .project = object.value("project", ""),
                   .services = object.value("services", std::vector<std::string>{}),
                   .lease = object.value("lease", false),
                   .wait = object.value("wait", false),
                   .no_deps = object.value("no_deps", false),
                   .force_recreate = object.value("force_recreate", false),
                   .no_recreate = object.value("no_recreate", false),
                   .always_recreate_deps = object.value("always_recreate_deps", false),
                   .renew_anon_volumes = object.value("renew_anon_volumes", false),
                   .remove_orphans = object.value("remove_orphans", false),
                   .ignore_orphans = object.value("ignore_orphans", false),
                   .known = object.value("known", std::vector<std::string>{}),
                   .volumes = object.value("volumes", false),
                   .force = object.value("force", false),
                   .abort_on = object.value("abort_on", ""),
                   .exit_code_from = object.value("exit_code_from", ""),
                   .signal = object.value("signal", ""),
                   .timeout = duration_of(object, "timeout"),
                   .wait_timeout = duration_of(object, "wait_timeout"),
                   .scale = object.value("scale", std::map<std::string, int>{}),
                   .one_off = object.value("one_off", ""),
                   .remove = object.value("remove", false),
                   .again = object.value("again", false)};
  });
}

std::string to_line(const Event& it) {
  json object{{"type", kTypes.at(static_cast<std::size_t>(it.type))},
              {"kind", it.kind},
              {"name", it.name},
              {"action", it.action},
              {"text", it.text},
              {"status", it.status}};
  if (it.ask_another) object["ask_another"] = true;
  if (it.instance) object["instance"] = *it.instance;
  if (it.change) object["change"] = *it.change;
  return line_of(object);
}

Event event_from_line(std::string_view line) {
  return understood(line, [](const json& object) {
    const auto found = std::find(kTypes.begin(), kTypes.end(), object.at("type").get<std::string>());
    if (found == kTypes.end()) throw std::runtime_error("message not understood: unknown event");
    Event event{.type = static_cast<EventType>(found - kTypes.begin()),
                .kind = object.value("kind", ""),
                .name = object.value("name", ""),
                .action = object.value("action", ""),
                .text = object.value("text", ""),
                .status = object.value("status", 0),
                .ask_another = object.value("ask_another", false)};
    if (object.contains("instance")) event.instance = object.at("instance").get<Instance>();
    if (object.contains("change")) event.change = object.at("change").get<Change>();
    return event;
  });
}

}  // namespace orchestrator::state
