// The one translation of Supabase Storage's errors.
#ifndef VIDEOJOBS_ADAPTERS_SUPABASE_ERRORS_H_
#define VIDEOJOBS_ADAPTERS_SUPABASE_ERRORS_H_

#include "absl/status/status.h"
#include "adapters/http/message.h"
#include "adapters/supabase/wire.h"

namespace videojobs::supabase {

// What `answer`, whose status is not 2xx, means, in words that say what to do. The server answers nearly everything
// with HTTP 400 and puts the real code into the body, as a string
// (https://github.com/supabase/storage/blob/master/src/http/error-handler.ts); that code is the one that counts.
// What the server said is quoted, without the key should it be in there. Codes: those of VideoStorage; ALREADY_EXISTS
// where an object of that name is there; INTERNAL for what is not listed: not worth repeating. Pure.
absl::Status StatusFromAnswer(const http::Response& answer, const Endpoint& endpoint);

}  // namespace videojobs::supabase

#endif  // VIDEOJOBS_ADAPTERS_SUPABASE_ERRORS_H_
