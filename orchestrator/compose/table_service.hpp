// Rows of a service, in the order in which they are printed.
#pragma once

#include "orchestrator/compose/table_build.hpp"
#include "orchestrator/compose/table_deploy.hpp"
#include "orchestrator/compose/table_network.hpp"
#include "orchestrator/compose/table_own.hpp"
#include "orchestrator/compose/table_process.hpp"
#include "orchestrator/compose/table_storage.hpp"

namespace orchestrator::compose::table {

// ---- services.*

inline constexpr Word kCgroupModes[] = {"host", "private"};
inline constexpr Shape kCgroup{.kinds = kString, .one_of = kCgroupModes};
inline constexpr Shape kCpuCount{.kinds = kInt | kString, .least = 0};
inline constexpr Shape kCpuPercent{.kinds = kInt | kString, .least = 0, .most = 100};
inline constexpr Shape kOomScore{.kinds = kInt | kString, .least = -1000, .most = 1000};

inline constexpr Row kServiceRows[] = {
    {"profiles", &kDistinctTexts, kNameList},
    {"annotations", &kKeyValues, kLabels},
    {"attach", &kBooleanOrText, {.as = As::OptionalBool}},
    {"build", &kBuild, {.as = As::Object, .brief = Short::Build, .merge = Merge::Build}},
    {"develop", &kDevelop, {.as = As::Object}},
    {"blkio_config", &kBlkio, {.as = As::Object}},
    {"cap_add", &kDistinctTexts, kNameList},
    {"cap_drop", &kDistinctTexts, kNameList},
    {"cgroup_parent", &kText},
    {"cgroup", &kCgroup},
    {"cpu_count", &kCpuCount, {.as = As::Int}},
    {"cpu_percent", &kCpuPercent, {.as = As::Number}},
    {"cpu_period", &kNumberOrText, {.as = As::Int}},
    {"cpu_quota", &kNumberOrText, {.as = As::Int}},
    {"cpu_rt_period", &kNumberOrText, {.as = As::Int}},
    {"cpu_rt_runtime", &kNumberOrText, {.as = As::Int}},
    {"cpus", &kNumberOrText, {.as = As::Number}},
    {"cpuset", &kText},
    {"cpu_shares", &kNumberOrText, {.as = As::Int}},
    {"command", &kCommand, {.as = As::Words, .merge = Merge::Replace}},
    {"configs", &kFileReferences, {.as = As::Objects, .same = Same::Config}},
    {"container_name", &kText, {.check = Check::ContainerName}},
    {"credential_spec", &kCredential, {.as = As::Object}},
    {"depends_on",
     &kDependencies,
     {.as = As::Objects, .brief = Short::Dependencies, .merge = Merge::Dependencies}},
    {"deploy", &kDeploy, {.as = As::Object}},
    {"device_cgroup_rules", &kDistinctTexts, kStringList},
    {"devices", &kDevices, {.as = As::Objects, .same = Same::Device}},
    {"dns",
     &kOneOrMore,
     {.as = As::Texts, .brief = Short::OneOrMore, .merge = Merge::OneOrMore, .same = Same::Name}},
    {"dns_opt", &kDistinctTexts, {.as = As::Texts, .merge = Merge::OneOrMore, .same = Same::Name}},
    {"dns_search", &kOneOrMore, {.as = As::Texts, .merge = Merge::OneOrMore, .same = Same::Name}},
    {"domainname", &kText},
    {"entrypoint", &kCommand, {.as = As::Words, .merge = Merge::Replace}},
    {"provider", &kProvider, {.as = As::Object}},
    {"environment", &kKeyValues, {.as = As::Variables, .merge = Merge::KeyValues, .same = Same::Name}},
    {"env_file",
     &kEnvFiles,
     {.as = As::Objects, .brief = Short::EnvFiles, .merge = Merge::OneOrMore, .same = Same::EnvFile}},
    {"expose", &kDistinctOptions, {.as = As::Texts, .same = Same::Text}},
    {"extends", &kExtends, {.as = As::Object, .brief = Short::Extends}},
    {"external_links", &kDistinctTexts, kStringList},
    {"extra_hosts", &kHosts, kHostRules},
    {"group_add", &kDistinctOptions, kStringList},
    {"gpus", &kGpus, {.as = As::Objects, .brief = Short::Gpus}},
    {"hostname", &kText},
    {"healthcheck", &kHealth, {.as = As::Object}},
    {"image", &kText},
    {"init", &kBooleanOrText, {.as = As::OptionalBool}},
    {"ipc", &kText},
    {"isolation", &kText},
    {"labels", &kKeyValues, kLabels},
    {"label_file",
     &kOneOrMoreFiles,
     {.as = As::Texts, .brief = Short::OneOrMore, .merge = Merge::OneOrMore, .path = Path::Plain}},
    {"links", &kDistinctTexts, kNameList},
    {"logging", &kLogging, {.as = As::Object, .merge = Merge::Logging}},
    {"mac_address", &kText},
    {"mem_limit", &kNumberOrText, {.as = As::Size}},
    {"mem_reservation", &kIntegerOrText, {.as = As::Size}},
    {"memswap_limit", &kNumberOrText, {.as = As::Size}},
    {"mem_swappiness", &kIntegerOrText, {.as = As::Size}},
    {"models", &kServiceModels, {.as = As::Objects, .brief = Short::Names, .merge = Merge::Names}},
    {"network_mode", &kText},
    {"networks", &kAttachments, {.as = As::Objects, .brief = Short::Names, .merge = Merge::Names}},
    {"oom_kill_disable", &kBooleanOrText, {.as = As::Bool}},
    {"oom_score_adj", &kOomScore, {.as = As::Int}},
    {"pid", &kTextOrNull},
    {"pids_limit", &kNumberOrText, {.as = As::Int}},
    {"platform", &kText},
    {"ports", &kPorts, {.as = As::Objects, .brief = Short::Ports, .same = Same::Port}},
    {"privileged", &kBooleanOrText, {.as = As::Bool}},
    {"pull_policy", &kText, {.check = Check::PullPolicy}},
    {"pull_refresh_after", &kText},
    {"read_only", &kBooleanOrText, {.as = As::Bool}},
    {"restart", &kText},
    {"rootfs", &kRootfs, kRootfsRules},
    {"runtime", &kText},
    {"scale", &kIntegerOrText, {.as = As::OptionalInt}},
    {"secrets", &kFileReferences, {.as = As::Objects, .same = Same::Secret}},
    {"security_opt", &kDistinctTexts, kStringList},
    {"shm_size", &kNumberOrText, {.as = As::Size}},
    {"stdin_open", &kBooleanOrText, {.as = As::Bool}},
    {"stop_grace_period", &kText, {.as = As::OptionalDuration}},
    {"stop_signal", &kText},
    {"storage_opt", &kAnyMap, {.as = As::TextMap}},
    {"sysctls", &kKeyValues, kLabels},
    {"tmpfs", &kOneOrMore, {.as = As::Texts, .merge = Merge::OneOrMore, .same = Same::Name}},
    {"tty", &kBooleanOrText, {.as = As::Bool}},
    {"ulimits", &kUlimits, {.as = As::Objects}},
    {"use_api_socket", &kBoolean, {.as = As::Bool, .cast_early = false}},
    {"user", &kText},
    {"userns_mode", &kText},
    {"uts", &kText},
    {"volumes", &kMounts, {.as = As::Objects, .same = Same::Mount}},
    {"volumes_from", &kDistinctTexts, kStringList},
    {"working_dir", &kText},
    {"pre_start", &kInitHooks, {.as = As::Objects}},
    {"post_start", &kHooks, {.as = As::Objects}},
    {"pre_stop", &kHooks, {.as = As::Objects}},
    {"x-mdcompose", &kOwn, {.as = As::Object}},
};
inline constexpr Shape kService{.kinds = kMap, .members = kServiceRows};
inline constexpr Row kServiceRow{"", &kService, {.as = As::Object}};
inline constexpr Shape kServices{.kinds = kMap, .values = &kServiceRow, .named = true};

}  // namespace orchestrator::compose::table
