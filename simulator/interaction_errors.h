// The errors of the Interactions API, whose form is not that of Google's other APIs:
// https://ai.google.dev/gemini-api/docs/api-errors. The codes and their HTTP statuses are documented; where a message
// was not recorded it is that of the other APIs.
#pragma once

#include <string_view>

#include "simulator/answers.h"
#include "simulator/faults.h"

namespace videojobs::simulator {

// {"error":{"code","message"}}, the code a word.
Answer InteractionError(int http_status, std::string_view code, std::string_view message);

Answer InvalidInteraction(std::string_view message);
Answer InteractionKeyRefused();
Answer InteractionForbidden();
Answer InteractionModelUnknown(std::string_view model);
Answer InteractionUnknown();

// A fault in this API's words; of one that is no error of Google's the answer is AnswerOf's.
Answer InteractionAnswerOf(const Fault& fault, std::string_view model);

}  // namespace videojobs::simulator
