#include "tests/support/fake_video_generator.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/tiny_mp4.h"

namespace videojobs {
namespace {

template <typename T>
std::optional<T> TakeFirst(std::deque<T>& script) {
  if (script.empty()) return std::nullopt;
  T first = std::move(script.front());
  script.pop_front();
  return first;
}

std::string ResultOf(const std::string& operation_name) { return absl::StrCat("fake-result:", operation_name); }

}  // namespace

PollAnswer PollAnswered(PollKind kind, FailureReason reason, std::string detail) {
  PollAnswer answer;
  answer.kind = kind;
  answer.reason = reason;
  answer.detail = std::move(detail);
  return answer;
}

void FakeVideoGenerator::NextStart(StartOutcome outcome) {
  const std::lock_guard lock(mutex_);
  const bool creates = outcome.kind == OutcomeKind::kAccepted;
  start_script_.push_back({std::move(outcome), creates});
}

void FakeVideoGenerator::NextStartLosesItsAnswer() {
  const std::lock_guard lock(mutex_);
  StartOutcome unknown;
  unknown.detail = "the connection was cut before an answer came";
  start_script_.push_back({std::move(unknown), true});
}

void FakeVideoGenerator::SetRunningPolls(int polls) {
  const std::lock_guard lock(mutex_);
  running_polls_ = polls;
}

void FakeVideoGenerator::FinishAll() {
  const std::lock_guard lock(mutex_);
  for (auto& [name, operation] : operations_) operation.running_polls = 0;
}

void FakeVideoGenerator::NextPoll(PollAnswer answer) {
  const std::lock_guard lock(mutex_);
  poll_script_.push_back(std::move(answer));
}

void FakeVideoGenerator::NextPollOf(const std::string& operation_name, PollAnswer answer) {
  const std::lock_guard lock(mutex_);
  operations_.at(operation_name).answers.push_back(std::move(answer));
}

void FakeVideoGenerator::NextFetch(absl::Status error) {
  const std::lock_guard lock(mutex_);
  fetch_script_.push_back({std::move(error), ""});
}

void FakeVideoGenerator::NextFetchGives(std::string bytes) {
  const std::lock_guard lock(mutex_);
  fetch_script_.push_back({absl::OkStatus(), std::move(bytes)});
}

void FakeVideoGenerator::SetViolations(std::vector<Violation> violations) {
  const std::lock_guard lock(mutex_);
  violations_ = std::move(violations);
}

std::string FakeVideoGenerator::MakeOperation(absl::Duration length) {
  const std::lock_guard lock(mutex_);
  return Create("fake-1.0", length);
}

std::vector<FakeVideoGenerator::StartMade> FakeVideoGenerator::starts() const {
  const std::lock_guard lock(mutex_);
  return starts_;
}

int FakeVideoGenerator::paid_starts() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(std::count_if(starts_.begin(), starts_.end(),
                                        [](const StartMade& made) { return !made.operation_name.empty(); }));
}

int FakeVideoGenerator::polls(const std::string& operation_name) const {
  const std::lock_guard lock(mutex_);
  return operations_.at(operation_name).polls;
}

int FakeVideoGenerator::fetches(const std::string& operation_name) const {
  const std::lock_guard lock(mutex_);
  return operations_.at(operation_name).fetches;
}

std::string FakeVideoGenerator::VideoOf(const std::string& operation_name) const {
  const std::lock_guard lock(mutex_);
  return TinyMp4(operations_.at(operation_name).length, operation_name);
}

std::string FakeVideoGenerator::ModelId(const std::string& name) const { return name == "fake" ? "fake-1.0" : name; }

std::vector<Violation> FakeVideoGenerator::Check(const VideoOptions&, const std::vector<Scene>&) const {
  const std::lock_guard lock(mutex_);
  return violations_;
}

std::int64_t FakeVideoGenerator::PriceMicros(const VideoOptions&, const Scene& scene) const {
  return std::int64_t{100'000} * scene.duration_seconds;
}

absl::Duration FakeVideoGenerator::UsualTime(const VideoOptions&) const { return absl::Seconds(60); }

bool FakeVideoGenerator::IsOperationName(const std::string& name) const {
  return absl::StartsWith(name, "models/") && absl::StrContains(name, "/operations/");
}

void FakeVideoGenerator::SetModelCheck(absl::Status status) {
  const std::lock_guard lock(mutex_);
  model_check_ = std::move(status);
}

int FakeVideoGenerator::model_checks() const {
  const std::lock_guard lock(mutex_);
  return model_checks_;
}

absl::Status FakeVideoGenerator::CheckModel(const std::string& model) {
  if (on_check) on_check(model);
  const std::lock_guard lock(mutex_);
  ++model_checks_;
  return model_check_;
}

absl::StatusOr<std::vector<ListedOperation>> FakeVideoGenerator::ListOperations(const std::string& model, int limit) {
  const std::lock_guard lock(mutex_);
  if (!model_check_.ok()) return model_check_;
  std::vector<ListedOperation> listed;
  for (const auto& [name, operation] : operations_) {
    const bool of_model = absl::StartsWith(name, absl::StrCat("models/", model, "/"));
    if (of_model && static_cast<int>(listed.size()) < limit) {
      listed.push_back({name, operation.polls > operation.running_polls});
    }
  }
  return listed;
}

StartOutcome FakeVideoGenerator::Start(const StartRequest& request) {
  if (on_start) on_start(request);
  const std::lock_guard lock(mutex_);
  StartOutcome accepted;
  accepted.kind = OutcomeKind::kAccepted;
  accepted.http_status = 200;
  auto [outcome, creates] = TakeFirst(start_script_).value_or(ScriptedStart{std::move(accepted), true});
  std::string name;
  if (creates && !outcome.operation_name.empty()) {
    name = outcome.operation_name;
    operations_[name] = {length_.value_or(absl::Seconds(request.scene.duration_seconds)), running_polls_, 0, 0, {}};
  } else if (creates) {
    name = Create(request.options.model, length_.value_or(absl::Seconds(request.scene.duration_seconds)));
  }
  if (outcome.kind == OutcomeKind::kAccepted) outcome.operation_name = name;
  starts_.push_back({request, outcome, name});
  return outcome;
}

PollAnswer FakeVideoGenerator::Poll(const std::string& operation_name) {
  if (on_poll) on_poll(operation_name);
  const std::lock_guard lock(mutex_);
  PollAnswer answer;
  const auto found = operations_.find(operation_name);
  if (found == operations_.end()) {
    answer.kind = PollKind::kGone;
    answer.detail = "there is no such operation";
    answer.http_status = 404;
    return answer;
  }
  Operation& operation = found->second;
  ++operation.polls;
  answer.kind = operation.polls > operation.running_polls ? PollKind::kSucceeded : PollKind::kRunning;
  answer.http_status = 200;
  std::optional<PollAnswer> scripted = TakeFirst(operation.answers);
  if (!scripted) scripted = TakeFirst(poll_script_);
  if (scripted) answer = *std::move(scripted);
  if (answer.kind == PollKind::kSucceeded && answer.result.empty()) answer.result = ResultOf(operation_name);
  return answer;
}

absl::Status FakeVideoGenerator::Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) {
  if (on_fetch) on_fetch(operation_name);
  std::optional<ScriptedFetch> scripted;
  std::string video;
  {
    const std::lock_guard lock(mutex_);
    const auto found = operations_.find(operation_name);
    if (found == operations_.end() || result != ResultOf(operation_name)) {
      return absl::NotFoundError("there is no such video");
    }
    ++found->second.fetches;
    video = TinyMp4(found->second.length, operation_name);
    scripted = TakeFirst(fetch_script_);
  }
  return Give(scripted ? &*scripted : nullptr, video, sink);
}

std::string FakeVideoGenerator::Create(const std::string& model, absl::Duration length) {
  const std::string name = absl::StrCat("models/", model, "/operations/fake", operations_.size() + 1);
  operations_[name] = {length, running_polls_, 0, 0, {}};
  return name;
}

absl::Status FakeVideoGenerator::Give(const ScriptedFetch* scripted, const std::string& video, ByteSink& sink) const {
  if (scripted == nullptr) return sink.Write(video);
  if (scripted->error.ok()) return sink.Write(scripted->bytes);
  if (absl::IsDataLoss(scripted->error)) {
    const absl::Status written = sink.Write(video.substr(0, video.size() / 2));
    if (!written.ok()) return written;
  }
  return scripted->error;
}

void FakeVideoGenerator::KeepEvidence() {
  const std::lock_guard lock(mutex_);
  keeps_evidence_ = true;
}

void FakeVideoGenerator::SetEvidenceTrouble(absl::Status trouble) {
  const std::lock_guard lock(mutex_);
  evidence_trouble_ = std::move(trouble);
}

void FakeVideoGenerator::AllowCancel() {
  const std::lock_guard lock(mutex_);
  cancels_ = true;
}

std::vector<std::string> FakeVideoGenerator::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

absl::Status FakeVideoGenerator::Cancel(const std::string& operation_name) {
  const std::lock_guard lock(mutex_);
  ++cancels_asked_;
  if (!cancels_) return absl::UnimplementedError("this provider cancels nothing");
  const auto found = operations_.find(operation_name);
  if (found == operations_.end()) return absl::NotFoundError("there is no such operation");
  cancelled_.push_back(operation_name);
  PollAnswer ended;
  ended.kind = PollKind::kFailed;
  ended.reason = FailureReason::kGenerationFailed;
  ended.detail = "cancelled";
  ended.http_status = 200;
  found->second.answers.push_front(std::move(ended));
  return absl::OkStatus();
}

int FakeVideoGenerator::cancels_asked() const {
  const std::lock_guard lock(mutex_);
  return cancels_asked_;
}

void FakeVideoGenerator::SetLength(absl::Duration length) {
  const std::lock_guard lock(mutex_);
  length_ = length;
}

bool FakeVideoGenerator::KeepsEvidence() const {
  const std::lock_guard lock(mutex_);
  return keeps_evidence_;
}

absl::StatusOr<std::string> FakeVideoGenerator::FindStart(const std::string& start_id) {
  if (on_find_start) on_find_start(start_id);
  const std::lock_guard lock(mutex_);
  if (!keeps_evidence_) return absl::UnimplementedError("this provider keeps nothing of ours");
  if (!evidence_trouble_.ok()) return evidence_trouble_;
  for (const StartMade& made : starts_) {
    if (made.request.start_id == start_id && !made.operation_name.empty()) return made.operation_name;
  }
  return absl::NotFoundError("there is no trace of it");
}

}  // namespace videojobs
