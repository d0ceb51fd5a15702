#include "runtime/spec/json.hpp"

#include <stdexcept>
#include <utility>

#include "runtime/spec/json_linux.hpp"
#include "runtime/spec/place.hpp"

namespace runtime {
namespace {

json write(const Mount& mount) {
  return {{"destination", mount.destination},
          {"type", mount.type},
          {"source", mount.source},
          {"options", mount.options}};
}
Mount read_mount(const Place& from) {
  Mount mount;
  take(from, "destination", mount.destination);
  take(from, "type", mount.type);
  take(from, "source", mount.source);
  take(from, "options", mount.options);
  from.refuse({"uidMappings", "gidMappings"});
  if (mount.destination.empty()) from.expected("a destination");
  // Deprecated, and to be understood as relative to the root.
  if (mount.destination.front() != '/') mount.destination.insert(0, "/");
  return mount;
}

json write(const User& user) {
  json object{{"uid", user.uid}, {"gid", user.gid}};
  if (user.umask) object["umask"] = *user.umask;
  if (!user.additional_gids.empty()) object["additionalGids"] = user.additional_gids;
  return object;
}
User read_user(const Place& from) {
  User user;
  take(from, "uid", user.uid);
  take(from, "gid", user.gid);
  take(from, "umask", user.umask);
  take(from, "additionalGids", user.additional_gids);
  return user;
}

json write(const Capabilities& sets) {
  return {{"bounding", sets.bounding},
          {"effective", sets.effective},
          {"inheritable", sets.inheritable},
          {"permitted", sets.permitted},
          {"ambient", sets.ambient}};
}
Capabilities read_capabilities(const Place& from) {
  Capabilities sets;
  take(from, "bounding", sets.bounding);
  take(from, "effective", sets.effective);
  take(from, "inheritable", sets.inheritable);
  take(from, "permitted", sets.permitted);
  take(from, "ambient", sets.ambient);
  return sets;
}

json write(const Rlimit& limit) { return {{"type", limit.type}, {"soft", limit.soft}, {"hard", limit.hard}}; }
Rlimit read_rlimit(const Place& from) {
  Rlimit limit;
  take(from, "type", limit.type);
  take(from, "soft", limit.soft);
  take(from, "hard", limit.hard);
  return limit;
}

json write(const Process& process) {
  json object{{"terminal", process.terminal}, {"cwd", process.cwd},
              {"env", process.env},           {"args", process.args},
              {"user", write(process.user)},  {"noNewPrivileges", process.no_new_privileges}};
  if (process.rows != 0 || process.columns != 0)
    object["consoleSize"] = {{"height", process.rows}, {"width", process.columns}};
  if (process.capabilities) object["capabilities"] = write(*process.capabilities);
  if (process.oom_score_adj) object["oomScoreAdj"] = *process.oom_score_adj;
  if (!process.apparmor_profile.empty()) object["apparmorProfile"] = process.apparmor_profile;
  if (!process.selinux_label.empty()) object["selinuxLabel"] = process.selinux_label;
  for (const Rlimit& limit : process.rlimits) object["rlimits"].push_back(write(limit));
  return object;
}
Process read_process(const Place& from) {
  Process process;
  from.refuse({"scheduler", "ioPriority", "execCPUAffinity", "commandLine"});
  take(from, "terminal", process.terminal);
  take(from, "cwd", process.cwd);
  take(from, "env", process.env);
  take(from, "args", process.args);
  take(from, "noNewPrivileges", process.no_new_privileges);
  take(from, "oomScoreAdj", process.oom_score_adj);
  take(from, "apparmorProfile", process.apparmor_profile);
  take(from, "selinuxLabel", process.selinux_label);
  take_list(from, "rlimits", process.rlimits, read_rlimit);
  if (const auto user = from.find("user")) process.user = read_user(*user);
  if (const auto sets = from.find("capabilities")) process.capabilities = read_capabilities(*sets);
  if (const auto size = from.find("consoleSize")) {
    take(*size, "height", process.rows);
    take(*size, "width", process.columns);
  }
  return process;
}

json write(const Hook& hook) {
  json object{{"path", hook.path}};
  if (!hook.args.empty()) object["args"] = hook.args;
  if (!hook.env.empty()) object["env"] = hook.env;
  put(object, "timeout", hook.timeout);
  return object;
}
Hook read_hook(const Place& from) {
  Hook hook;
  take(from, "path", hook.path);
  take(from, "args", hook.args);
  take(from, "env", hook.env);
  take(from, "timeout", hook.timeout);
  if (!hook.path.starts_with('/')) from.expected("an absolute path");
  if (hook.timeout && *hook.timeout <= 0) from.expected("a timeout greater than zero");
  return hook;
}

/// OCI's names of the six lists, with our members.
template <class All, class Visit>
void each_hooks(All& hooks, Visit visit) {
  visit("prestart", hooks.prestart);
  visit("createRuntime", hooks.create_runtime);
  visit("createContainer", hooks.create_container);
  visit("startContainer", hooks.start_container);
  visit("poststart", hooks.poststart);
  visit("poststop", hooks.poststop);
}

json write(const Hooks& hooks) {
  json object = json::object();
  each_hooks(hooks, [&](const char* key, const std::vector<Hook>& list) {
    for (const Hook& hook : list) object[key].push_back(write(hook));
  });
  return object;
}
Hooks read_hooks(const Place& from) {
  Hooks hooks;
  each_hooks(hooks, [&](const char* key, std::vector<Hook>& list) { take_list(from, key, list, read_hook); });
  return hooks;
}

json write_ours(const Spec& spec) {
  json object = json::object();
  if (spec.root.overlay)
    object["overlay"] = {{"lower", spec.root.overlay->lower},
                         {"upper", spec.root.overlay->upper},
                         {"work", spec.root.overlay->work}};
  if (spec.init) object["init"] = true;
  if (spec.process.create_cwd) object["createCwd"] = true;
  if (!spec.process.user.name.empty()) object["user"] = spec.process.user.name;
  if (!spec.process.user.additional_groups.empty()) object["groups"] = spec.process.user.additional_groups;
  if (spec.linux.seccomp.mode == SeccompMode::standard) object["seccomp"] = "standard";
  return object;
}
void read_ours(const Place& from, Spec& spec) {
  if (const auto overlay = from.find("overlay")) {
    spec.root.overlay.emplace();
    take(*overlay, "lower", spec.root.overlay->lower);
    take(*overlay, "upper", spec.root.overlay->upper);
    take(*overlay, "work", spec.root.overlay->work);
  }
  take(from, "init", spec.init);
  take(from, "createCwd", spec.process.create_cwd);
  take(from, "user", spec.process.user.name);
  take(from, "groups", spec.process.user.additional_groups);
  if (from.find("seccomp")) spec.linux.seccomp.mode = SeccompMode::standard;
}

template <class Read>
auto parse(std::string_view text, Read read) {
  try {
    const json document = json::parse(text);
    return read(Place(document, ""));
  } catch (const json::exception& error) {
    throw std::runtime_error(std::string("not valid JSON: ") + error.what());
  }
}

}  // namespace

std::string to_json(const Spec& spec) {
  json object{{"ociVersion", spec.oci_version},
              {"root", {{"path", spec.root.path}, {"readonly", spec.root.readonly}}},
              {"process", write(spec.process)},
              {"mounts", json::array()},
              {"linux", write(spec.linux)}};
  for (const Mount& mount : spec.mounts) object["mounts"].push_back(write(mount));
  if (!spec.hostname.empty()) object["hostname"] = spec.hostname;
  if (!spec.domainname.empty()) object["domainname"] = spec.domainname;
  if (!spec.annotations.empty()) object["annotations"] = spec.annotations;
  if (spec.hooks != Hooks{}) object["hooks"] = write(spec.hooks);
  const json ours = write_ours(spec);
  if (!ours.empty()) object["x-mdcompose"] = ours;
  return object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Spec spec_from_json(std::string_view text) {
  return parse(text, [](const Place& from) {
    Spec spec{.oci_version = ""};
    from.refuse({"solaris", "windows", "vm", "zos", "freebsd"});
    take(from, "ociVersion", spec.oci_version);
    take(from, "hostname", spec.hostname);
    take(from, "domainname", spec.domainname);
    take(from, "annotations", spec.annotations);
    take_list(from, "mounts", spec.mounts, read_mount);
    if (const auto root = from.find("root")) {
      take(*root, "path", spec.root.path);
      take(*root, "readonly", spec.root.readonly);
    }
    if (const auto process = from.find("process")) spec.process = read_process(*process);
    if (const auto hooks = from.find("hooks")) spec.hooks = read_hooks(*hooks);
    if (const auto part = from.find("linux")) spec.linux = read_linux(*part);
    if (const auto ours = from.find("x-mdcompose")) read_ours(*ours, spec);
    return spec;
  });
}

Process process_from_json(std::string_view text) { return parse(text, read_process); }

Resources resources_from_json(std::string_view text) { return parse(text, read_resources); }

SeccompProfile seccomp_from_json(std::string_view text, const std::vector<std::string>& capabilities) {
  return parse(text, [&](const Place& from) { return read_docker_seccomp(from, capabilities); });
}

}  // namespace runtime
