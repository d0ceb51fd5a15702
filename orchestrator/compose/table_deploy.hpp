// Rows of `services.*.deploy`, and of requests for devices.
#pragma once

#include "orchestrator/compose/table_common.hpp"

namespace orchestrator::compose::table {

// ---- services.*.deploy

inline constexpr Word kOrders[] = {"start-first", "stop-first"};
inline constexpr Shape kOrder{.kinds = kString, .one_of = kOrders};
inline constexpr Row kUpdateRows[] = {
    {"parallelism", &kIntegerOrText, {.as = As::OptionalInt}},
    {"delay", &kText, {.as = As::Duration}},
    {"failure_action", &kText},
    {"monitor", &kText, {.as = As::Duration}},
    {"max_failure_ratio", &kNumberOrText, {.as = As::Number}},
    {"order", &kOrder},
};
inline constexpr Shape kUpdate{.kinds = kMap, .members = kUpdateRows};

inline constexpr Row kDeviceRequestRows[] = {
    {"capabilities", &kDistinctTexts, kStringList},
    {"driver", &kText},
    {"count", &kIntegerOrText, {.as = As::Count}},
    {"device_ids", &kDistinctTexts, kStringList},
    {"options", &kKeyValues, {.as = As::TextMap, .merge = Merge::KeyValues}},
};
inline constexpr Word kNeedsCapabilities[] = {"capabilities"};
inline constexpr Shape kDeviceRequest{
    .kinds = kMap, .members = kDeviceRequestRows, .required = kNeedsCapabilities};
inline constexpr Row kDeviceRequestRow{"", &kDeviceRequest, {.as = As::Object}};
inline constexpr Shape kDeviceRequests{.kinds = kList, .items = &kDeviceRequestRow};

inline constexpr Row kDiscreteRows[] = {{"kind", &kText}, {"value", &kNumberOrText, {.as = As::OptionalInt}}};
inline constexpr Shape kDiscrete{.kinds = kMap, .members = kDiscreteRows};
inline constexpr Row kGenericRows[] = {{"discrete_resource_spec", &kDiscrete, {.as = As::Object}}};
inline constexpr Shape kGeneric{.kinds = kMap, .members = kGenericRows};
inline constexpr Row kGenericRow{"", &kGeneric, {.as = As::Object}};
inline constexpr Shape kGenerics{.kinds = kList, .items = &kGenericRow};

inline constexpr Row kLimitRows[] = {
    {"cpus", &kNumberOrText, {.as = As::Number, .cast_early = false}},
    {"memory", &kText, {.as = As::Size}},
    {"pids", &kIntegerOrText, {.as = As::Int}},
};
inline constexpr Shape kLimits{.kinds = kMap, .members = kLimitRows};
inline constexpr Row kReservationRows[] = {
    {"cpus", &kNumberOrText, {.as = As::Number, .cast_early = false}},
    {"memory", &kText, {.as = As::Size}},
    {"devices", &kDeviceRequests, {.as = As::Objects}},
    {"generic_resources", &kGenerics, {.as = As::Objects}},
};
inline constexpr Shape kReservations{.kinds = kMap, .members = kReservationRows};
inline constexpr Row kResourceRows[] = {
    {"limits", &kLimits, {.as = As::Object}},
    {"reservations", &kReservations, {.as = As::Object}},
};
inline constexpr Shape kResources{.kinds = kMap, .members = kResourceRows};

inline constexpr Row kRestartPolicyRows[] = {
    {"condition", &kText},
    {"delay", &kText, {.as = As::OptionalDuration}},
    {"max_attempts", &kIntegerOrText, {.as = As::OptionalInt}},
    {"window", &kText, {.as = As::OptionalDuration}},
};
inline constexpr Shape kRestartPolicy{.kinds = kMap, .members = kRestartPolicyRows};

inline constexpr Row kPreferenceRows[] = {{"spread", &kText}};
inline constexpr Shape kPreference{.kinds = kMap, .members = kPreferenceRows};
inline constexpr Row kPreferenceRow{"", &kPreference, {.as = As::Object}};
inline constexpr Shape kPreferences{.kinds = kList, .items = &kPreferenceRow};
inline constexpr Row kPlacementRows[] = {
    {"constraints", &kTexts, kStringList},
    {"preferences", &kPreferences, {.as = As::Objects}},
    {"max_replicas_per_node", &kIntegerOrText, {.as = As::Int}},
};
inline constexpr Shape kPlacement{.kinds = kMap, .members = kPlacementRows};

inline constexpr Row kDeployRows[] = {
    {"mode", &kText},
    {"replicas", &kIntegerOrText, {.as = As::OptionalInt}},
    {"labels", &kKeyValues, kLabels},
    {"update_config", &kUpdate, {.as = As::Object}},
    {"rollback_config", &kUpdate, {.as = As::Object}},
    {"resources", &kResources, {.as = As::Group}},
    {"restart_policy", &kRestartPolicy, {.as = As::Object}},
    {"placement", &kPlacement, {.as = As::Group}},
    {"endpoint_mode", &kText},
};
inline constexpr Shape kDeploy{.kinds = kMap | kNull, .members = kDeployRows};

}  // namespace orchestrator::compose::table
