#include "orchestrator/compose/attributes.hpp"

#include <array>

namespace orchestrator::compose {
namespace {

using Row = Attribute;
using Word = std::string_view;

// ---- scalars and lists that many attributes share

constexpr Shape kAnything{};
constexpr Shape kText{.kinds = kString};
constexpr Shape kTextOrNull{.kinds = kString | kNull};
constexpr Shape kBoolean{.kinds = kBool};
constexpr Shape kBooleanOrText{.kinds = kBool | kString};
constexpr Shape kInteger{.kinds = kInt};
constexpr Shape kIntegerOrText{.kinds = kInt | kString};
constexpr Shape kPlainNumber{.kinds = kNumber};
constexpr Shape kNumberOrText{.kinds = kNumber | kString};
constexpr Shape kScalar{.kinds = kString | kNumber | kBool | kNull};
constexpr Shape kOption{.kinds = kString | kNumber};
constexpr Shape kOptionOrNull{.kinds = kString | kNumber | kNull};
constexpr Shape kFlag{.kinds = kString | kNumber | kBool};

constexpr Row kAnythingRow{"", &kAnything, {.as = As::Given}};
constexpr Row kTextRow{"", &kText};
constexpr Row kScalarRow{"", &kScalar};
constexpr Row kOptionRow{"", &kOption};
constexpr Row kOptionOrNullRow{"", &kOptionOrNull};
constexpr Row kFlagRow{"", &kFlag};

constexpr Shape kTexts{.kinds = kList, .items = &kTextRow};
constexpr Shape kDistinctTexts{.kinds = kList, .items = &kTextRow, .distinct = true};
constexpr Shape kDistinctOptions{.kinds = kList, .items = &kOptionRow, .distinct = true};
constexpr Shape kOneOrMore{.kinds = kString | kList, .items = &kTextRow, .distinct = true};
constexpr Shape kOneOrMoreFiles{.kinds = kString | kList, .items = &kTextRow};
constexpr Shape kCommand{.kinds = kNull | kString | kList, .items = &kTextRow};
constexpr Shape kTest{.kinds = kString | kList, .items = &kTextRow};
constexpr Shape kKeyValues{
    .kinds = kMap | kList, .values = &kScalarRow, .items = &kTextRow, .distinct = true};
constexpr Shape kOptions{.kinds = kMap, .values = &kOptionRow};
constexpr Shape kOptionsOrNulls{.kinds = kMap, .values = &kOptionOrNullRow};
constexpr Shape kTextMap{.kinds = kMap, .values = &kTextRow};
constexpr Shape kAnyMap{.kinds = kMap, .values = &kAnythingRow};

constexpr Rules kLabels{.as = As::TextMap, .merge = Merge::KeyValues, .same = Same::Name};
constexpr Rules kStringList{.as = As::Texts};
constexpr Rules kNameList{.as = As::Texts, .same = Same::Name};

constexpr Shape kHostAddresses{.kinds = kString | kList, .items = &kTextRow};
constexpr Row kHostAddressesRow{"", &kHostAddresses, {.as = As::Given}};
constexpr Shape kHosts{
    .kinds = kMap | kList, .values = &kHostAddressesRow, .items = &kTextRow, .distinct = true};
constexpr Rules kHostRules{.as = As::Hosts, .merge = Merge::Hosts};

// ---- uses of secrets and configs, limits, hooks

constexpr Row kFileReferenceRows[] = {
    {"source", &kText},
    {"target", &kText},
    {"uid", &kText},
    {"gid", &kText},
    {"mode", &kNumberOrText, {.as = As::Mode}},
};
constexpr Shape kFileReference{.kinds = kString | kMap, .members = kFileReferenceRows};
constexpr Row kFileReferenceRow{"", &kFileReference, {.as = As::Object, .brief = Short::FileReference}};
constexpr Shape kFileReferences{.kinds = kList, .items = &kFileReferenceRow};

constexpr Word kSoftAndHard[] = {"soft", "hard"};
constexpr Row kUlimitRows[] = {
    {"hard", &kIntegerOrText, {.as = As::OptionalInt}},
    {"soft", &kIntegerOrText, {.as = As::OptionalInt}},
};
constexpr Shape kUlimit{.kinds = kInt | kString | kMap, .members = kUlimitRows, .required = kSoftAndHard};
constexpr Row kUlimitRow{"", &kUlimit, {.as = As::OptionalInt, .merge = Merge::Ulimit}};
constexpr Shape kUlimits{.kinds = kMap, .values = &kUlimitRow};

constexpr Word kNeedsCommand[] = {"command"};
constexpr Row kHookRows[] = {
    {"command", &kCommand, {.as = As::Words, .merge = Merge::Replace}},
    {"user", &kText},
    {"privileged", &kBooleanOrText, {.as = As::Bool}},
    {"working_dir", &kText},
    {"environment", &kKeyValues, {.as = As::Variables, .merge = Merge::KeyValues}},
};
constexpr Shape kHook{.kinds = kMap, .members = kHookRows, .required = kNeedsCommand};
constexpr Row kHookRow{"", &kHook, {.as = As::Object}};
constexpr Shape kHooks{.kinds = kList, .items = &kHookRow};
constexpr Row kInitHookRows[] = {
    {"command", &kCommand, {.as = As::Words, .merge = Merge::Replace}},
    {"image", &kText},
    {"user", &kText},
    {"privileged", &kBooleanOrText, {.as = As::Bool}},
    {"working_dir", &kText},
    {"environment", &kKeyValues, {.as = As::Variables, .merge = Merge::KeyValues}},
    {"per_replica", &kBooleanOrText, {.as = As::Bool}},
};
constexpr Shape kInitHook{.kinds = kMap, .members = kInitHookRows};
constexpr Row kInitHookRow{"", &kInitHook, {.as = As::Object}};
constexpr Shape kInitHooks{.kinds = kList, .items = &kInitHookRow};

// ---- services.*.build

constexpr Row kBuildRows[] = {
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
constexpr Shape kBuild{.kinds = kString | kMap, .members = kBuildRows};

// ---- services.*.deploy

constexpr Word kOrders[] = {"start-first", "stop-first"};
constexpr Shape kOrder{.kinds = kString, .one_of = kOrders};
constexpr Row kUpdateRows[] = {
    {"parallelism", &kIntegerOrText, {.as = As::OptionalInt}},
    {"delay", &kText, {.as = As::Duration}},
    {"failure_action", &kText},
    {"monitor", &kText, {.as = As::Duration}},
    {"max_failure_ratio", &kNumberOrText, {.as = As::Number}},
    {"order", &kOrder},
};
constexpr Shape kUpdate{.kinds = kMap, .members = kUpdateRows};

constexpr Row kDeviceRequestRows[] = {
    {"capabilities", &kDistinctTexts, kStringList},
    {"driver", &kText},
    {"count", &kIntegerOrText, {.as = As::Count}},
    {"device_ids", &kDistinctTexts, kStringList},
    {"options", &kKeyValues, {.as = As::TextMap, .merge = Merge::KeyValues}},
};
constexpr Shape kDeviceRequest{.kinds = kMap, .members = kDeviceRequestRows};
constexpr Row kDeviceRequestRow{"", &kDeviceRequest, {.as = As::Object, .check = Check::DeviceRequest}};
constexpr Shape kDeviceRequests{.kinds = kList, .items = &kDeviceRequestRow};

constexpr Row kDiscreteRows[] = {{"kind", &kText}, {"value", &kNumberOrText, {.as = As::OptionalInt}}};
constexpr Shape kDiscrete{.kinds = kMap, .members = kDiscreteRows};
constexpr Row kGenericRows[] = {{"discrete_resource_spec", &kDiscrete, {.as = As::Object}}};
constexpr Shape kGeneric{.kinds = kMap, .members = kGenericRows};
constexpr Row kGenericRow{"", &kGeneric, {.as = As::Object}};
constexpr Shape kGenerics{.kinds = kList, .items = &kGenericRow};

constexpr Row kLimitRows[] = {
    {"cpus", &kNumberOrText, {.as = As::Number, .cast_early = false}},
    {"memory", &kText, {.as = As::Size}},
    {"pids", &kIntegerOrText, {.as = As::Int}},
};
constexpr Shape kLimits{.kinds = kMap, .members = kLimitRows};
constexpr Row kReservationRows[] = {
    {"cpus", &kNumberOrText, {.as = As::Number, .cast_early = false}},
    {"memory", &kText, {.as = As::Size}},
    {"devices", &kDeviceRequests, {.as = As::Objects}},
    {"generic_resources", &kGenerics, {.as = As::Objects}},
};
constexpr Shape kReservations{.kinds = kMap, .members = kReservationRows};
constexpr Row kResourceRows[] = {
    {"limits", &kLimits, {.as = As::Object}},
    {"reservations", &kReservations, {.as = As::Object}},
};
constexpr Shape kResources{.kinds = kMap, .members = kResourceRows};

constexpr Row kRestartPolicyRows[] = {
    {"condition", &kText},
    {"delay", &kText, {.as = As::OptionalDuration}},
    {"max_attempts", &kIntegerOrText, {.as = As::OptionalInt}},
    {"window", &kText, {.as = As::OptionalDuration}},
};
constexpr Shape kRestartPolicy{.kinds = kMap, .members = kRestartPolicyRows};

constexpr Row kPreferenceRows[] = {{"spread", &kText}};
constexpr Shape kPreference{.kinds = kMap, .members = kPreferenceRows};
constexpr Row kPreferenceRow{"", &kPreference, {.as = As::Object}};
constexpr Shape kPreferences{.kinds = kList, .items = &kPreferenceRow};
constexpr Row kPlacementRows[] = {
    {"constraints", &kTexts, kStringList},
    {"preferences", &kPreferences, {.as = As::Objects}},
    {"max_replicas_per_node", &kIntegerOrText, {.as = As::Int}},
};
constexpr Shape kPlacement{.kinds = kMap, .members = kPlacementRows};

constexpr Row kDeployRows[] = {
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
constexpr Shape kDeploy{.kinds = kMap | kNull, .members = kDeployRows};

// ---- services.*.develop

constexpr Word kActions[] = {"rebuild", "sync", "restart", "sync+restart", "sync+exec"};
constexpr Shape kAction{.kinds = kString, .one_of = kActions};
constexpr Word kNeedsPathAndAction[] = {"path", "action"};
constexpr Row kWatchRows[] = {
    {"path", &kText, {.path = Path::Watched}},
    {"action", &kAction},
    {"target", &kText},
    {"exec", &kHook, {.as = As::Object}},
    {"include", &kOneOrMore, kStringList},
    {"ignore", &kOneOrMore, kStringList},
    {"initial_sync", &kBooleanOrText, {.as = As::Bool}},
};
constexpr Shape kWatch{.kinds = kMap, .members = kWatchRows, .required = kNeedsPathAndAction};
constexpr Row kWatchRow{"", &kWatch, {.as = As::Object}};
constexpr Shape kWatches{.kinds = kList, .items = &kWatchRow};
constexpr Row kDevelopRows[] = {{"watch", &kWatches, {.as = As::Objects}}};
constexpr Shape kDevelop{.kinds = kMap | kNull, .members = kDevelopRows};

// ---- services.*.blkio_config

constexpr Row kRateRows[] = {{"path", &kText}, {"rate", &kIntegerOrText, {.as = As::Size}}};
constexpr Shape kRate{.kinds = kMap, .members = kRateRows, .extensible = false};
constexpr Row kRateRow{"", &kRate, {.as = As::Object}};
constexpr Shape kRates{.kinds = kList, .items = &kRateRow};
constexpr Row kWeightRows[] = {{"path", &kText}, {"weight", &kIntegerOrText, {.as = As::OptionalInt}}};
constexpr Shape kWeight{.kinds = kMap, .members = kWeightRows, .extensible = false};
constexpr Row kWeightRow{"", &kWeight, {.as = As::Object}};
constexpr Shape kWeights{.kinds = kList, .items = &kWeightRow};
constexpr Row kBlkioRows[] = {
    {"weight", &kIntegerOrText, {.as = As::Int}},       {"weight_device", &kWeights, {.as = As::Objects}},
    {"device_read_bps", &kRates, {.as = As::Objects}},  {"device_read_iops", &kRates, {.as = As::Objects}},
    {"device_write_bps", &kRates, {.as = As::Objects}}, {"device_write_iops", &kRates, {.as = As::Objects}},
};
constexpr Shape kBlkio{.kinds = kMap, .members = kBlkioRows, .extensible = false};

// ---- services.*.depends_on, env_file, extends, provider, healthcheck, logging, credential_spec

constexpr Word kConditions[] = {"service_started", "service_healthy", "service_completed_successfully"};
constexpr Shape kCondition{.kinds = kString, .one_of = kConditions};
constexpr Word kNeedsCondition[] = {"condition"};
constexpr Row kDependencyRows[] = {
    {"condition", &kCondition},
    {"restart", &kBooleanOrText, {.as = As::Bool}},
    {"required", &kBoolean, {.as = As::OptionalBool}},
};
constexpr Shape kDependency{.kinds = kMap, .members = kDependencyRows, .required = kNeedsCondition};
constexpr Row kDependencyRow{"", &kDependency, {.as = As::Object}};
constexpr Shape kDependencies{
    .kinds = kList | kMap, .values = &kDependencyRow, .named = true, .items = &kTextRow, .distinct = true};

constexpr Word kNeedsPath[] = {"path"};
constexpr Row kEnvFileRows[] = {
    {"path", &kText, {.path = Path::Plain}},
    {"required", &kBooleanOrText, {.as = As::OptOut}},
    {"format", &kText},
};
constexpr Shape kEnvFile{
    .kinds = kString | kMap, .members = kEnvFileRows, .extensible = false, .required = kNeedsPath};
constexpr Row kEnvFileRow{"", &kEnvFile, {.as = As::Object}};
constexpr Shape kEnvFiles{.kinds = kString | kList, .items = &kEnvFileRow};

constexpr Word kNeedsService[] = {"service"};
constexpr Row kExtendsRows[] = {{"service", &kText}, {"file", &kText, {.path = Path::Plain}}};
constexpr Shape kExtends{
    .kinds = kString | kMap, .members = kExtendsRows, .extensible = false, .required = kNeedsService};

constexpr Word kNeedsType[] = {"type"};
constexpr Shape kProviderOption{.kinds = kString | kNumber | kBool | kList, .items = &kFlagRow};
constexpr Row kProviderOptionRow{"", &kProviderOption, {.as = As::Given}};
constexpr Shape kProviderOptions{.kinds = kMap, .values = &kProviderOptionRow};
constexpr Row kProviderRows[] = {
    {"type", &kText},
    {"options", &kProviderOptions, {.as = As::OptionLists}},
};
constexpr Shape kProvider{.kinds = kMap, .members = kProviderRows, .required = kNeedsType};

constexpr Row kHealthRows[] = {
    {"test", &kTest, {.as = As::Test, .merge = Merge::Replace}},
    {"timeout", &kText, {.as = As::OptionalDuration}},
    {"interval", &kText, {.as = As::OptionalDuration}},
    {"retries", &kNumberOrText, {.as = As::OptionalInt}},
    {"start_period", &kText, {.as = As::OptionalDuration}},
    {"start_interval", &kText, {.as = As::OptionalDuration}},
    {"disable", &kBooleanOrText, {.as = As::Bool}},
};
constexpr Shape kHealth{.kinds = kMap, .members = kHealthRows};

constexpr Row kLoggingRows[] = {
    {"driver", &kText},
    {"options", &kOptionsOrNulls, {.as = As::TextMap}},
};
constexpr Shape kLogging{.kinds = kMap, .members = kLoggingRows};

constexpr Row kCredentialRows[] = {{"config", &kText}, {"file", &kText}, {"registry", &kText}};
constexpr Shape kCredential{.kinds = kMap, .members = kCredentialRows};

constexpr Word kAllGpus[] = {"all"};
constexpr Shape kGpu{.kinds = kMap, .members = kDeviceRequestRows, .closed = false};
constexpr Row kGpuRow{"", &kGpu, {.as = As::Object}};
constexpr Shape kGpus{.kinds = kString | kList, .items = &kGpuRow, .one_of = kAllGpus};

// ---- services.*.networks, models, ports

constexpr Row kAttachmentRows[] = {
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
constexpr Shape kAttachment{.kinds = kMap | kNull, .members = kAttachmentRows};
constexpr Row kAttachmentRow{"", &kAttachment, {.as = As::Object}};
constexpr Shape kAttachments{
    .kinds = kList | kMap, .values = &kAttachmentRow, .named = true, .items = &kTextRow, .distinct = true};

constexpr Row kServiceModelRows[] = {{"endpoint_var", &kText}, {"model_var", &kText}};
constexpr Shape kServiceModel{.kinds = kMap | kNull, .members = kServiceModelRows};
constexpr Row kServiceModelRow{"", &kServiceModel, {.as = As::Object}};
constexpr Shape kServiceModels{
    .kinds = kList | kMap, .values = &kServiceModelRow, .items = &kTextRow, .distinct = true};

constexpr Row kPortRows[] = {
    {"name", &kText},
    {"mode", &kText},
    {"host_ip", &kText},
    {"target", &kIntegerOrText, {.as = As::Int}},
    {"published", &kIntegerOrText},
    {"protocol", &kText},
    {"app_protocol", &kText},
};
constexpr Shape kPort{.kinds = kNumber | kString | kMap, .members = kPortRows};
constexpr Row kPortRow{"", &kPort, {.as = As::Object}};
constexpr Shape kPorts{.kinds = kList, .items = &kPortRow, .distinct = true};

// ---- services.*.volumes, devices

constexpr Word kMountTypes[] = {"bind", "volume", "tmpfs", "cluster", "npipe", "image"};
constexpr Shape kMountType{.kinds = kString, .one_of = kMountTypes};
constexpr Word kRecursions[] = {"enabled", "disabled", "writable", "readonly"};
constexpr Shape kRecursive{.kinds = kString, .one_of = kRecursions};
constexpr Word kRelabelings[] = {"z", "Z"};
constexpr Shape kSelinux{.kinds = kString, .one_of = kRelabelings};
constexpr Row kBindRows[] = {
    {"selinux", &kSelinux},
    {"propagation", &kText},
    {"create_host_path", &kBooleanOrText, {.as = As::OptOut}},
    {"recursive", &kRecursive},
};
constexpr Shape kBind{.kinds = kMap, .members = kBindRows};
constexpr Row kVolumeOptionRows[] = {
    {"labels", &kKeyValues, kLabels},
    {"nocopy", &kBooleanOrText, {.as = As::Bool}},
    {"subpath", &kText},
};
constexpr Shape kVolumeOptions{.kinds = kMap, .members = kVolumeOptionRows};
constexpr Shape kTmpfsSize{.kinds = kInt | kString, .least = 0};
constexpr Row kTmpfsRows[] = {
    {"size", &kTmpfsSize, {.as = As::Size}},
    {"mode", &kNumberOrText, {.as = As::Int, .cast_early = false}},
};
constexpr Shape kTmpfs{.kinds = kMap, .members = kTmpfsRows};
constexpr Row kImageRows[] = {{"subpath", &kText}};
constexpr Shape kImage{.kinds = kMap, .members = kImageRows};
constexpr Row kMountRows[] = {
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
constexpr Shape kMount{.kinds = kString | kMap, .members = kMountRows, .required = kNeedsType};
constexpr Row kMountRow{"", &kMount, {.as = As::Object, .brief = Short::Mount, .path = Path::Mount}};
constexpr Shape kMounts{.kinds = kList, .items = &kMountRow, .distinct = true};

constexpr Word kNeedsSource[] = {"source"};
constexpr Row kDeviceRows[] = {{"source", &kText}, {"target", &kText}, {"permissions", &kText}};
constexpr Shape kDevice{.kinds = kString | kMap, .members = kDeviceRows, .required = kNeedsSource};
constexpr Row kDeviceRow{"", &kDevice, {.as = As::Object, .brief = Short::Device}};
constexpr Shape kDevices{.kinds = kList, .items = &kDeviceRow};

// ---- services.*.rootfs: our own

constexpr Word kRootModes[] = {"overlay", "readonly", "writable"};
constexpr Shape kRootMode{.kinds = kString, .one_of = kRootModes};
constexpr Row kRootfsRows[] = {
    {"path", &kText, {.path = Path::Plain}},
    {"mode", &kRootMode},
    {"build", &kAnyMap, {.as = As::Given, .merge = Merge::Replace}},
};
constexpr Shape kRootfs{.kinds = kString | kMap, .members = kRootfsRows};
constexpr Row kOwnRows[] = {{"rootfs", &kRootfs, {.as = As::Object, .brief = Short::Rootfs}}};
constexpr Shape kOwn{.kinds = kMap, .members = kOwnRows, .closed = false};

// ---- services.*

constexpr Word kCgroupModes[] = {"host", "private"};
constexpr Shape kCgroup{.kinds = kString, .one_of = kCgroupModes};
constexpr Shape kCpuCount{.kinds = kInt | kString, .least = 0};
constexpr Shape kCpuPercent{.kinds = kInt | kString, .least = 0, .most = 100};
constexpr Shape kOomScore{.kinds = kInt | kString, .least = -1000, .most = 1000};

constexpr Row kServiceRows[] = {
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
    {"dns_search",
     &kOneOrMore,
     {.as = As::Texts, .brief = Short::OneOrMore, .merge = Merge::OneOrMore, .same = Same::Name}},
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
    {"rootfs", &kRootfs, {.as = As::Object, .brief = Short::Rootfs, .merge = Merge::Replace}},
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
    {"tmpfs",
     &kOneOrMore,
     {.as = As::Texts, .brief = Short::OneOrMore, .merge = Merge::OneOrMore, .same = Same::Name}},
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
    {"x-mdcompose", &kOwn, {.as = As::Given, .merge = Merge::Deep}},
};
constexpr Shape kService{.kinds = kMap, .members = kServiceRows};
constexpr Row kServiceRow{"", &kService, {.as = As::Object}};
constexpr Shape kServices{.kinds = kMap, .values = &kServiceRow, .named = true};

// ---- networks, volumes, secrets, configs, models, include

constexpr Row kExternalRows[] = {{"name", &kText}};
constexpr Shape kExternal{.kinds = kBool | kString | kMap, .members = kExternalRows};
constexpr Shape kOpenExternal{.kinds = kBool | kString | kMap, .members = kExternalRows, .closed = false};
constexpr Rules kExternalRules{.as = As::Bool};

constexpr Row kPoolRows[] = {
    {"subnet", &kText},
    {"gateway", &kText},
    {"ip_range", &kText},
    {"aux_addresses", &kTextMap, {.as = As::TextMap}},
};
constexpr Shape kPool{.kinds = kMap, .members = kPoolRows};
constexpr Row kPoolRow{"", &kPool, {.as = As::Object}};
constexpr Shape kPools{.kinds = kList, .items = &kPoolRow};
constexpr Row kIpamRows[] = {
    {"driver", &kText},
    {"config", &kPools, {.as = As::Objects, .merge = Merge::Pools}},
    {"options", &kTextMap, {.as = As::TextMap}},
};
constexpr Shape kIpam{.kinds = kMap, .members = kIpamRows};
constexpr Row kNetworkRows[] = {
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
constexpr Shape kNetwork{.kinds = kMap | kNull, .members = kNetworkRows};
constexpr Row kNetworkRow{"", &kNetwork, {.as = As::Object, .brief = Short::External}};
constexpr Shape kNetworks{.kinds = kMap, .values = &kNetworkRow};

constexpr Row kVolumeRows[] = {
    {"name", &kText},
    {"driver", &kText},
    {"driver_opts", &kOptions, {.as = As::TextMap}},
    {"external", &kExternal, kExternalRules},
    {"labels", &kKeyValues, kLabels},
};
constexpr Shape kVolume{.kinds = kMap | kNull, .members = kVolumeRows};
constexpr Row kVolumeRow{
    "", &kVolume, {.as = As::Object, .brief = Short::External, .path = Path::LocalVolume}};
constexpr Shape kVolumes{.kinds = kMap, .values = &kVolumeRow, .named = true};

constexpr Row kSecretRows[] = {
    {"name", &kText},
    {"file", &kText, {.path = Path::Plain}},
    {"environment", &kText},
    {"external", &kOpenExternal, kExternalRules},
    {"labels", &kKeyValues, kLabels},
    {"driver", &kText},
    {"driver_opts", &kOptions, {.as = As::TextMap}},
    {"template_driver", &kText},
};
constexpr Shape kSecret{.kinds = kMap, .members = kSecretRows};
constexpr Row kSecretRow{"", &kSecret, {.as = As::Object, .brief = Short::External}};
constexpr Shape kSecrets{.kinds = kMap, .values = &kSecretRow, .named = true};

constexpr Row kConfigRows[] = {
    {"name", &kText},
    {"file", &kText, {.path = Path::Plain}},
    {"environment", &kText},
    {"content", &kText},
    {"external", &kOpenExternal, kExternalRules},
    {"labels", &kKeyValues, kLabels},
    {"template_driver", &kText},
};
constexpr Shape kConfig{.kinds = kMap, .members = kConfigRows};
constexpr Row kConfigRow{"", &kConfig, {.as = As::Object, .brief = Short::External}};
constexpr Shape kConfigs{.kinds = kMap, .values = &kConfigRow, .named = true};

constexpr Word kNeedsModel[] = {"model"};
constexpr Row kModelRows[] = {
    {"name", &kText},
    {"model", &kText},
    {"context_size", &kInteger, {.as = As::Int, .cast_early = false}},
    {"runtime_flags", &kTexts, kStringList},
};
constexpr Shape kModel{.kinds = kMap, .members = kModelRows, .required = kNeedsModel};
constexpr Row kModelRow{"", &kModel, {.as = As::Object}};
constexpr Shape kModels{.kinds = kMap, .values = &kModelRow};

constexpr Row kIncludeRows[] = {
    {"path", &kOneOrMore, kStringList},
    {"project_directory", &kText},
    {"env_file", &kOneOrMore, kStringList},
};
constexpr Shape kInclude{.kinds = kString | kMap, .members = kIncludeRows, .extensible = false};
constexpr Row kIncludeRow{"", &kInclude, {.as = As::Object, .brief = Short::Include}};
constexpr Shape kIncludes{.kinds = kList, .items = &kIncludeRow};

constexpr Row kFileRows[] = {
    {"version", &kText},
    {"name", &kText},
    {"include", &kIncludes, {.as = As::Objects}},
    {"services", &kServices, {.as = As::Objects}},
    {"networks", &kNetworks, {.as = As::Objects}},
    {"volumes", &kVolumes, {.as = As::Objects}},
    {"secrets", &kSecrets, {.as = As::Objects}},
    {"configs", &kConfigs, {.as = As::Objects}},
    {"models", &kModels, {.as = As::Objects}},
};
constexpr Shape kFile{.kinds = kMap, .members = kFileRows};
constexpr Row kFileRow{"", &kFile, {.as = As::Object}};

}  // namespace

const Attribute& stack_file() { return kFileRow; }
const Attribute& service_attribute() { return kServiceRow; }

const Attribute* member(const Attribute* of, std::string_view key) {
  if (of == nullptr || of->shape == nullptr) return nullptr;
  for (const Attribute& row : of->shape->members)
    if (row.name == key) return &row;
  return of->shape->values;
}

const Attribute* item(const Attribute* of) {
  return of == nullptr || of->shape == nullptr ? nullptr : of->shape->items;
}

bool is_extension(std::string_view key) { return key.starts_with("x-"); }

bool has_free_keys(const Attribute* attribute) {
  return attribute != nullptr && attribute->shape != nullptr && attribute->shape->values != nullptr;
}

}  // namespace orchestrator::compose
