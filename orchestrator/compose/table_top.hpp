// Rows of the whole file.
#pragma once

#include "orchestrator/compose/table_common.hpp"
#include "orchestrator/compose/table_own.hpp"
#include "orchestrator/compose/table_service.hpp"

namespace orchestrator::compose::table {

// ---- networks, volumes, secrets, configs, models, include

inline constexpr Row kExternalRows[] = {{"name", &kText}};
inline constexpr Shape kExternal{.kinds = kBool | kString | kMap, .members = kExternalRows};
inline constexpr Shape kOpenExternal{
    .kinds = kBool | kString | kMap, .members = kExternalRows, .closed = false};
inline constexpr Rules kExternalRules{.as = As::Bool};

inline constexpr Row kPoolRows[] = {
    {"subnet", &kText},
    {"gateway", &kText},
    {"ip_range", &kText},
    {"aux_addresses", &kTextMap, {.as = As::TextMap}},
};
inline constexpr Shape kPool{.kinds = kMap, .members = kPoolRows};
inline constexpr Row kPoolRow{"", &kPool, {.as = As::Object}};
inline constexpr Shape kPools{.kinds = kList, .items = &kPoolRow};
inline constexpr Row kIpamRows[] = {
    {"driver", &kText},
    {"config", &kPools, {.as = As::Objects, .merge = Merge::Pools}},
    {"options", &kTextMap, {.as = As::TextMap}},
};
inline constexpr Shape kIpam{.kinds = kMap, .members = kIpamRows};
inline constexpr Row kNetworkRows[] = {
    {"name", &kText},
    {"driver", &kText},
    {"driver_opts", &kOptions, {.as = As::TextMap}},
    {"ipam", &kIpam, {.as = As::Object}},
    {"external", &kExternal, kExternalRules},
    {"internal", &kBooleanOrText, {.as = As::Bool}},
    {"attachable", &kBooleanOrText, {.as = As::Bool}},
    {"labels", &kKeyValues, kLabels},
    {"enable_ipv4", &kBooleanOrText, {.as = As::OptionalBool}},
    {"enable_ipv6", &kBooleanOrText, {.as = As::OptionalBool}},
};
inline constexpr Shape kNetwork{.kinds = kMap | kNull, .members = kNetworkRows};
inline constexpr Row kNetworkRow{"", &kNetwork, {.as = As::Object, .brief = Short::External}};
inline constexpr Shape kNetworks{.kinds = kMap, .values = &kNetworkRow};

inline constexpr Row kVolumeRows[] = {
    {"name", &kText},
    {"driver", &kText},
    {"driver_opts", &kOptions, {.as = As::TextMap}},
    {"external", &kExternal, kExternalRules},
    {"labels", &kKeyValues, kLabels},
};
inline constexpr Shape kVolume{.kinds = kMap | kNull, .members = kVolumeRows};
inline constexpr Row kVolumeRow{
    "", &kVolume, {.as = As::Object, .brief = Short::External, .path = Path::LocalVolume}};
inline constexpr Shape kVolumes{.kinds = kMap, .values = &kVolumeRow, .named = true};

inline constexpr Row kSecretRows[] = {
    {"name", &kText},
    {"file", &kText, {.path = Path::Plain}},
    {"environment", &kText},
    {"external", &kOpenExternal, kExternalRules},
    {"labels", &kKeyValues, kLabels},
    {"driver", &kText},
    {"driver_opts", &kOptions, {.as = As::TextMap}},
    {"template_driver", &kText},
};
inline constexpr Shape kSecret{.kinds = kMap, .members = kSecretRows};
inline constexpr Row kSecretRow{"", &kSecret, {.as = As::Object, .brief = Short::External}};
inline constexpr Shape kSecrets{.kinds = kMap, .values = &kSecretRow, .named = true};

inline constexpr Row kConfigRows[] = {
    {"name", &kText},
    {"file", &kText, {.path = Path::Plain}},
    {"environment", &kText},
    {"content", &kText},
    {"external", &kOpenExternal, kExternalRules},
    {"labels", &kKeyValues, kLabels},
    {"template_driver", &kText},
};
inline constexpr Shape kConfig{.kinds = kMap, .members = kConfigRows};
inline constexpr Row kConfigRow{"", &kConfig, {.as = As::Object, .brief = Short::External}};
inline constexpr Shape kConfigs{.kinds = kMap, .values = &kConfigRow, .named = true};

inline constexpr Word kNeedsModel[] = {"model"};
inline constexpr Row kModelRows[] = {
    {"name", &kText},
    {"model", &kText},
    {"context_size", &kInteger, {.as = As::Int, .cast_early = false}},
    {"runtime_flags", &kTexts, kStringList},
};
inline constexpr Shape kModel{.kinds = kMap, .members = kModelRows, .required = kNeedsModel};
inline constexpr Row kModelRow{"", &kModel, {.as = As::Object}};
inline constexpr Shape kModels{.kinds = kMap, .values = &kModelRow};

inline constexpr Row kIncludeRows[] = {
    {"path", &kOneOrMore, kStringList},
    {"project_directory", &kText},
    {"env_file", &kOneOrMore, kStringList},
};
inline constexpr Shape kInclude{.kinds = kString | kMap, .members = kIncludeRows, .extensible = false};
inline constexpr Row kIncludeRow{"", &kInclude, {.as = As::Object, .brief = Short::Include}};
inline constexpr Shape kIncludes{.kinds = kList, .items = &kIncludeRow};

inline constexpr Row kFileRows[] = {
    {"version", &kText},
    {"name", &kText},
    {"include", &kIncludes, {.as = As::Objects}},
    {"services", &kServices, {.as = As::Objects}},
    {"networks", &kNetworks, {.as = As::Objects}},
    {"volumes", &kVolumes, {.as = As::Objects}},
    {"secrets", &kSecrets, {.as = As::Objects}},
    {"configs", &kConfigs, {.as = As::Objects}},
    {"models", &kModels, {.as = As::Objects}},
    {"x-mdcompose", &kOwnTop, {.as = As::Object}},
};
inline constexpr Shape kFile{.kinds = kMap, .members = kFileRows};
inline constexpr Row kFileRow{"", &kFile, {.as = As::Object}};

}  // namespace orchestrator::compose::table
