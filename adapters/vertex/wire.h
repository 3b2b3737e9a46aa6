// Vertex AI's JSON for Veo as pure functions: what we ask, and what its answers mean.
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation
#ifndef VIDEOJOBS_ADAPTERS_VERTEX_WIRE_H_
#define VIDEOJOBS_ADAPTERS_VERTEX_WIRE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/google/detail.h"
#include "adapters/http/message.h"
#include "adapters/start_ledger.h"
#include "adapters/vertex/parameters.h"
#include "adapters/video_generator.h"

namespace videojobs::vertex {

// The body of a start. `storage_uri` is the folder that the video is written to; empty: it comes inside the answer.
// `parameters` are said besides what was asked for; the rest is left to the model's own defaults. Text that is not
// UTF-8 is repaired.
std::string StartBody(const StartRequest& request, absl::string_view storage_uri, const Parameters& parameters = {});

// The body of a poll: an operation is asked for by a POST of its name; a GET of it is answered with 404
// (https://github.com/vercel/ai/pull/12003).
std::string PollBody(absl::string_view operation_name);

// The body of a question for an operation that nobody started, of this model in this place.
std::string ProbeBody(absl::string_view project, absl::string_view location, absl::string_view model);

// What the answer to it means, as VideoGenerator::CheckModel says it. OK: project and credentials were let through, so
// that only the operation was missing. NOT_FOUND: Google's words name the model (unverified: nobody was seen to get
// either).
absl::Status StatusOfProbe(const http::Response& response, const google::Hidden& hidden);

// What an answer to a start means, as veo::OutcomeOfStart.
StartOutcome OutcomeOfStart(const http::Response& response, const google::Hidden& hidden, absl::Time now);

// What an answer to a poll of `operation_name` means, as veo::AnswerOfPoll. A result is the video's "gs://" address, or
// google::kInlineResult.
PollAnswer AnswerOfPoll(absl::string_view operation_name, const http::Response& response, std::int64_t inline_bytes,
                        const google::Hidden& hidden);

}  // namespace videojobs::vertex

#endif  // VIDEOJOBS_ADAPTERS_VERTEX_WIRE_H_
