// Rows that no other tool knows: `rootfs`, and the closed mapping `x-mdcompose` of a service and of the file.
#pragma once

#include "orchestrator/compose/table_common.hpp"
#include "orchestrator/compose/table_deploy.hpp"

namespace orchestrator::compose::table {

// ---- services.*.rootfs

inline constexpr Word kRootModes[] = {"overlay", "readonly", "writable"};
inline constexpr Shape kRootMode{.kinds = kString, .one_of = kRootModes};
inline constexpr Row kRootBuildRows[] = {
    {"distribution", &kText},
    {"mirror", &kText},
    {"packages", &kDistinctTexts, kNameList},
    {"steps", &kTexts, kStringList},
};
inline constexpr Shape kRootBuild{.kinds = kMap, .members = kRootBuildRows};
inline constexpr Row kRootfsRows[] = {
    {"path", &kText, {.path = Path::Plain}},
    {"mode", &kRootMode},
    {"build", &kRootBuild, {.as = As::Object, .merge = Merge::Replace}},
};
inline constexpr Shape kRootfs{.kinds = kString | kMap, .members = kRootfsRows};
inline constexpr Rules kRootfsRules{.as = As::Object, .brief = Short::Rootfs, .merge = Merge::Replace};

// ---- services.*.x-mdcompose

inline constexpr Shape kStatuses{.kinds = kInt | kString | kList, .items = &kOptionRow};
inline constexpr Row kHttpProbeRows[] = {
    {"port", &kIntegerOrText, {.as = As::Int}},
    {"address", &kText},
    {"path", &kText},
    {"headers", &kKeyValues, kLabels},
    {"status", &kStatuses, {.as = As::Given}},
};
inline constexpr Shape kHttpProbe{.kinds = kInt | kString | kMap, .members = kHttpProbeRows};
inline constexpr Row kProbeRows[] = {
    {"tcp", &kIntegerOrText},
    {"http", &kHttpProbe, {.as = As::Given}},
    {"unix", &kText},
    {"file", &kText},
    {"log", &kText},
    {"notify", &kBooleanOrText, {.as = As::Bool}},
    {"interval", &kText, {.as = As::OptionalDuration}},
    {"timeout", &kText, {.as = As::OptionalDuration}},
    {"retries", &kIntegerOrText, {.as = As::OptionalInt}},
    {"start_period", &kText, {.as = As::OptionalDuration}},
    {"start_interval", &kText, {.as = As::OptionalDuration}},
};
inline constexpr Shape kProbe{.kinds = kMap, .members = kProbeRows};

inline constexpr Word kMissedWords[] = {"run", "skip"};
inline constexpr Shape kMissed{.kinds = kString, .one_of = kMissedWords};
inline constexpr Row kScheduleRows[] = {{"cron", &kText}, {"every", &kText}, {"missed", &kMissed}};
inline constexpr Shape kSchedule{.kinds = kString | kMap, .members = kScheduleRows};

inline constexpr Word kUnhealthy[] = {"restart", "stop", "none"};
inline constexpr Shape kOnUnhealthy{.kinds = kString, .one_of = kUnhealthy};
inline constexpr Word kOneshots[] = {"once", "always"};
inline constexpr Shape kOneshot{.kinds = kString, .one_of = kOneshots};
inline constexpr Word kPublications[] = {"nat", "proxy"};
inline constexpr Shape kPublish{.kinds = kString, .one_of = kPublications};
inline constexpr Word kActivations[] = {"on-demand", "eager"};
inline constexpr Shape kActivation{.kinds = kString, .one_of = kActivations};
inline constexpr Word kResolutions[] = {"running", "healthy"};
inline constexpr Shape kResolve{.kinds = kString, .one_of = kResolutions};
inline constexpr Word kReactions[] = {"restart", "stop", "ignore"};
inline constexpr Shape kOnDependency{.kinds = kString, .one_of = kReactions};

inline constexpr Word kOwnConditions[] = {"service_started", "service_healthy",
                                          "service_completed_successfully", "service_completed",
                                          "service_log_ready"};
inline constexpr Shape kOwnCondition{.kinds = kString, .one_of = kOwnConditions};
inline constexpr Row kOwnDependencyRows[] = {
    {"condition", &kOwnCondition},
    {"log", &kText},
    {"restart", &kBooleanOrText, {.as = As::Bool}},
    {"required", &kBooleanOrText, {.as = As::OptOut}},
};
inline constexpr Shape kOwnDependency{.kinds = kMap, .members = kOwnDependencyRows};
inline constexpr Row kOwnDependencyRow{"", &kOwnDependency, {.as = As::Object}};
inline constexpr Shape kOwnDependencies{.kinds = kMap, .values = &kOwnDependencyRow, .named = true};

inline constexpr Shape kExitCode{.kinds = kInt | kString, .least = 0, .most = 255};
inline constexpr Row kExitCodeRow{"", &kExitCode, {.as = As::Int}};
inline constexpr Shape kExitCodes{.kinds = kList, .items = &kExitCodeRow, .distinct = true};

inline constexpr Row kOwnRows[] = {
    {"rootfs", &kRootfs, kRootfsRules},
    {"probe", &kProbe, {.as = As::Object}},
    {"on_unhealthy", &kOnUnhealthy},
    {"eager_probes", &kBooleanOrText, {.as = As::OptionalBool}},
    {"success_exit_codes", &kExitCodes, {.as = As::Objects}},
    {"schedule", &kSchedule, {.as = As::Given}},
    {"oneshot", &kOneshot},
    {"strict_limits", &kBooleanOrText, {.as = As::OptionalBool}},
    {"publish", &kPublish},
    {"activation", &kActivation},
    {"idle_timeout", &kText, {.as = As::OptionalDuration}},
    {"hold", &kBooleanOrText, {.as = As::OptionalBool}},
    {"resolve", &kResolve},
    {"on_dependency", &kOnDependency},
    {"depends_on", &kOwnDependencies, {.as = As::Objects}},
};
inline constexpr Elsewhere kOwnElsewhere[] = {
    {"limits",
     "those of a container are cpus, mem_limit and pids_limit, and x-mdcompose.limits of the whole file is "
     "for all"},
};
inline constexpr Shape kOwn{.kinds = kMap, .members = kOwnRows, .elsewhere = kOwnElsewhere};

// ---- x-mdcompose of the file

inline constexpr Word kWaysOut[] = {"auto", "uplink", "gateway"};
inline constexpr Shape kOutbound{.kinds = kString, .one_of = kWaysOut};
inline constexpr Row kOwnTopRows[] = {
    {"publish_address", &kText},
    {"publish", &kPublish},
    {"outbound", &kOutbound},
    {"limits", &kLimits, {.as = As::Object}},
    {"strict_limits", &kBooleanOrText, {.as = As::OptionalBool}},
    {"eager_probes", &kBooleanOrText, {.as = As::OptionalBool}},
};
inline constexpr Shape kOwnTop{.kinds = kMap, .members = kOwnTopRows};

}  // namespace orchestrator::compose::table
