// The door of the Gemini API's files: a finished video's description and its bytes.
//   GET /v1beta/files/{id}            GET /v1beta/files/{id}:download?alt=media
// and the two targets of redirects, /download/v1beta/files/{id}:download and /signed/{id}.
// https://ai.google.dev/api/files
#pragma once

#include <string>

#include "httplib.h"
#include "simulator/backend.h"

namespace videojobs::simulator {

// Where a redirect to another host leads, with its signature, which alone opens it.
std::string SignedPath(const std::string& id, int sample);

// Both must live as long as they serve.
void AddGeminiFiles(httplib::Server& server, Backend& backend);

}  // namespace videojobs::simulator
