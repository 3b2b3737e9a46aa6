// What the answers of Google's video APIs have in common, as pure functions: each door's own wire.h builds on it.
#ifndef VIDEOJOBS_ADAPTERS_GOOGLE_ANSWERS_H_
#define VIDEOJOBS_ADAPTERS_GOOGLE_ANSWERS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/byte_stream.h"
#include "adapters/google/detail.h"
#include "adapters/google/json.h"
#include "adapters/http/message.h"
#include "adapters/start_ledger.h"
#include "adapters/video_generator.h"

namespace videojobs::google {

// PollAnswer::result of a video that came inside the answer: it is fetched by asking for the answer again.
inline constexpr absl::string_view kInlineResult = "inline";

// What the other side said, for a person: its own message where it is Google's error, else the status alone, since the
// page of some proxy helps nobody.
std::string WordsOf(const http::Response& response, const Hidden& hidden);

// Outcomes of a start.
StartOutcome Accepted(std::string operation_name, int http_status);
StartOutcome Unknown(int http_status, std::string detail);
// Of an answer whose `name` ("the id of an interaction") has no form that can be asked for. What is there is kept in
// the detail, escaped and shortened: a person may find by it what was paid for.
StartOutcome UnknownUnder(const Json& name, absl::string_view what, int http_status, const Hidden& hidden);
// Of a request that cannot be sent as it is; it would not hit other jobs.
StartOutcome RefusedUnsent(std::string detail);
// Of an answer that is not 2xx: refused where it is Google's own error and failures.h has a rule for it, else unknown.
// `hidden` is kept out of the detail, and does not sway the rules: a prompt about billing is no billing trouble.
StartOutcome OutcomeOfError(const http::Response& response, const Hidden& hidden, absl::Time now);
// Of no whole answer, by http::FailureOf(): refused where nothing was sent, else unknown.
StartOutcome OutcomeOfNoAnswer(const absl::Status& status);

// Answers to a poll.
PollAnswer Answer(PollKind kind, int http_status, std::string detail = "");
PollAnswer Failed(FailureReason reason, int http_status, absl::string_view detail);
PollAnswer Succeeded(std::string result, int http_status);
// Of an answer that is not 2xx: gone for Google's own 403 or 404, else trouble.
PollAnswer AnswerOfError(const http::Response& response, const Hidden& hidden);
// No whole answer: trouble.
PollAnswer AnswerOfNoPoll(const absl::Status& status);
// Of an operation that ended with `error`, a google.rpc.Status in JSON; of an interaction its code may be a word.
PollAnswer AnswerOfOperationError(const Json& error, int http_status, const Hidden& hidden);
// Of a done operation without a video, by the reasons that Google's safety filter gives; `count` is how many videos it
// says to have held back.
PollAnswer AnswerOfNoVideo(const Json& reasons, int count, int http_status, const Hidden& hidden);

// Something is in `object` beside `known`: perhaps a video that was paid for, in a form of tomorrow.
bool HoldsMoreThan(const Json& object, absl::string_view known);

// A result's address is printable ASCII.
bool IsAddress(absl::string_view uri);

// What an answer to a question for a model means, as VideoGenerator::CheckModel says it.
absl::Status StatusOfCheck(const http::Response& response, const Hidden& hidden);

// What an answer to a download without 2xx means: NOT_FOUND for 403 and 404 (expired, or not for this key), else
// UNAVAILABLE.
absl::Status StatusOfDownload(const http::Response& response, const Hidden& hidden);
// A download's transport error in the words of VideoGenerator::Fetch.
absl::Status StatusOfNoDownload(const absl::Status& status);

// Remembers what the sink said, to tell it from what the network did.
class RememberingSink : public ByteSink {
 public:
  explicit RememberingSink(ByteSink& sink) : sink_(sink) {}

  absl::Status Write(absl::string_view bytes) override {
    status_ = sink_.Write(bytes);
    return status_;
  }
  // The sink's error where it had one, else `fetched`.
  absl::Status Or(const absl::Status& fetched) const { return status_.ok() ? fetched : status_; }

 private:
  ByteSink& sink_;
  absl::Status status_;
};

}  // namespace videojobs::google

#endif  // VIDEOJOBS_ADAPTERS_GOOGLE_ANSWERS_H_
