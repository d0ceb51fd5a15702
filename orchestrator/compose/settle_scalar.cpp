#include <string>

#include "orchestrator/compose/cast.hpp"
#include "orchestrator/compose/number.hpp"
#include "orchestrator/compose/settle_values.hpp"

namespace orchestrator::compose {
namespace {

std::string octal(std::int64_t value) {
  std::string digits;
  for (; value > 0; value /= 8) digits.insert(digits.begin(), static_cast<char>('0' + value % 8));
  return "0" + digits;
}

class Scalar {
 public:
  Scalar(const Node& node, const Trail& trail, Findings& findings)
      : node_(node), trail_(trail), findings_(findings) {}

  Settled text() const {
    std::string value = scalar_text(node_);
    return value.empty() ? std::nullopt : Settled(make_text(std::move(value), {}));
  }

  Settled boolean(As as) const {
    if (node_.is_null()) return std::nullopt;
    std::optional<bool> value = node_.kind == Kind::Bool ? std::optional(node_.boolean) : std::nullopt;
    if (node_.is_text()) value = parse_boolean(node_, findings_);
    if (!value) return wrong("true or false");
    if ((as == As::Bool && !*value) || (as == As::OptOut && *value)) return std::nullopt;
    return make_bool(*value, {});
  }

  Settled integer(As as) const {
    if (node_.is_null()) return std::nullopt;
    std::optional<std::int64_t> value;
    if (node_.kind == Kind::Int) value = node_.integer;
    if (node_.kind == Kind::Float) value = whole(node_.real);
    if (node_.is_text()) value = parse_integer(node_.text);
    if (!value) return wrong("a whole number");
    return as == As::Int && *value == 0 ? std::nullopt : Settled(make_int(*value, {}));
  }

  /// Docker Compose keeps these in 32 bits: 0.1 stays 0.1.
  Settled number() const {
    if (node_.is_null()) return std::nullopt;
    const auto value = parse_number(scalar_text(node_));
    if (!value) return wrong("a number");
    return *value == 0 ? std::nullopt : Settled(make_float(shortest(static_cast<float>(*value)), {}));
  }

  Settled size() const {
    if (node_.is_null()) return std::nullopt;
    const auto value = parse_size(scalar_text(node_));
    if (!value) return wrong("a size such as 512m or 2g");
    return *value == 0 ? std::nullopt : Settled(make_text(std::to_string(*value), {}));
  }

  Settled duration(As as) const {
    if (node_.is_null()) return std::nullopt;
    const auto value = parse_duration(scalar_text(node_));
    if (!value) return wrong("a duration such as 1m30s");
    if (as == As::Duration && value->count() == 0) return std::nullopt;
    return make_text(duration_text(*value), {});
  }

  Settled mode() const {
    if (node_.is_null()) return std::nullopt;
    if (node_.kind == Kind::Int && node_.integer >= 0) return make_text(octal(node_.integer), {});
    constexpr std::size_t kMostDigits = 12;
    const std::string digits = scalar_text(node_);
    const bool is_octal = !digits.empty() && digits.size() <= kMostDigits &&
                          digits.find_first_not_of("01234567") == std::string::npos;
    if (!is_octal) return wrong("an octal mode such as \"0440\"");
    return make_text(octal(static_cast<std::int64_t>(std::stoull(digits, nullptr, 8))), {});
  }

  Settled count() const {
    if (node_.is_null()) return std::nullopt;
    if (node_.text == "all") return make_int(-1, {});
    const auto value = parse_integer(scalar_text(node_));
    if (!value) return wrong("a whole number or \"all\"");
    return *value == 0 ? std::nullopt : Settled(make_int(*value, {}));
  }

 private:
  static std::optional<std::int64_t> whole(double value) {
    constexpr double kLimit = 9.2e18;
    return value > -kLimit && value < kLimit ? std::optional(static_cast<std::int64_t>(value)) : std::nullopt;
  }
  Settled wrong(std::string_view expected) const {
    findings_.error(node_.place,
                    trail_.text() + ": " + quoted(scalar_text(node_)) + " is not " + std::string(expected));
    return std::nullopt;
  }

  const Node& node_;
  const Trail& trail_;
  Findings& findings_;
};

}  // namespace

Settled settle_scalar(const Node& node, As as, const Trail& trail, Findings& findings) {
  const Scalar scalar(node, trail, findings);
  switch (as) {
    case As::Bool:
    case As::OptionalBool:
    case As::OptOut:
      return scalar.boolean(as);
    case As::Int:
    case As::OptionalInt:
      return scalar.integer(as);
    case As::Number:
      return scalar.number();
    case As::Size:
      return scalar.size();
    case As::Duration:
    case As::OptionalDuration:
      return scalar.duration(as);
    case As::Mode:
      return scalar.mode();
    case As::Count:
      return scalar.count();
    default:
      return scalar.text();
  }
}

}  // namespace orchestrator::compose
