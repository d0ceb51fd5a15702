#include "orchestrator/state/change.hpp"

#include <sstream>
#include <stdexcept>

#include "orchestrator/state/json.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::state {
namespace {

using nlohmann::json;

bool runs(Phase phase) { return phase == Phase::running || phase == Phase::paused; }
bool lives(Phase phase) { return runs(phase) || phase == Phase::stopping; }
bool has_ended(Phase phase) {
  return phase == Phase::exited || phase == Phase::restarting || phase == Phase::dead;
}

class Comparison {
 public:
  Comparison(const Instance& before, const Instance& after, std::int64_t now_ns)
      : before_(before), after_(after), now_(now_ns) {}

  std::vector<Change> run() {
    if (after_.oom_kills > before_.oom_kills) add("oom");
    compare_life();
    compare_pause();
    if (after_.health != before_.health && after_.health != Health::none && after_.health != Health::starting)
      add("health_status: " + std::string(to_string(after_.health)));
    if (!after_.error.empty() && after_.error != before_.error) add("error", {{"error", after_.error}});
    return std::move(changes_);
  }

 private:
  void add(std::string action, std::map<std::string, std::string> attributes = {}) {
    changes_.push_back({.at_ns = now_,
                        .action = std::move(action),
                        .id = container_id(after_),
                        .name = after_.name,
                        .service = after_.service,
                        .attributes = std::move(attributes)});
  }

  void compare_life() {
    const bool another = after_.generation != before_.generation;
    if (runs(after_.phase) && (!lives(before_.phase) || another)) add("start");
    const bool ended = has_ended(after_.phase) && !has_ended(before_.phase) && after_.exit;
    if (ended && after_.exit->started) add_end(*after_.exit);
    if (after_.restarts > before_.restarts) add("restart", {{"restarts", std::to_string(after_.restarts)}});
    if (after_.history.crash_looping && !before_.history.crash_looping) add("crash_loop");
  }

  void add_end(const Exit& exit) {
    std::map<std::string, std::string> attributes{
        {"exitCode", exit.lost ? "unknown" : std::to_string(exit.code)}};
    if (exit.signal != 0) attributes["signal"] = std::to_string(exit.signal);
    if (after_.ended_by != EndCause::itself) attributes["by"] = to_string(after_.ended_by);
    add("die", std::move(attributes));
  }

  void compare_pause() {
    if (after_.phase == Phase::paused && before_.phase == Phase::running) add("pause");
    if (after_.phase == Phase::running && before_.phase == Phase::paused) add("unpause");
  }

  const Instance& before_;
  const Instance& after_;
  std::int64_t now_;
  std::vector<Change> changes_{};
};

Change created(const Instance& instance, std::int64_t now_ns) {
  return {.at_ns = now_ns,
          .action = "create",
          .id = container_id(instance),
          .name = instance.name,
          .service = instance.service,
          .attributes = {{"image", instance.image}}};
}

}  // namespace

std::vector<Change> changes_between(const std::optional<Instance>& before, const Instance& after,
                                    std::int64_t now_ns) {
  if (!before) return {created(after, now_ns)};
  const bool is_another = container_id(*before) != container_id(after);
  if (is_another) return {destroyed(*before, now_ns), created(after, now_ns)};
  return Comparison(*before, after, now_ns).run();
}

Change destroyed(const Instance& instance, std::int64_t now_ns) {
  return {.at_ns = now_ns,
          .action = "destroy",
          .id = container_id(instance),
          .name = instance.name,
          .service = instance.service};
}

void to_json(json& object, const Change& it) {
  object = {{"at_ns", it.at_ns}, {"action", it.action},   {"id", it.id},
            {"name", it.name},   {"service", it.service}, {"attributes", it.attributes}};
}
void from_json(const json& object, Change& it) {
  object.at("at_ns").get_to(it.at_ns);
  object.at("action").get_to(it.action);
  object.at("id").get_to(it.id);
  object.at("name").get_to(it.name);
  object.at("service").get_to(it.service);
  object.at("attributes").get_to(it.attributes);
}

std::string to_line(const Change& change) {
  return json(change).dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

Change change_from_line(std::string_view line) {
  try {
    return json::parse(line).get<Change>();
  } catch (const json::exception& error) {
    throw std::runtime_error(std::string("not a change: ") + error.what());
  }
}

std::vector<Change> load_changes(const ProjectPaths& paths) {
  std::vector<Change> changes;
  for (const char* ending : {".1", ""}) {
    std::istringstream lines(runtime::sys::read_file_if_exists(paths.changes_file() + ending).value_or(""));
    for (std::string line; std::getline(lines, line);) {
      try {
        changes.push_back(change_from_line(line));
      } catch (const std::runtime_error&) {
        // The last line of a supervisor that was killed.
      }
    }
  }
  return changes;
}

}  // namespace orchestrator::state
