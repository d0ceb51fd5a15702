#include "orchestrator/compose/attributes.hpp"

#include "orchestrator/compose/table_top.hpp"

namespace orchestrator::compose {

const Attribute& stack_file() { return table::kFileRow; }
const Attribute& service_attribute() { return table::kServiceRow; }

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
