#include "orchestrator/state/instance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>
#include <tuple>

#include "orchestrator/project/hash.hpp"
#include "orchestrator/state/json.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::state {
namespace {

constexpr std::array<std::string_view, 8> kPhases{"creating",   "created",  "running", "paused",
                                                  "restarting", "stopping", "exited",  "dead"};
constexpr std::array<std::string_view, 4> kHealths{"", "starting", "healthy", "unhealthy"};
constexpr std::array<std::string_view, 10> kEndCauses{
    "", "itself", "signal", "command", "update", "dependency", "unhealthy", "idleness", "abort", "hang_up"};

template <class Enum, std::size_t Size>
Enum parse(const std::array<std::string_view, Size>& names, const std::string& text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) throw std::runtime_error("unknown word \"" + text + "\" in a state file");
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view to_string(Phase phase) { return kPhases.at(static_cast<std::size_t>(phase)); }
std::string_view to_string(Health health) { return kHealths.at(static_cast<std::size_t>(health)); }
std::string_view to_string(EndCause cause) { return kEndCauses.at(static_cast<std::size_t>(cause)); }

void to_json(nlohmann::json& json, const PublishedPort& port) {
  json = {{"host_ip", port.host_ip},
          {"host_port", port.host_port},
          {"container_port", port.container_port},
          {"protocol", port.protocol}};
}
void from_json(const nlohmann::json& json, PublishedPort& port) {
  json.at("host_ip").get_to(port.host_ip);
  json.at("host_port").get_to(port.host_port);
  json.at("container_port").get_to(port.container_port);
  json.at("protocol").get_to(port.protocol);
}

void to_json(nlohmann::json& json, const Address& address) {
  json = {{"network", address.network}, {"ipv4", address.ipv4}, {"ipv6", address.ipv6}};
}
void from_json(const nlohmann::json& json, Address& address) {
  json.at("network").get_to(address.network);
  json.at("ipv4").get_to(address.ipv4);
  json.at("ipv6").get_to(address.ipv6);
}

void to_json(nlohmann::json& json, const Exit& exit) {
  json = {{"code", exit.code},
          {"signal", exit.signal},
          {"oom_killed", exit.oom_killed},
          {"lost", exit.lost},
          {"started", exit.started},
          {"memory_limit", exit.memory_limit},
          {"memory_peak", exit.memory_peak},
          {"limit_of_stack", exit.limit_of_stack},
          {"signal_sent", exit.signal_sent}};
}
void from_json(const nlohmann::json& json, Exit& exit) {
  json.at("code").get_to(exit.code);
  json.at("signal").get_to(exit.signal);
  json.at("oom_killed").get_to(exit.oom_killed);
  json.at("lost").get_to(exit.lost);
  exit.started = json.value("started", true);
  exit.memory_limit = json.value("memory_limit", std::uint64_t{0});
  exit.memory_peak = json.value("memory_peak", std::uint64_t{0});
  exit.limit_of_stack = json.value("limit_of_stack", false);
  exit.signal_sent = json.value("signal_sent", 0);
}

void to_json(nlohmann::json& json, const RestartHistory& history) {
  json = {{"failures", history.failures},
          {"short_lives", history.short_lives},
          {"crash_looping", history.crash_looping},
          {"due_ns", history.due_ns}};
}
void from_json(const nlohmann::json& json, RestartHistory& history) {
  json.at("failures").get_to(history.failures);
  json.at("short_lives").get_to(history.short_lives);
  json.at("crash_looping").get_to(history.crash_looping);
  json.at("due_ns").get_to(history.due_ns);
}

void to_json(nlohmann::json& json, const Probe& probe) {
  json = {{"at_ns", probe.at_ns}, {"exit_code", probe.exit_code}, {"output", probe.output}};
}
void from_json(const nlohmann::json& json, Probe& probe) {
  json.at("at_ns").get_to(probe.at_ns);
  json.at("exit_code").get_to(probe.exit_code);
  json.at("output").get_to(probe.output);
}

void to_json(nlohmann::json& json, const Instance& it) {
  json = {{"id", it.id},
          {"name", it.name},
          {"service", it.service},
          {"number", it.number},
          {"one_off_of", it.one_off_of},
          {"speaks_for", it.speaks_for},
          {"prepared", it.prepared},
          {"greeted", it.greeted},
          {"image", it.image},
          {"command", it.command},
          {"config_hash", it.config_hash},
          {"phase", to_string(it.phase)},
          {"health", to_string(it.health)},
          {"probes", it.probes},
          {"failed_probes", it.failed_probes},
          {"oom_kills", it.oom_kills},
          {"last_finished_ns", it.last_finished_ns},
          {"ended_by", to_string(it.ended_by)},
          {"error", it.error},
          {"waits_for", it.waits_for},
          {"waits_since_ns", it.waits_since_ns},
          {"replaces", it.replaces},
          {"restarts", it.restarts},
          {"history", it.history},
          {"starts_again", it.starts_again},
          {"gave_up", it.gave_up},
          {"wanted", it.wanted},
          {"ignores_dependencies", it.ignores_dependencies},
          {"has_run", it.has_run},
          {"asleep", it.asleep},
          {"goes_when_ended", it.goes_when_ended},
          {"created_ns", it.created_ns},
          {"started_ns", it.started_ns},
          {"finished_ns", it.finished_ns},
          {"started_boottime_ns", it.started_boottime_ns},
          {"next_run_ns", it.next_run_ns},
          {"boot_id", it.boot_id},
          {"generation", it.generation},
          {"said", it.said},
          {"bound_to", it.bound_to},
          {"pid", it.pid},
          {"pidfd_inode", it.pidfd_inode},
          {"cgroup_unified", it.cgroup_unified},
          {"cgroup_v1", it.cgroup_v1},
          {"addresses", it.addresses},
          {"ports", it.ports}};
  if (it.exit) json["exit"] = *it.exit;
  if (it.last_exit) json["last_exit"] = *it.last_exit;
}
void from_json(const nlohmann::json& json, Instance& it) {
  json.at("id").get_to(it.id);
  json.at("name").get_to(it.name);
  json.at("service").get_to(it.service);
  json.at("number").get_to(it.number);
  it.one_off_of = json.value("one_off_of", "");
  it.speaks_for = json.value("speaks_for", "");
  it.prepared = json.value("prepared", 0);
  it.greeted = json.value("greeted", std::int64_t{0});
  json.at("image").get_to(it.image);
  json.at("command").get_to(it.command);
  json.at("config_hash").get_to(it.config_hash);
  it.phase = parse<Phase>(kPhases, json.at("phase").get<std::string>());
  it.health = parse<Health>(kHealths, json.at("health").get<std::string>());
  json.at("probes").get_to(it.probes);
  it.failed_probes = json.value("failed_probes", 0);
  it.oom_kills = json.value("oom_kills", std::uint64_t{0});
  it.last_finished_ns = json.value("last_finished_ns", std::int64_t{0});
  it.ended_by = parse<EndCause>(kEndCauses, json.at("ended_by").get<std::string>());
  json.at("error").get_to(it.error);
  it.waits_for = json.value("waits_for", std::vector<std::string>{});
  it.waits_since_ns = json.value("waits_since_ns", std::int64_t{0});
  it.replaces = json.value("replaces", "");
  json.at("restarts").get_to(it.restarts);
  json.at("history").get_to(it.history);
  it.starts_again = json.value("starts_again", false);
  it.gave_up = json.value("gave_up", false);
  json.at("wanted").get_to(it.wanted);
  it.ignores_dependencies = json.value("ignores_dependencies", false);
  json.at("has_run").get_to(it.has_run);
  json.at("asleep").get_to(it.asleep);
  it.goes_when_ended = json.value("goes_when_ended", false);
  json.at("created_ns").get_to(it.created_ns);
  json.at("started_ns").get_to(it.started_ns);
  json.at("finished_ns").get_to(it.finished_ns);
  json.at("started_boottime_ns").get_to(it.started_boottime_ns);
  json.at("next_run_ns").get_to(it.next_run_ns);
  json.at("boot_id").get_to(it.boot_id);
  json.at("generation").get_to(it.generation);
  it.said = json.value("said", std::vector<std::string>{});
  json.at("bound_to").get_to(it.bound_to);
  json.at("pid").get_to(it.pid);
  json.at("pidfd_inode").get_to(it.pidfd_inode);
  json.at("cgroup_unified").get_to(it.cgroup_unified);
  json.at("cgroup_v1").get_to(it.cgroup_v1);
  json.at("addresses").get_to(it.addresses);
  json.at("ports").get_to(it.ports);
  if (json.contains("exit")) it.exit = json.at("exit").get<Exit>();
  if (json.contains("last_exit")) it.last_exit = json.at("last_exit").get<Exit>();
}

std::string paused_text(const Instance& instance) {
  return "container " + instance.name + " is paused; mdcompose unpause " + instance.service +
         " lets it go on";
}

std::string container_id(const Instance& instance) {
  constexpr std::uint64_t kTwelveDigits = 0xffff'ffff'ffff;
  const std::uint64_t hash =
      project::hash_of(fmt::format("{} {} {}", instance.name, instance.id, instance.created_ns));
  return fmt::format("{:012x}", hash & kTwelveDigits);
}

bool is_named(const Instance& instance, const std::string& word) {
  return word == instance.name || word == container_id(instance);
}

std::string to_json(const Instance& instance) {
  // Output of a probe may be any bytes; a state file is always valid JSON.
  return nlohmann::json(instance).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Instance instance_from_json(std::string_view text) {
  try {
    return nlohmann::json::parse(text).get<Instance>();
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(std::string("not a state file: ") + error.what());
  }
}

void save(const ProjectPaths& paths, const Instance& instance) {
  runtime::sys::replace_file(paths.state_file(instance.id), to_json(instance));
}

std::vector<Instance> load_instances(const ProjectPaths& paths) {
  std::vector<Instance> instances;
  for (const std::string& id : runtime::sys::list_directory(paths.instances())) {
    const auto text = runtime::sys::read_file_if_exists(paths.state_file(id));
    if (!text) continue;
    try {
      instances.push_back(instance_from_json(*text));
    } catch (const std::runtime_error&) {
      std::rename(paths.state_file(id).c_str(), (paths.state_file(id) + ".bad").c_str());
    }
  }
  std::sort(instances.begin(), instances.end(), [](const Instance& a, const Instance& b) {
    return std::tie(a.service, a.number) < std::tie(b.service, b.number);
  });
  return instances;
}

}  // namespace orchestrator::state
