// Reading JSON from strangers: nothing throws, and what has another type than expected is simply not there.
#ifndef VIDEOJOBS_ADAPTERS_GOOGLE_JSON_H_
#define VIDEOJOBS_ADAPTERS_GOOGLE_JSON_H_

#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace videojobs::google {

using Json = nlohmann::json;

// Deeper than any answer of Google's; copying and writing a value takes stack for each level.
inline constexpr int kDeepestJson = 100;

// A discarded value (is_discarded()) when `text` is not JSON, or nested deeper than that.
inline Json ParseJson(absl::string_view text) {
  bool too_deep = false;
  const auto look = [&too_deep](int around, Json::parse_event_t event, const Json&) {
    const bool begins = event == Json::parse_event_t::array_start || event == Json::parse_event_t::object_start;
    too_deep |= begins && around >= kDeepestJson;
    return !too_deep;
  };
  Json value = Json::parse(text.begin(), text.end(), look, false);
  return too_deep ? Json(Json::value_t::discarded) : value;
}

// The member of that name; null when `value` is no object or has none.
inline const Json& Member(const Json& value, const char* name) {
  static const Json kNothing;
  if (!value.is_object()) return kNothing;
  const auto found = value.find(name);
  return found == value.end() ? kNothing : *found;
}

inline std::string TextOf(const Json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

// `value` as a request's body; text that is not UTF-8 is repaired with U+FFFD.
inline std::string TextIn(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

// `text` with U+FFFD for what is not UTF-8.
inline std::string Repaired(const std::string& text) { return TextOf(ParseJson(TextIn(Json(text)))); }

// 0 for what is no integer, or does not fit an int.
inline int IntOf(const Json& value) {
  if (!value.is_number_integer()) return 0;
  // What does not fit an int64_t is kept as unsigned, and would come back as a negative number.
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::numeric_limits<int>::max()) return 0;
  const auto number = value.get<std::int64_t>();
  const bool fits = number >= std::numeric_limits<int>::min() && number <= std::numeric_limits<int>::max();
  return fits ? static_cast<int>(number) : 0;
}

}  // namespace videojobs::google

#endif  // VIDEOJOBS_ADAPTERS_GOOGLE_JSON_H_
