// The short spellings of attributes, and the long ones they stand for. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// "A: 1" becomes "A=1", sorted; "A:" becomes "A"; a list as value makes one item of each; a text becomes the
/// one item.
void to_list(Node& node);
/// Names of a list become keys that have this value.
void names_to_map(Node& node, const Node& value);
/// {condition: service_started, required: true}
Node started_dependency(const Place& place);

/// [[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL], with ranges on both sides: one mapping for each port. Throws
/// std::invalid_argument.
std::vector<Node> expand_port(const Node& written);

/// [SOURCE:]TARGET[:OPTION,…]. Throws std::invalid_argument.
Node expand_mount(const Node& written, Findings& findings);
/// Where a mount in its short form appears in the container; nothing where it makes no sense.
std::optional<std::string> mount_target(std::string_view written);

/// The target without "." and doubled slashes.
std::string clean_target(std::string_view target);

/// SOURCE[:TARGET[:PERMISSIONS]]. Throws std::invalid_argument.
Node expand_device(const Node& written);
std::string device_target(std::string_view written);

std::vector<std::string> split(std::string_view text, char separator);

}  // namespace orchestrator::compose
