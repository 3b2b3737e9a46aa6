// What shall go wrong, how often, and the seeded choice of when it does.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace videojobs::simulator {

enum class FaultKind {
  // The start is refused: nothing is created, nothing is paid.
  kRefused,
  kQuota,
  kQuotaBare,
  kQuotaDaily,
  kQuotaSpend,
  kOverloaded,
  kHighDemand,
  kProxyUnavailable,
  kInternal,
  kBilling,
  kBillingPaymentRequired,
  // Whoever asks with this key or for this model is refused.
  kBadKey,
  kBadKeyInFront,
  kForbidden,
  kEchoCredential,
  kModelGone,
  // The start is accepted and paid, its answer is not what it should be.
  kLostAnswer,
  kClosedKeptConnection,
  kGarbageAnswer,
  kInternalAfterAccepting,
  // Late, but right.
  kSlowAnswer,
  // What becomes of an accepted operation.
  kOperationError,
  kFiltered,
  kEmptyResult,
  kEmptySamples,
  kInline,
  kStuck,
  // A poll is answered so; the operation itself is well.
  kPollForbidden,
  kPollNotFound,
  kPollQuota,
  kPollInternal,
  kPollOverloaded,
  kPollGarbage,
  kPollNameInvalid,
  // A download is answered so; the file itself is well.
  kRedirect,
  kRedirectOtherHost,
  kTruncated,
  kStalled,
  kEmptyFile,
  kWrongType,
  kDownloadForbidden,
  kDownloadNotFound,
  kDownloadInternal,
  // An accepted interaction ends so; its file is never ready.
  kInteractionRequiresAction,
  kInteractionBudgetExceeded,
  kInteractionIncomplete,
  kFileStaysProcessing,
  kFileFails,
  kInteractionWords,
  // No access token is given.
  kTokenRefused,
  // A storyboard is answered so.
  kStoryboardMaxTokens,
  kStoryboardBlocked,
  kStoryboardOffSchema,
  kStoryboardThoughts,
};

// The step of a call at which a kind of fault is drawn. At most one fault is drawn at each.
enum class Moment {
  kFrontEnd,  // Before kKey, of interactions alone.
  kKey,
  kModel,
  kRefusal,
  kKeptConnection,
  kAnswer,
  kDelay,
  kInteractionOutcome,  // Before kOutcome, of interactions alone.
  kOutcome,
  kPoll,
  kDownload,
  kToken,
  kStoryboard,
};

// The calls that faults tell apart. kModel is the free GET of a model, kFile a file or an object of Cloud Storage,
// kStoryboard is generateContent.
enum class Call { kStart, kPoll, kModel, kFile, kToken, kStoryboard };

struct Fault {
  FaultKind kind = FaultKind::kRefused;
  double probability = 1;
  std::optional<int64_t> count;                    // How many times more, at most. Nothing: no limit.
  std::string model;                               // Only this model's calls; empty: any. Downloads know no model.
  std::string prompt;                              // Only starts whose prompt contains this; empty: any.
  std::optional<Call> on;                          // Only this call; nothing: the kind's own default.
  absl::Duration delay = absl::Seconds(60);        // Of slow_answer and stalled.
  absl::Duration retry_after = absl::Seconds(34);  // Of 429 and poll_429.
  int code = 13;                                   // Of operation_error: a google.rpc.Code.
  int64_t hits = 0;                                // How often it was drawn. Reported, never read.

  Fault() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): lets a test write SetFaults({FaultKind::kFiltered}).
  Fault(FaultKind kind) : kind(kind) {}
  Fault(FaultKind kind, int64_t count) : kind(kind), count(count) {}
};

std::string_view FaultName(FaultKind kind);

// Sets a field from text: kind, probability, count, model, prompt, on, delay, retry_after, code. `hits` is ignored, so
// that what was reported can be handed back. INVALID_ARGUMENT names the field, what is wrong and what is right.
// `kind` comes first: which other fields make sense depends on it.
absl::Status SetFaultField(Fault& fault, std::string_view name, std::string_view value);

// "kind=lost_answer,probability=0.1,count=5" as the program's flag gives it.
absl::StatusOr<Fault> ParseFault(std::string_view text);

// The fields that differ from their defaults or belong to the kind, as text that SetFaultField reads back; without
// kind, probability and count.
std::vector<std::pair<std::string, std::string>> FaultSettings(const Fault& fault);

// One line for each kind: its name and what it does. For --help.
std::string DescribeFaultKinds();

// What a fault is matched against.
struct Occasion {
  Call call = Call::kStart;
  std::string_view model;
  std::string_view prompt;
};

// The faults in force. Thread-safe. The same seed, faults and order of calls give the same draws.
class FaultPlan {
 public:
  explicit FaultPlan(uint64_t seed) : random_(seed) {}

  void Set(std::vector<Fault> faults);
  void Add(Fault fault);
  std::vector<Fault> faults() const;

  // The first fault, in the order given, that belongs to this moment and occasion and whose chance comes up; it is
  // counted as used.
  std::optional<Fault> Draw(Moment moment, const Occasion& occasion);

 private:
  bool ComesUp(const Fault& fault, Moment moment, const Occasion& occasion);

  mutable std::mutex mutex_;
  std::vector<Fault> faults_;
  std::mt19937_64 random_;
};

}  // namespace videojobs::simulator
