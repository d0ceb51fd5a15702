// Rows of `services.*.build`.
#pragma once

#include "orchestrator/compose/table_common.hpp"

namespace orchestrator::compose::table {

// ---- services.*.build

inline constexpr Row kBuildRows[] = {
    {"context", &kText, {.path = Path::Context}},
    {"dockerfile", &kText},
    {"dockerfile_inline", &kText},
    {"entitlements", &kTexts, kStringList},
    {"args", &kKeyValues, {.as = As::Variables, .merge = Merge::KeyValues, .same = Same::Name}},
    {"provenance", &kBooleanOrText},
    {"sbom", &kBooleanOrText},
    {"ssh", &kKeyValues, {.as = As::Keys, .merge = Merge::KeyValues, .same = Same::Name, .path = Path::Keys}},
    {"labels", &kKeyValues, kLabels},
    {"cache_from", &kTexts, kStringList},
    {"cache_to", &kTexts, kStringList},
    {"no_cache", &kBooleanOrText, {.as = As::Bool}},
    {"no_cache_filter", &kOneOrMore, kStringList},
    {"additional_contexts",
     &kKeyValues,
     {.as = As::TextMap, .merge = Merge::KeyValues, .same = Same::Name, .path = Path::Contexts}},
    {"pull", &kBooleanOrText, {.as = As::Bool}},
    {"extra_hosts", &kHosts, kHostRules},
    {"isolation", &kText},
    {"network", &kText},
    {"target", &kText},
    {"secrets", &kFileReferences, {.as = As::Objects}},
    {"shm_size", &kIntegerOrText, {.as = As::Size}},
    {"tags", &kTexts, kNameList},
    {"ulimits", &kUlimits, {.as = As::Objects}},
    {"platforms", &kTexts, kNameList},
    {"privileged", &kBooleanOrText, {.as = As::Bool}},
};
inline constexpr Shape kBuild{.kinds = kString | kMap, .members = kBuildRows};

}  // namespace orchestrator::compose::table
