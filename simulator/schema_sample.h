// A JSON value that a schema allows, made without chance: what a language model would be asked to write.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace videojobs::simulator {

// Reads the subset that Gemini takes, as JSON Schema or with the upper-case types of its own Schema:
// https://ai.google.dev/gemini-api/docs/structured-output. An array gets `items` items, within its limits; a string
// that may be anything is `text` with the number of the item that it is in; a number that may be anything is 8.
nlohmann::json SampleOf(const nlohmann::json& schema, const std::string& text, int items);

}  // namespace videojobs::simulator
