// The door of credentials: the token endpoint, the metadata server of a machine on Google Cloud, and the files that say
// how to get a token here.
//   POST /token                                                          RFC 6749, RFC 7523
//   GET /computeMetadata/v1/...                                          with Metadata-Flavor: Google
//   GET /_simulator/credentials/service_account, .../authorized_user     GET /_simulator/tokens
// https://cloud.google.com/compute/docs/metadata/overview
#pragma once

#include "httplib.h"
#include "simulator/backend.h"

namespace videojobs::simulator {

// Both must live as long as they serve.
void AddOauth(httplib::Server& server, Backend& backend);

}  // namespace videojobs::simulator
