// The door of Cloud Storage, where Vertex AI leaves its videos; with an access token.
//   GET /storage/v1/b/{bucket}/o?prefix=&pageToken=&maxResults=
//   GET /storage/v1/b/{bucket}/o/{object}       the same with ?alt=media: the bytes
// https://cloud.google.com/storage/docs/json_api/v1/objects
#pragma once

#include "httplib.h"
#include "simulator/backend.h"

namespace videojobs::simulator {

// Both must live as long as they serve.
void AddObjectStore(httplib::Server& server, Backend& backend);

}  // namespace videojobs::simulator
