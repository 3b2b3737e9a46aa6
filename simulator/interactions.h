// The door of the Interactions API, for videos by Gemini Omni in the background:
//   POST /v1beta/interactions          GET /v1beta/interactions/{id}          POST /v1beta/interactions/{id}/cancel
// Its videos by address are files: gemini_files.h.
// https://ai.google.dev/gemini-api/docs/interactions
#pragma once

#include "httplib.h"
#include "simulator/backend.h"

namespace videojobs::simulator {

// Both must live as long as they serve.
void AddInteractions(httplib::Server& server, Backend& backend);

}  // namespace videojobs::simulator
