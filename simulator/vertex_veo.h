// The door of Veo on Vertex AI, below /v1 and /v1beta1:
//   POST projects/{P}/locations/{L}/publishers/google/models/{M}:predictLongRunning
//   POST projects/{P}/locations/{L}/publishers/google/models/{M}:fetchPredictOperation
//   both without projects/{P}/locations/{L}/ for express mode, where a key stands for the access token
//   GET  publishers/google/models/{M}
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation
#pragma once

#include "httplib.h"
#include "simulator/backend.h"

namespace videojobs::simulator {

// Both must live as long as they serve.
void AddVertexVeo(httplib::Server& server, Backend& backend);

}  // namespace videojobs::simulator
