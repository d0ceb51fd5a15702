// Forms that many attributes share: scalars, lists, uses of secrets and configs, limits, hooks.
#pragma once

#include "orchestrator/compose/attributes.hpp"

namespace orchestrator::compose::table {

using Row = Attribute;
using Word = std::string_view;

// ---- scalars and lists that many attributes share

inline constexpr Shape kAnything{};
inline constexpr Shape kText{.kinds = kString};
inline constexpr Shape kTextOrNull{.kinds = kString | kNull};
inline constexpr Shape kBoolean{.kinds = kBool};
inline constexpr Shape kBooleanOrText{.kinds = kBool | kString};
inline constexpr Shape kInteger{.kinds = kInt};
inline constexpr Shape kIntegerOrText{.kinds = kInt | kString};
inline constexpr Shape kPlainNumber{.kinds = kNumber};
inline constexpr Shape kNumberOrText{.kinds = kNumber | kString};
inline constexpr Shape kScalar{.kinds = kString | kNumber | kBool | kNull};
inline constexpr Shape kOption{.kinds = kString | kNumber};
inline constexpr Shape kOptionOrNull{.kinds = kString | kNumber | kNull};
inline constexpr Shape kFlag{.kinds = kString | kNumber | kBool};

inline constexpr Row kAnythingRow{"", &kAnything, {.as = As::Given}};
inline constexpr Row kTextRow{"", &kText};
inline constexpr Row kScalarRow{"", &kScalar};
inline constexpr Row kOptionRow{"", &kOption};
inline constexpr Row kOptionOrNullRow{"", &kOptionOrNull};
inline constexpr Row kFlagRow{"", &kFlag};

inline constexpr Shape kTexts{.kinds = kList, .items = &kTextRow};
inline constexpr Shape kDistinctTexts{.kinds = kList, .items = &kTextRow, .distinct = true};
inline constexpr Shape kDistinctOptions{.kinds = kList, .items = &kOptionRow, .distinct = true};
inline constexpr Shape kOneOrMore{.kinds = kString | kList, .items = &kTextRow, .distinct = true};
inline constexpr Shape kOneOrMoreFiles{.kinds = kString | kList, .items = &kTextRow};
inline constexpr Shape kCommand{.kinds = kNull | kString | kList, .items = &kTextRow};
inline constexpr Shape kTest{.kinds = kString | kList, .items = &kTextRow};
inline constexpr Shape kKeyValues{
    .kinds = kMap | kList, .values = &kScalarRow, .items = &kTextRow, .distinct = true};
inline constexpr Shape kOptions{.kinds = kMap, .values = &kOptionRow};
inline constexpr Shape kOptionsOrNulls{.kinds = kMap, .values = &kOptionOrNullRow};
inline constexpr Shape kTextMap{.kinds = kMap, .values = &kTextRow};
inline constexpr Shape kAnyMap{.kinds = kMap, .values = &kAnythingRow};

inline constexpr Rules kLabels{.as = As::TextMap, .merge = Merge::KeyValues, .same = Same::Name};
inline constexpr Rules kStringList{.as = As::Texts};
inline constexpr Rules kNameList{.as = As::Texts, .same = Same::Name};

inline constexpr Shape kHostAddresses{.kinds = kString | kList, .items = &kTextRow};
inline constexpr Row kHostAddressesRow{"", &kHostAddresses, {.as = As::Given}};
inline constexpr Shape kHosts{
    .kinds = kMap | kList, .values = &kHostAddressesRow, .items = &kTextRow, .distinct = true};
inline constexpr Rules kHostRules{.as = As::Hosts, .merge = Merge::Hosts};

// ---- uses of secrets and configs, limits, hooks

inline constexpr Row kFileReferenceRows[] = {
    {"source", &kText},
    {"target", &kText},
    {"uid", &kText},
    {"gid", &kText},
    {"mode", &kNumberOrText, {.as = As::Mode}},
};
inline constexpr Shape kFileReference{.kinds = kString | kMap, .members = kFileReferenceRows};
inline constexpr Row kFileReferenceRow{
    "", &kFileReference, {.as = As::Object, .brief = Short::FileReference}};
inline constexpr Shape kFileReferences{.kinds = kList, .items = &kFileReferenceRow};

inline constexpr Word kSoftAndHard[] = {"soft", "hard"};
inline constexpr Row kUlimitRows[] = {
    {"hard", &kIntegerOrText, {.as = As::OptionalInt}},
    {"soft", &kIntegerOrText, {.as = As::OptionalInt}},
};
inline constexpr Shape kUlimit{
    .kinds = kInt | kString | kMap, .members = kUlimitRows, .required = kSoftAndHard};
inline constexpr Row kUlimitRow{"", &kUlimit, {.as = As::OptionalInt, .merge = Merge::Replace}};
inline constexpr Shape kUlimits{.kinds = kMap, .values = &kUlimitRow};

inline constexpr Word kNeedsCommand[] = {"command"};
inline constexpr Row kHookRows[] = {
    {"command", &kCommand, {.as = As::Words, .merge = Merge::Replace}},
    {"user", &kText},
    {"privileged", &kBooleanOrText, {.as = As::Bool}},
    {"working_dir", &kText},
    {"environment", &kKeyValues, {.as = As::Variables, .merge = Merge::KeyValues}},
};
inline constexpr Shape kHook{.kinds = kMap, .members = kHookRows, .required = kNeedsCommand};
inline constexpr Row kHookRow{"", &kHook, {.as = As::Object}};
inline constexpr Shape kHooks{.kinds = kList, .items = &kHookRow};
inline constexpr Row kInitHookRows[] = {
    {"command", &kCommand, {.as = As::Words, .merge = Merge::Replace}},
    {"image", &kText},
    {"user", &kText},
    {"privileged", &kBooleanOrText, {.as = As::Bool}},
    {"working_dir", &kText},
    {"environment", &kKeyValues, {.as = As::Variables, .merge = Merge::KeyValues}},
    {"per_replica", &kBooleanOrText, {.as = As::Bool}},
};
inline constexpr Shape kInitHook{.kinds = kMap, .members = kInitHookRows};
inline constexpr Row kInitHookRow{"", &kInitHook, {.as = As::Object}};
inline constexpr Shape kInitHooks{.kinds = kList, .items = &kInitHookRow};

}  // namespace orchestrator::compose::table
