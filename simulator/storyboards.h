// The door of text models, for storyboards: POST /v1beta/models/{model}:generateContent with JSON as the answer.
// https://ai.google.dev/api/generate-content
#pragma once

#include "httplib.h"
#include "simulator/backend.h"

namespace videojobs::simulator {

// Both must live as long as they serve.
void AddStoryboards(httplib::Server& server, Backend& backend);

}  // namespace videojobs::simulator
