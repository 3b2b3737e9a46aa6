// The door of Veo on the Gemini API: models (all of this API), starts, polls.
//   GET  /v1beta/models                          GET /v1beta/models/{model}
//   POST /v1beta/models/{model}:predictLongRunning
//   GET  /v1beta/models/{model}/operations       GET /v1beta/models/{model}/operations/{id}
// https://ai.google.dev/gemini-api/docs/video, https://ai.google.dev/api/models
#pragma once

#include "httplib.h"
#include "simulator/backend.h"

namespace videojobs::simulator {

// Both must live as long as they serve.
void AddGeminiVeo(httplib::Server& server, Backend& backend);

}  // namespace videojobs::simulator
