// The Interactions API's JSON as pure functions: what we ask, and what its answers mean.
// https://ai.google.dev/gemini-api/docs/interactions; a working flow is recorded in
// https://github.com/TanStack/ai/issues/886
#ifndef VIDEOJOBS_ADAPTERS_INTERACTIONS_WIRE_H_
#define VIDEOJOBS_ADAPTERS_INTERACTIONS_WIRE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/google/detail.h"
#include "adapters/http/message.h"
#include "adapters/start_ledger.h"
#include "adapters/video_generator.h"

namespace videojobs::interactions {

// The body of a start: in the background, since a call that waits for its video would be cut off, and kept by Google,
// since it is polled. Names are in snake_case and the length is a text ("6s"). Text that is not UTF-8 is repaired.
std::string StartBody(const StartRequest& request, absl::string_view model);

// What an answer to a start means. Accepted needs a 2xx and an interaction's id; refused needs Google's own error and a
// rule of google/failures.h; everything else is unknown.
StartOutcome OutcomeOfStart(const http::Response& response, const google::Hidden& hidden, absl::Time now);

// What an answer to a poll of `operation_name` means. A body is read without its videos (google/base64_diverter.h), of
// which `inline_bytes` says the first one's size; 0: there was none. An interaction that has ended in any way has
// succeeded where its video is there, and so has one whose status is not known. Such a status without a video, an
// output of unknown form and a video that is counted but not there are trouble, since a video that was paid for may
// hide behind each.
PollAnswer AnswerOfPoll(absl::string_view operation_name, const http::Response& response, std::int64_t inline_bytes,
                        const google::Hidden& hidden);

// Whether Google says that there is no interaction of that name by a 400 ("Invalid interaction name"), beside its 403
// and 404. One client is said to have seen it (unverified).
bool IsUnknownInteraction(const http::Response& response);

enum class FileState {
  kNotReady,  // PROCESSING, as it is at first, or nothing that says more
  kActive,    // it can be downloaded
  kFailed,    // it never can
};

// What the answer about a file says of it. https://ai.google.dev/api/files#State
FileState StateOfFile(const http::Response& response);

}  // namespace videojobs::interactions

#endif  // VIDEOJOBS_ADAPTERS_INTERACTIONS_WIRE_H_
