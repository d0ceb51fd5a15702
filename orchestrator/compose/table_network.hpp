// Rows of `services.*.networks`, `models` and `ports`.
#pragma once

#include "orchestrator/compose/table_common.hpp"

namespace orchestrator::compose::table {

// ---- services.*.networks, models, ports

inline constexpr Row kAttachmentRows[] = {
    {"aliases", &kDistinctTexts, kNameList},
    {"driver_opts", &kOptions, {.as = As::TextMap}},
    {"gw_priority", &kPlainNumber, {.as = As::Int, .cast_early = false}},
    {"interface_name", &kText},
    {"ipv4_address", &kText},
    {"ipv6_address", &kText},
    {"link_local_ips", &kDistinctTexts, kNameList},
    {"mac_address", &kText},
    {"priority", &kPlainNumber, {.as = As::Int, .cast_early = false}},
};
inline constexpr Shape kAttachment{.kinds = kMap | kNull, .members = kAttachmentRows};
inline constexpr Row kAttachmentRow{"", &kAttachment, {.as = As::Object}};
inline constexpr Shape kAttachments{
    .kinds = kList | kMap, .values = &kAttachmentRow, .named = true, .items = &kTextRow, .distinct = true};

inline constexpr Row kServiceModelRows[] = {{"endpoint_var", &kText}, {"model_var", &kText}};
inline constexpr Shape kServiceModel{.kinds = kMap | kNull, .members = kServiceModelRows};
inline constexpr Row kServiceModelRow{"", &kServiceModel, {.as = As::Object}};
inline constexpr Shape kServiceModels{
    .kinds = kList | kMap, .values = &kServiceModelRow, .items = &kTextRow, .distinct = true};

inline constexpr Row kPortRows[] = {
    {"name", &kText},
    {"mode", &kText},
    {"host_ip", &kText},
    {"target", &kIntegerOrText, {.as = As::Int}},
    {"published", &kIntegerOrText},
    {"protocol", &kText},
    {"app_protocol", &kText},
};
inline constexpr Shape kPort{.kinds = kNumber | kString | kMap, .members = kPortRows};
inline constexpr Row kPortRow{"", &kPort, {.as = As::Object}};
inline constexpr Shape kPorts{.kinds = kList, .items = &kPortRow, .distinct = true};

}  // namespace orchestrator::compose::table
