// What each failure of the Gemini API means: the only place that knows. Pure.
#ifndef VIDEOJOBS_ADAPTERS_GOOGLE_FAILURES_H_
#define VIDEOJOBS_ADAPTERS_GOOGLE_FAILURES_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "adapters/google/envelope.h"
#include "adapters/lanes.h"
#include "statemachine/failure_reason.h"

namespace videojobs::google {

// How long a lane stays closed.
enum class Wait {
  kFixed,            // closed_for
  kAsAsked,          // as long as the answer asks for, else closed_for
  kMidnightPacific,  // until daily quotas begin anew
};

// An answer to a start after which surely nothing was created and nothing is charged. Everything else that comes back
// is unknown: no other 5xx, no body that is not Google's, nothing that was cut off.
struct RefusalRule {
  int http_status;
  absl::string_view marker;  // in the envelope's message, status, reasons or quota ids, in any case; empty: any
  LaneReason lane;           // kNone: this request alone is refused, others may go on
  Wait wait;
  absl::Duration closed_for;
  absl::string_view why;     // for the person who reads the job
  absl::string_view source;  // public; where it says "unverified", nobody was seen to get that answer
  absl::string_view code{};  // the Interactions API's word for the error, exactly; empty: any, of either form
};

// In the order in which they are tried: the first that matches counts.
absl::Span<const RefusalRule> RefusalRules();

// Null: not surely refused.
const RefusalRule* FindRefusal(const Envelope& envelope);

// How long to leave the lane closed by `rule`: 1 s to 25 h, told where Google said or its quotas' day says so: until
// just after midnight in Los Angeles, but in the first hour after it for a quarter of an hour, as a guess.
// `retry_after` is the HTTP header's, for where the envelope asks nothing.
Closing ClosedFor(const RefusalRule& rule, const Envelope& envelope, std::optional<absl::Duration> retry_after,
                  absl::Time now);

// Time until the next midnight in Los Angeles, when quotas per day begin anew
// (https://ai.google.dev/gemini-api/docs/rate-limits). Without a time zone database: of UTC-8, an hour late in summer.
absl::Duration UntilMidnightPacific(absl::Time now);

// Of an operation that ended with an error: kFiltered where Google's words name its safety rules, else
// kGenerationFailed. `code` is a google.rpc.Code or, as is seen, an HTTP status.
FailureReason ClassifyOperationError(int code, absl::string_view message);
// The same of an interaction that says its code as a word; kFiltered as well where the word itself says so.
FailureReason ClassifyOperationError(absl::string_view code, absl::string_view message);

// "INVALID_ARGUMENT" for 3 and for 400; "" for what neither numbering has.
absl::string_view CodeName(int code);

}  // namespace videojobs::google

#endif  // VIDEOJOBS_ADAPTERS_GOOGLE_FAILURES_H_
