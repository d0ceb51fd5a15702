// Rows of a service's life: dependencies, health, files of variables, watching, logging.
#pragma once

#include "orchestrator/compose/table_common.hpp"
#include "orchestrator/compose/table_deploy.hpp"

namespace orchestrator::compose::table {

// ---- services.*.develop

inline constexpr Word kActions[] = {"rebuild", "sync", "restart", "sync+restart", "sync+exec"};
inline constexpr Shape kAction{.kinds = kString, .one_of = kActions};
inline constexpr Word kNeedsPathAndAction[] = {"path", "action"};
inline constexpr Row kWatchRows[] = {
    {"path", &kText, {.path = Path::Watched}},
    {"action", &kAction},
    {"target", &kText},
    {"exec", &kHook, {.as = As::Object}},
    {"include", &kOneOrMore, kStringList},
    {"ignore", &kOneOrMore, kStringList},
    {"initial_sync", &kBooleanOrText, {.as = As::Bool}},
};
inline constexpr Shape kWatch{.kinds = kMap, .members = kWatchRows, .required = kNeedsPathAndAction};
inline constexpr Row kWatchRow{"", &kWatch, {.as = As::Object}};
inline constexpr Shape kWatches{.kinds = kList, .items = &kWatchRow};
inline constexpr Row kDevelopRows[] = {{"watch", &kWatches, {.as = As::Objects}}};
inline constexpr Shape kDevelop{.kinds = kMap | kNull, .members = kDevelopRows};

// ---- services.*.blkio_config

inline constexpr Row kRateRows[] = {{"path", &kText}, {"rate", &kIntegerOrText, {.as = As::Size}}};
inline constexpr Shape kRate{.kinds = kMap, .members = kRateRows, .extensible = false};
inline constexpr Row kRateRow{"", &kRate, {.as = As::Object}};
inline constexpr Shape kRates{.kinds = kList, .items = &kRateRow};
inline constexpr Row kWeightRows[] = {{"path", &kText}, {"weight", &kIntegerOrText, {.as = As::OptionalInt}}};
inline constexpr Shape kWeight{.kinds = kMap, .members = kWeightRows, .extensible = false};
inline constexpr Row kWeightRow{"", &kWeight, {.as = As::Object}};
inline constexpr Shape kWeights{.kinds = kList, .items = &kWeightRow};
inline constexpr Row kBlkioRows[] = {
    {"weight", &kIntegerOrText, {.as = As::Int}},       {"weight_device", &kWeights, {.as = As::Objects}},
    {"device_read_bps", &kRates, {.as = As::Objects}},  {"device_read_iops", &kRates, {.as = As::Objects}},
    {"device_write_bps", &kRates, {.as = As::Objects}}, {"device_write_iops", &kRates, {.as = As::Objects}},
};
inline constexpr Shape kBlkio{.kinds = kMap, .members = kBlkioRows, .extensible = false};

// ---- services.*.depends_on, env_file, extends, provider, healthcheck, logging, credential_spec

inline constexpr Word kConditions[] = {"service_started", "service_healthy",
                                       "service_completed_successfully"};
inline constexpr Shape kCondition{.kinds = kString, .one_of = kConditions};
inline constexpr Word kNeedsCondition[] = {"condition"};
inline constexpr Row kDependencyRows[] = {
    {"condition", &kCondition},
    {"restart", &kBooleanOrText, {.as = As::Bool}},
    {"required", &kBoolean, {.as = As::OptionalBool}},
};
inline constexpr Shape kDependency{.kinds = kMap, .members = kDependencyRows, .required = kNeedsCondition};
inline constexpr Row kDependencyRow{"", &kDependency, {.as = As::Object}};
inline constexpr Shape kDependencies{
    .kinds = kList | kMap, .values = &kDependencyRow, .named = true, .items = &kTextRow, .distinct = true};

inline constexpr Word kNeedsPath[] = {"path"};
inline constexpr Row kEnvFileRows[] = {
    {"path", &kText, {.path = Path::Plain}},
    {"required", &kBooleanOrText, {.as = As::OptOut}},
    {"format", &kText},
};
inline constexpr Shape kEnvFile{
    .kinds = kString | kMap, .members = kEnvFileRows, .extensible = false, .required = kNeedsPath};
inline constexpr Row kEnvFileRow{"", &kEnvFile, {.as = As::Object}};
inline constexpr Shape kEnvFiles{.kinds = kString | kList, .items = &kEnvFileRow};

inline constexpr Word kNeedsService[] = {"service"};
inline constexpr Row kExtendsRows[] = {{"service", &kText}, {"file", &kText, {.path = Path::Plain}}};
inline constexpr Shape kExtends{
    .kinds = kString | kMap, .members = kExtendsRows, .extensible = false, .required = kNeedsService};

inline constexpr Word kNeedsType[] = {"type"};
inline constexpr Shape kProviderOption{.kinds = kString | kNumber | kBool | kList, .items = &kFlagRow};
inline constexpr Row kProviderOptionRow{"", &kProviderOption, {.as = As::Given}};
inline constexpr Shape kProviderOptions{.kinds = kMap, .values = &kProviderOptionRow};
inline constexpr Row kProviderRows[] = {
    {"type", &kText},
    {"options", &kProviderOptions, {.as = As::OptionLists}},
};
inline constexpr Shape kProvider{.kinds = kMap, .members = kProviderRows, .required = kNeedsType};

inline constexpr Row kHealthRows[] = {
    {"test", &kTest, {.as = As::Test, .merge = Merge::Replace}},
    {"timeout", &kText, {.as = As::OptionalDuration}},
    {"interval", &kText, {.as = As::OptionalDuration}},
    {"retries", &kNumberOrText, {.as = As::OptionalInt}},
    {"start_period", &kText, {.as = As::OptionalDuration}},
    {"start_interval", &kText, {.as = As::OptionalDuration}},
    {"disable", &kBooleanOrText, {.as = As::Bool}},
};
inline constexpr Shape kHealth{.kinds = kMap, .members = kHealthRows};

inline constexpr Row kLoggingRows[] = {
    {"driver", &kText},
    {"options", &kOptionsOrNulls, {.as = As::TextMap}},
};
inline constexpr Shape kLogging{.kinds = kMap, .members = kLoggingRows};

inline constexpr Row kCredentialRows[] = {{"config", &kText}, {"file", &kText}, {"registry", &kText}};
inline constexpr Shape kCredential{.kinds = kMap, .members = kCredentialRows};

inline constexpr Word kAllGpus[] = {"all"};
inline constexpr Shape kGpu{.kinds = kMap, .members = kDeviceRequestRows, .closed = false};
inline constexpr Row kGpuRow{"", &kGpu, {.as = As::Object}};
inline constexpr Shape kGpus{.kinds = kString | kList, .items = &kGpuRow, .one_of = kAllGpus};

}  // namespace orchestrator::compose::table
