#include "runtime/container/user.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <stdexcept>

#include "runtime/spec/split.hpp"

namespace runtime {
namespace {

using Fields = std::vector<std::string_view>;

/// Digits only, and below 2^32 - 1, which means "unchanged" to the kernel. Anything else is a name.
std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == UINT32_MAX) return std::nullopt;
  return value;
}

/// The first line that fits. Lines with too few fields are passed over, as the C library does.
std::optional<Fields> find_line(std::string_view file, std::size_t fields,
                                const std::function<bool(const Fields&)>& fits) {
  for (const std::string_view line : split(file, '\n')) {
    Fields entry = split(line, ':');
    if (entry.size() >= fields && fits(entry)) return entry;
  }
  return std::nullopt;
}

std::optional<Fields> find_user(std::string_view passwd, std::string_view word) {
  auto entry = find_line(passwd, 6, [&](const Fields& fields) { return fields[0] == word; });
  if (!entry && number(word))
    entry = find_line(passwd, 6, [&](const Fields& fields) { return number(fields[2]) == number(word); });
  return entry;
}

std::uint32_t find_group(std::string_view group, std::string_view word) {
  const auto entry = find_line(group, 3, [&](const Fields& fields) { return fields[0] == word; });
  if (entry)
    if (const auto gid = number((*entry)[2])) return *gid;
  if (const auto gid = number(word)) return *gid;
  throw std::invalid_argument("unable to find group " + std::string(word) +
                              ": no matching entry in group file");
}

std::vector<std::uint32_t> groups_of(std::string_view group, std::string_view user) {
  std::vector<std::uint32_t> groups;
  for (const std::string_view line : split(group, '\n')) {
    const Fields entry = split(line, ':');
    if (entry.size() < 4) continue;
    const Fields members = split(entry[3], ',');
    const auto gid = number(entry[2]);
    if (gid && std::find(members.begin(), members.end(), user) != members.end()) groups.push_back(*gid);
  }
  return groups;
}

/// Fills in what is known about the user; false where the word fits no entry and is no number.
bool take_user(Ids& ids, std::string_view word, std::string_view passwd, std::string_view group) {
  const auto entry = find_user(passwd, word);
  if (entry) {
    const auto uid = number((*entry)[2]);
    const auto gid = number((*entry)[3]);
    if (!uid || !gid) return false;  // half an entry must not make it root's other half
    ids.uid = *uid;
    ids.gid = *gid;
    if (!(*entry)[5].empty()) ids.home = (*entry)[5];
    ids.groups = groups_of(group, (*entry)[0]);
    return true;
  }
  const auto uid = number(word);
  if (uid) ids.uid = *uid;
  return uid.has_value();
}

}  // namespace

Ids resolve_user(const User& user, std::string_view passwd, std::string_view group) {
  Ids ids;
  const auto colon = user.name.find(':');
  const std::string_view name = std::string_view(user.name).substr(0, colon);
  if (name.empty()) {
    take_user(ids, std::to_string(user.uid), passwd, group);
    ids.uid = user.uid;
    ids.gid = user.gid;
    ids.groups.clear();
  } else if (!take_user(ids, name, passwd, group)) {
    throw std::invalid_argument("unable to find user " + std::string(name) +
                                ": no matching entry in passwd file");
  }
  if (colon != std::string::npos && colon + 1 < user.name.size()) {
    ids.gid = find_group(group, std::string_view(user.name).substr(colon + 1));
    ids.groups.clear();
  }
  // Else a program inside that is set-group-id could leave his first group, and what is forbidden to it would
  // be allowed (CVE-2022-36109).
  if (!name.empty()) ids.groups.push_back(ids.gid);
  ids.groups.insert(ids.groups.end(), user.additional_gids.begin(), user.additional_gids.end());
  for (const std::string& extra : user.additional_groups) ids.groups.push_back(find_group(group, extra));
  std::sort(ids.groups.begin(), ids.groups.end());
  ids.groups.erase(std::unique(ids.groups.begin(), ids.groups.end()), ids.groups.end());
  return ids;
}

}  // namespace runtime
