#include "simulator/schema_sample.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 20;  // A schema may refer to itself.
constexpr int64_t kAnyNumber = 8;

// Limits come as numbers or, in Gemini's own Schema, as text.
int64_t Limit(const json& schema, const char* name, int64_t otherwise) {
  const auto found = schema.find(name);
  if (found == schema.end()) return otherwise;
  int64_t parsed = 0;
  if (found->is_string() && absl::SimpleAtoi(found->get<std::string>(), &parsed)) return parsed;
  return found->is_number() ? found->get<int64_t>() : otherwise;
}

class Sampler {
 public:
  Sampler(const json& root, const std::string& text, int items) : root_(root), text_(text), items_(items) {}

  json Sample(const json& schema, int item, int depth) const {
    if (!schema.is_object() || depth > kMaxDepth) return nullptr;
    if (schema.contains("$ref")) return Sample(Referred(schema["$ref"]), item, depth + 1);
    for (const char* name : {"anyOf", "oneOf"}) {
      if (schema.contains(name) && !schema[name].empty()) return Sample(schema[name][0], item, depth + 1);
    }
    if (schema.contains("enum") && !schema["enum"].empty()) return schema["enum"][0];
    const std::string type = TypeOf(schema);
    if (type == "object") return Object(schema, item, depth);
    if (type == "array") return Array(schema, depth);
    if (type == "integer" || type == "number") {
      return std::clamp(kAnyNumber, Limit(schema, "minimum", kAnyNumber),
                        std::max(Limit(schema, "minimum", kAnyNumber), Limit(schema, "maximum", kAnyNumber)));
    }
    if (type == "boolean") return true;
    if (type == "string") return item > 0 ? absl::StrCat("Scene ", item, ": ", text_) : text_;
    return nullptr;
  }

 private:
  static std::string TypeOf(const json& schema) {
    json type = schema.value("type", json());
    if (type.is_array() && !type.empty()) type = json(type[0]);
    if (type.is_string()) return absl::AsciiStrToLower(type.get<std::string>());
    return schema.contains("properties") ? "object" : "";
  }

  json Referred(const json& reference) const {
    const std::string text = reference.is_string() ? reference.get<std::string>() : "";
    if (text.rfind("#", 0) != 0) return nullptr;
    try {
      return root_.value(json::json_pointer(text.substr(1)), json());
    } catch (const json::exception&) {
      return nullptr;  // Not a pointer.
    }
  }

  json Object(const json& schema, int item, int depth) const {
    json object = json::object();
    const json properties = schema.value("properties", json::object());
    for (const auto& [name, property] : properties.items()) object[name] = Sample(property, item, depth + 1);
    return object;
  }

  json Array(const json& schema, int depth) const {
    json array = json::array();
    const int64_t most = Limit(schema, "maxItems", 1000);
    const int64_t count = std::min(most, std::max<int64_t>(items_, Limit(schema, "minItems", 0)));
    for (int64_t i = 1; i <= count; ++i) {
      array.push_back(Sample(schema.value("items", json()), static_cast<int>(i), depth + 1));
    }
    return array;
  }

  const json& root_;
  const std::string& text_;
  const int items_;
};

}  // namespace

json SampleOf(const json& schema, const std::string& text, int items) {
  return Sampler(schema, text, items).Sample(schema, 0, 0);
}

}  // namespace videojobs::simulator
