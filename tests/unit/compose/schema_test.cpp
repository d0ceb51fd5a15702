// docs/x-mdcompose.schema.json, which editors use, says what the table says.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/json.hpp"

namespace orchestrator::compose::test {
namespace {

Node text(std::string_view value) { return make_text(std::string(value), {}); }

Node types_of(Kinds kinds) {
  struct Name {
    Kinds kind;
    const char* type;
  };
  Node list = make_list({});
  for (const Name& one :
       {Name{kString, "string"}, Name{kInt, "integer"}, Name{kNumber, "number"}, Name{kBool, "boolean"},
        Name{kList, "array"}, Name{kMap, "object"}, Name{kNull, "null"}})
    if ((kinds & one.kind) != 0) list.items.push_back(text(one.type));
  return list.items.size() == 1 ? list.items.front() : list;
}

Node words(std::span<const std::string_view> from) {
  Node list = make_list({});
  for (const std::string_view word : from) list.items.push_back(text(word));
  return list;
}

Node schema_of(const Attribute& attribute);

void describe_map(Node& schema, const Shape& shape) {
  if (shape.values != nullptr) schema.set("additionalProperties", schema_of(*shape.values));
  if (shape.members.empty()) return;
  Node properties = make_map({});
  for (const Attribute& row : shape.members) properties.set(row.name, schema_of(row));
  schema.set("properties", std::move(properties));
  if (shape.extensible) schema.set("patternProperties", map_of("^x-", make_map({})));
  if (shape.closed) schema.set("additionalProperties", make_bool(false, {}));
  if (!shape.required.empty()) schema.set("required", words(shape.required));
}

Node schema_of(const Attribute& attribute) {
  const Shape& shape = *attribute.shape;
  constexpr Kinds kEverything = (1U << 7) - 1;
  if (shape.kinds == kEverything) return make_map({});
  Node schema = map_of("type", types_of(shape.kinds));
  if (!shape.one_of.empty()) schema.set("enum", words(shape.one_of));
  if (shape.least) schema.set("minimum", make_int(*shape.least, {}));
  if (shape.most) schema.set("maximum", make_int(*shape.most, {}));
  if (shape.items != nullptr) schema.set("items", schema_of(*shape.items));
  if (shape.distinct) schema.set("uniqueItems", make_bool(true, {}));
  if ((shape.kinds & kMap) != 0) describe_map(schema, shape);
  return schema;
}

std::string own_schema() {
  const Attribute& service = service_attribute();
  Node own = make_map({});
  for (const std::string_view key : {"rootfs", "x-mdcompose"})
    own.set(key, schema_of(*member(&service, key)));
  Node properties = map_of("services", map_of("additionalProperties", map_of("properties", std::move(own))));
  properties.set("x-mdcompose", schema_of(*member(&stack_file(), "x-mdcompose")));
  Node root = map_of("$schema", text("http://json-schema.org/draft-07/schema#"));
  root.set("title", text("What mdcompose knows beyond the Compose Specification"));
  root.set("description", text("Use it together with the specification's own schema, in an allOf."));
  root.set("properties", std::move(properties));
  return json_of(root, true) + "\n";
}

TEST(Schema, OfOurOwnKeysIsThatOfTheTable) {
  const std::string path = SCHEMA_FILE;
  if (std::getenv("UPDATE_SCHEMA") != nullptr) std::ofstream(path) << own_schema();
  std::ostringstream shipped;
  shipped << std::ifstream(path).rdbuf();
  EXPECT_EQ(own_schema(), shipped.str()) << "UPDATE_SCHEMA=1 writes it anew";
}

}  // namespace
}  // namespace orchestrator::compose::test
