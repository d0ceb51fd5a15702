#include "runtime/mdrun/documents.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "runtime/container/mount_options.hpp"
#include "runtime/seccomp/seccomp.hpp"
#include "runtime/spec/capability.hpp"

namespace runtime::mdrun {
namespace {

using json = nlohmann::ordered_json;

/// The version whose state this is; it has not changed since.
constexpr const char* kStateVersion = "1.0.2";

json state(const Record& record, Status status) {
  json object{{"ociVersion", kStateVersion}, {"id", record.id},         {"status", to_string(status)},
              {"pid", record.process.pid},   {"bundle", record.bundle}, {"rootfs", record.rootfs},
              {"created", record.created},   {"owner", record.owner}};
  if (status == Status::stopped) object["pid"] = 0;
  if (!record.annotations.empty()) object["annotations"] = record.annotations;
  return object;
}

std::string print(const json& document, int indent = 2) {
  return document.dump(indent, ' ', false, json::error_handler_t::replace) + "\n";
}

constexpr std::array<std::pair<Phase, std::string_view>, 3> kPhases{
    {{Phase::creating, "creating"}, {Phase::created, "created"}, {Phase::running, "running"}}};

std::string_view to_string(Phase phase) {
  return std::find_if(kPhases.begin(), kPhases.end(), [&](const auto& row) { return row.first == phase; })
      ->second;
}

Phase phase_from(const std::string& word) {
  const auto* found =
      std::find_if(kPhases.begin(), kPhases.end(), [&](const auto& row) { return row.second == word; });
  if (found == kPhases.end()) throw std::runtime_error("unknown phase \"" + word + "\"");
  return found->first;
}

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::creating:
      return "creating";
    case Status::created:
      return "created";
    case Status::running:
      return "running";
    case Status::paused:
      return "paused";
    case Status::stopped:
      return "stopped";
  }
  return "";
}

std::string to_json(const Record& record) {
  return print({{"id", record.id},
                {"bundle", record.bundle},
                {"rootfs", record.rootfs},
                {"created", record.created},
                {"owner", record.owner},
                {"phase", to_string(record.phase)},
                {"pid", record.process.pid},
                {"pidfdInode", record.process.inode},
                {"startTicks", record.process.start_ticks},
                {"bootId", record.process.boot_id},
                {"cgroup", record.cgroup.unified},
                {"cgroupV1", record.cgroup.v1},
                {"cgroupParents", record.cgroup_parents},
                {"hooks", record.hooks},
                {"annotations", record.annotations}});
}

Record record_from_json(std::string_view text) {
  try {
    const json object = json::parse(text);
    return {.id = object.at("id"),
            .bundle = object.at("bundle"),
            .rootfs = object.at("rootfs"),
            .created = object.at("created"),
            .owner = object.at("owner"),
            .phase = phase_from(object.at("phase")),
            .process = {.pid = object.at("pid"),
                        .inode = object.at("pidfdInode"),
                        .start_ticks = object.at("startTicks"),
                        .boot_id = object.at("bootId")},
            .cgroup = {.unified = object.at("cgroup"), .v1 = object.at("cgroupV1")},
            .cgroup_parents = object.at("cgroupParents"),
            .hooks = object.at("hooks"),
            .annotations = object.at("annotations")};
  } catch (const json::exception& error) {
    throw std::runtime_error(std::string("the state file is not understood: ") + error.what());
  }
}

std::string state_json(const Record& record, Status status) { return print(state(record, status)); }

std::string states_json(const std::vector<std::pair<Record, Status>>& containers) {
  json list = json::array();
  for (const auto& [record, status] : containers) list.push_back(state(record, status));
  return print(list);
}

std::string numbers_json(const std::vector<int>& numbers) { return print(numbers, -1); }

std::string log_line_json(std::string_view level, std::string_view sentence, std::string_view time) {
  return print({{"level", level}, {"msg", sentence}, {"time", time}}, -1);
}

std::string features_json() {
  const seccomp::Vocabulary words = seccomp::vocabulary();
  return print(
      {{"ociVersionMin", "1.0.0"},
       {"ociVersionMax", "1.2.0"},
       {"hooks", {"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"}},
       {"mountOptions", mount_option_names()},
       {"linux",
        {{"namespaces", {"mount", "uts", "ipc", "pid", "network", "cgroup", "user"}},
         {"capabilities", all_capabilities()},
         {"cgroup",
          {{"v1", true}, {"v2", true}, {"systemd", false}, {"systemdUser", false}, {"rdma", false}}},
         {"seccomp",
          {{"enabled", true},
           {"actions", words.actions},
           {"operators", words.operators},
           {"archs", words.architectures},
           {"knownFlags", json::array()},
           {"supportedFlags", json::array()}}},
         {"apparmor", {{"enabled", true}}},
         {"selinux", {{"enabled", true}}},
         {"intelRdt", {{"enabled", false}}},
         {"mountExtensions", {{"idmap", {{"enabled", false}}}}}}}});
}

}  // namespace runtime::mdrun
