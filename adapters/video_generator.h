#ifndef VIDEOJOBS_ADAPTERS_VIDEO_GENERATOR_H_
#define VIDEOJOBS_ADAPTERS_VIDEO_GENERATOR_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/byte_stream.h"
#include "adapters/job.h"
#include "adapters/refusal.h"
#include "adapters/start_ledger.h"

namespace videojobs {

struct StartRequest {
  std::string start_id;
  VideoOptions options;
  Scene scene;
  std::string location{};  // the job's; empty: the door's own
  // Whether the call may still go out, where a door has to wait before it can (for a token, for its turn): to be asked
  // just before the first byte, and when it says no, nothing is sent. Empty: it may.
  std::function<bool()> may_go_out{};
};

enum class PollKind {
  kRunning,
  kSucceeded,  // `result` says how to fetch the video
  kFailed,     // `reason` is kFiltered or kGenerationFailed; nothing is charged
  kGone,       // 403 or 404: the provider does not know the operation, or not for this key
  kTroubled,   // no answer about the operation
};

struct PollAnswer {
  PollKind kind = PollKind::kTroubled;
  std::string result;
  FailureReason reason = FailureReason::kNone;
  std::string detail;   // in words; no prompt, no key
  int http_status = 0;  // 0: no answer
};

// An operation that the provider lists.
struct ListedOperation {
  std::string name;
  bool done = false;
};

// A provider of generated videos behind one of its doors. Thread-safe: many calls at once.
class VideoGenerator {
 public:
  virtual ~VideoGenerator() = default;

  // "gemini", "vertex", "interactions".
  virtual std::string provider() const = 0;
  // Where new starts of this door go: Vertex AI's region. Empty where the provider has none.
  virtual std::string location() const = 0;
  // The provider's id of a model: short names ("veo-3.1") are mapped, others pass through.
  virtual std::string ModelId(const std::string& name) const = 0;
  // What this door does not accept; fields are relative to the video, e.g. "options.duration_seconds".
  virtual std::vector<Violation> Check(const VideoOptions& options, const std::vector<Scene>& scenes) const = 0;
  // What one successful start costs, in micro-dollars. An unknown model costs what the dearest known one does.
  virtual std::int64_t PriceMicros(const VideoOptions& options, const Scene& scene) const = 0;
  // How long the model usually takes: for progress estimates only.
  virtual absl::Duration UsualTime(const VideoOptions& options) const = 0;
  // Whether `name` has the form of this provider's operation names.
  virtual bool IsOperationName(const std::string& name) const = 0;
  // The full id of the model behind an operation of such a name: the name says it, or the door has one for all.
  virtual std::string ModelOf(const std::string& operation_name) const = 0;
  // What this door offers in place of `model`, a full id, its own or another door's, as a sentence; empty: nothing.
  virtual std::string AlternativesTo(const std::string& model) const = 0;

  // Asks for the model without starting anything: free. PERMISSION_DENIED: the key is not accepted. NOT_FOUND: there is
  // no such model for this key. FAILED_PRECONDITION: the account is not served. UNAVAILABLE: no answer that says so.
  virtual absl::Status CheckModel(const std::string& model) = 0;
  // The provider's own operations of a model, newest or oldest first as it likes, `limit` at most. Free. UNIMPLEMENTED:
  // this door lists none. Else errors as CheckModel.
  virtual absl::StatusOr<std::vector<ListedOperation>> ListOperations(const std::string& model, int limit) = 0;
  // The paid call: made exactly once, on a connection of its own, never repeated. Whatever happens is an outcome.
  virtual StartOutcome Start(const StartRequest& request) = 0;
  // Free, and safe to repeat. A result may be large: it is not held here.
  virtual PollAnswer Poll(const std::string& operation_name) = 0;
  // Streams the video of a succeeded operation into `sink`, from its beginning. NOT_FOUND: the provider answered 403 or
  // 404: expired, or not for this key. PERMISSION_DENIED: this server's credentials were not let in, which says nothing
  // about the video. DATA_LOSS: fewer bytes than announced. UNAVAILABLE, DEADLINE_EXCEEDED: trouble, safe to repeat. An
  // error of the sink is returned as it is.
  virtual absl::Status Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) = 0;
  // Asks the provider to stop an operation, so that it costs nothing; what became of it is for Poll to say. Idempotent.
  // UNIMPLEMENTED: this door cannot. Else errors as CheckModel.
  virtual absl::Status Cancel(const std::string& operation_name) = 0;
  // Whether FindStart can find anything.
  virtual bool KeepsEvidence() const { return false; }
  // A name for the operation that a start of this id made, by evidence that carries the id; Poll and Fetch take it.
  // NOT_FOUND: there is none, or not yet. UNIMPLEMENTED: this door keeps none. Else errors as CheckModel.
  virtual absl::StatusOr<std::string> FindStart(const std::string& start_id) = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_VIDEO_GENERATOR_H_
