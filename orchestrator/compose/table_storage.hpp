// Rows of `services.*.volumes` and `devices`.
#pragma once

#include "orchestrator/compose/table_common.hpp"
#include "orchestrator/compose/table_process.hpp"

namespace orchestrator::compose::table {

// ---- services.*.volumes, devices

inline constexpr Word kMountTypes[] = {"bind", "volume", "tmpfs", "cluster", "npipe", "image"};
inline constexpr Shape kMountType{.kinds = kString, .one_of = kMountTypes};
inline constexpr Word kRecursions[] = {"enabled", "disabled", "writable", "readonly"};
inline constexpr Shape kRecursive{.kinds = kString, .one_of = kRecursions};
inline constexpr Word kRelabelings[] = {"z", "Z"};
inline constexpr Shape kSelinux{.kinds = kString, .one_of = kRelabelings};
inline constexpr Row kBindRows[] = {
    {"selinux", &kSelinux},
    {"propagation", &kText},
    {"create_host_path", &kBooleanOrText, {.as = As::OptOut}},
    {"recursive", &kRecursive},
};
inline constexpr Shape kBind{.kinds = kMap, .members = kBindRows};
inline constexpr Row kVolumeOptionRows[] = {
    {"labels", &kKeyValues, kLabels},
    {"nocopy", &kBooleanOrText, {.as = As::Bool}},
    {"subpath", &kText},
};
inline constexpr Shape kVolumeOptions{.kinds = kMap, .members = kVolumeOptionRows};
inline constexpr Shape kTmpfsSize{.kinds = kInt | kString, .least = 0};
inline constexpr Row kTmpfsRows[] = {
    {"size", &kTmpfsSize, {.as = As::Size}},
    {"mode", &kNumberOrText, {.as = As::Int, .cast_early = false}},
};
inline constexpr Shape kTmpfs{.kinds = kMap, .members = kTmpfsRows};
inline constexpr Row kImageRows[] = {{"subpath", &kText}};
inline constexpr Shape kImage{.kinds = kMap, .members = kImageRows};
inline constexpr Row kMountRows[] = {
    {"type", &kMountType},
    {"source", &kText, {.path = Path::Mount}},
    {"target", &kText},
    {"read_only", &kBooleanOrText, {.as = As::Bool}},
    {"consistency", &kText},
    {"bind", &kBind, {.as = As::Object}},
    {"volume", &kVolumeOptions, {.as = As::Object}},
    {"tmpfs", &kTmpfs, {.as = As::Object}},
    {"image", &kImage, {.as = As::Object}},
};
inline constexpr Shape kMount{.kinds = kString | kMap, .members = kMountRows, .required = kNeedsType};
inline constexpr Row kMountRow{"", &kMount, {.as = As::Object, .brief = Short::Mount, .path = Path::Mount}};
inline constexpr Shape kMounts{.kinds = kList, .items = &kMountRow, .distinct = true};

inline constexpr Word kNeedsSource[] = {"source"};
inline constexpr Row kDeviceRows[] = {{"source", &kText}, {"target", &kText}, {"permissions", &kText}};
inline constexpr Shape kDevice{.kinds = kString | kMap, .members = kDeviceRows, .required = kNeedsSource};
inline constexpr Row kDeviceRow{"", &kDevice, {.as = As::Object, .brief = Short::Device}};
inline constexpr Shape kDevices{.kinds = kList, .items = &kDeviceRow};

}  // namespace orchestrator::compose::table
