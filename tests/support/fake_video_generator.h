#ifndef VIDEOJOBS_TESTS_SUPPORT_FAKE_VIDEO_GENERATOR_H_
#define VIDEOJOBS_TESTS_SUPPORT_FAKE_VIDEO_GENERATOR_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "adapters/byte_stream.h"
#include "adapters/job.h"
#include "adapters/start_ledger.h"
#include "adapters/video_generator.h"

namespace videojobs {

// What a poll answers, for a script.
PollAnswer PollAnswered(PollKind kind, FailureReason reason, std::string detail);

// A provider in memory. Left alone it accepts every start, says that it is done at the first poll, and gives a tiny MP4
// of the asked length. What is to go another way is scripted: each script is used once, in the order given, by the next
// call of its kind. It takes part in the generators' contract suite. Thread-safe.
class FakeVideoGenerator : public VideoGenerator {
 public:
  // A start that reached the provider, in order.
  struct StartMade {
    StartRequest request;
    StartOutcome outcome;        // as it was answered
    std::string operation_name;  // empty where none was created: then it costs nothing
  };

  // --- scripts -------------------------------------------------------------------------------------------------------
  // The next start is answered so. kAccepted with an empty name gets a fresh one.
  void NextStart(StartOutcome outcome);
  // The next start is accepted and paid for, but its answer never arrives: the outcome is unknown.
  void NextStartLosesItsAnswer();
  // From now on every accepted operation answers "running" to its first `polls` polls. At first 0.
  void SetRunningPolls(int polls);
  // Every operation made so far is done at its next poll.
  void FinishAll();
  // The next poll, of whichever operation, is answered so; kSucceeded with an empty result gets the right one.
  void NextPoll(PollAnswer answer);
  // The next poll of this operation is answered so; goes before the one above.
  void NextPollOf(const std::string& operation_name, PollAnswer answer);
  // The next fetch ends with this error, after half of the bytes where it is DATA_LOSS.
  void NextFetch(absl::Status error);
  // The next fetch gives these bytes instead of the video.
  void NextFetchGives(std::string bytes);
  // How every CheckModel is answered from now on; at first OK.
  void SetModelCheck(absl::Status status);
  // How often CheckModel was asked.
  int model_checks() const;
  // From now on the provider keeps evidence: FindStart finds the operation that a start made.
  void KeepEvidence();
  // How FindStart answers instead from now on, unless it is OK.
  void SetEvidenceTrouble(absl::Status trouble);
  // From now on an operation that runs can be cancelled: it then ends without a video.
  void AllowCancel();
  // Operations that were cancelled, in order, and how often Cancel was asked.
  std::vector<std::string> cancelled() const;
  int cancels_asked() const;
  // From now on the videos of new operations are this long, whatever was asked for.
  void SetLength(absl::Duration length);
  // In place of "gemini".
  void SetProvider(std::string provider) { provider_ = std::move(provider); }
  // What Check() finds wrong from now on.
  void SetViolations(std::vector<Violation> violations);
  // Makes an operation that nobody here started, as one left behind by the web app. Returns its name.
  std::string MakeOperation(absl::Duration length = absl::Seconds(6));

  // Called at the beginning of each call, on its thread and outside the fake's lock: for a test that wants something
  // to happen meanwhile, or to hold the call back. Set before the first call.
  std::function<void(const StartRequest&)> on_start;
  std::function<void(const std::string& operation_name)> on_poll;
  std::function<void(const std::string& operation_name)> on_fetch;
  std::function<void(const std::string& model)> on_check;
  std::function<void(const std::string& start_id)> on_find_start;

  // --- what happened -------------------------------------------------------------------------------------------------
  std::vector<StartMade> starts() const;
  // Starts that created an operation, whether or not anybody was told.
  int paid_starts() const;
  int polls(const std::string& operation_name) const;
  int fetches(const std::string& operation_name) const;
  // The bytes that Fetch gives for an operation.
  std::string VideoOf(const std::string& operation_name) const;

  // --- VideoGenerator ------------------------------------------------------------------------------------------------
  std::string provider() const override { return provider_; }
  std::string location() const override { return ""; }
  // "fake" becomes "fake-1.0".
  std::string ModelId(const std::string& name) const override;
  std::vector<Violation> Check(const VideoOptions& options, const std::vector<Scene>& scenes) const override;
  // Ten cents a second.
  std::int64_t PriceMicros(const VideoOptions& options, const Scene& scene) const override;
  absl::Duration UsualTime(const VideoOptions& options) const override;
  bool IsOperationName(const std::string& name) const override;
  std::string ModelOf(const std::string&) const override { return "fake-1.0"; }
  std::string AlternativesTo(const std::string&) const override { return "Ask another door."; }
  absl::Status CheckModel(const std::string& model) override;
  absl::StatusOr<std::vector<ListedOperation>> ListOperations(const std::string& model, int limit) override;
  StartOutcome Start(const StartRequest& request) override;
  PollAnswer Poll(const std::string& operation_name) override;
  absl::Status Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) override;
  absl::Status Cancel(const std::string& operation_name) override;
  bool KeepsEvidence() const override;
  absl::StatusOr<std::string> FindStart(const std::string& start_id) override;

 private:
  struct Operation {
    absl::Duration length;
    int running_polls = 0;
    int polls = 0;
    int fetches = 0;
    std::deque<PollAnswer> answers;
  };
  struct ScriptedStart {
    StartOutcome outcome;
    bool creates = false;
  };
  struct ScriptedFetch {
    absl::Status error;
    std::string bytes;
  };

  std::string Create(const std::string& model, absl::Duration length);
  absl::Status Give(const ScriptedFetch* scripted, const std::string& video, ByteSink& sink) const;

  mutable std::mutex mutex_;
  std::string provider_ = "gemini";
  bool keeps_evidence_ = false;
  absl::Status evidence_trouble_;
  bool cancels_ = false;
  std::vector<std::string> cancelled_;
  int cancels_asked_ = 0;
  std::optional<absl::Duration> length_;
  int running_polls_ = 0;
  std::deque<ScriptedStart> start_script_;
  std::deque<PollAnswer> poll_script_;
  std::deque<ScriptedFetch> fetch_script_;
  std::vector<Violation> violations_;
  absl::Status model_check_;
  int model_checks_ = 0;
  std::vector<StartMade> starts_;
  std::map<std::string, Operation> operations_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_FAKE_VIDEO_GENERATOR_H_
