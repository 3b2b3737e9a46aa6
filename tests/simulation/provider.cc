#include "tests/simulation/provider.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/support/tiny_mp4.h"

namespace videojobs::simulation {
namespace {

StartOutcome Refused(LaneReason lane, absl::Duration closed_for, bool told) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.lane_reason = lane;
  outcome.lane_closed_for = closed_for;
  outcome.lane_wait_told = told;
  outcome.http_status = 429;
  outcome.detail = "refused";
  return outcome;
}

StartOutcome Lost(int http_status) {
  StartOutcome outcome;
  outcome.http_status = http_status;
  outcome.detail = "nobody can say";
  return outcome;
}

}  // namespace

absl::Duration Provider::Between(absl::Duration least, absl::Duration most) {
  return least + (most - least) * std::uniform_real_distribution<>(0, 1)(random_);
}

std::string Provider::VideoOf(const std::string& operation_name) { return TinyMp4(absl::Seconds(6), operation_name); }

std::string Provider::Create(const StartRequest& request) {
  const std::string name = absl::StrCat("models/", request.options.model, "/operations/o", ++last_);
  // Where lost starts are found again, what took their place is to come to nothing often.
  const double fails = keeps_evidence_ ? 0.15 : 0.05;
  const Fate fate = Chance(fails) ? Fate::kFiltered : Chance(fails) ? Fate::kError : Fate::kVideo;
  operations_[name] = {request.start_id, request.scene.prompt, now_() + Between(absl::Seconds(11), kLongestMaking),
                       fate};
  return name;
}

StartOutcome Provider::Start(const StartRequest& request, const Travel& travel) {
  travel(Between(absl::Milliseconds(20), Chance(0.05) ? absl::Seconds(90) : absl::Seconds(2)));
  if (Suffers(OutageKind::kStarts)) {
    told_.insert(request.start_id);
    return Refused(LaneReason::kQuota, absl::Minutes(10), true);
  }
  if (Chance(0.02)) return Lost(500);
  StartOutcome outcome;
  if (Chance(0.03)) {
    outcome = Refused(LaneReason::kNone, absl::ZeroDuration(), true);
  } else if (closes_lanes_ && Chance(0.03)) {
    outcome = Refused(LaneReason::kQuota, absl::Seconds(34), true);
  } else if (closes_lanes_ && Chance(0.01)) {
    outcome = Refused(LaneReason::kBadKey, absl::Minutes(10), false);
  } else {
    outcome.kind = OutcomeKind::kAccepted;
    outcome.operation_name = Create(request);
    if (sends_again_ && Chance(0.1)) Create(request);
    outcome.http_status = 200;
  }
  const bool lost = Chance(0.03);
  travel(Between(absl::Milliseconds(20), Chance(0.05) ? absl::Seconds(80) : absl::Seconds(2)));
  if (lost) return Lost(0);
  told_.insert(request.start_id);
  return outcome;
}

PollAnswer Provider::Poll(const std::string& operation_name, const Travel& travel) {
  travel(Between(absl::Milliseconds(20), absl::Seconds(2)));
  PollAnswer answer;
  answer.http_status = 500;
  answer.detail = "trouble";
  if (Suffers(OutageKind::kSilence) || Chance(0.05)) return answer;
  if (Suffers(OutageKind::kMissing)) {
    answer.kind = PollKind::kGone;
    answer.http_status = 404;
    return answer;
  }
  answer.http_status = 200;
  answer.detail.clear();
  const Operation& operation = operations_.at(operation_name);
  if (now_() < operation.done_at) {
    answer.kind = PollKind::kRunning;
  } else if (operation.fate == Fate::kVideo) {
    answer.kind = PollKind::kSucceeded;
    answer.result = operation_name;
  } else {
    answer.kind = PollKind::kFailed;
    answer.reason = operation.fate == Fate::kFiltered ? FailureReason::kFiltered : FailureReason::kGenerationFailed;
  }
  travel(Between(absl::Milliseconds(20), absl::Seconds(1)));
  return answer;
}

absl::Status Provider::Fetch(const std::string& operation_name, ByteSink& sink, const Travel& travel) {
  travel(Between(absl::Milliseconds(20), absl::Seconds(3)));
  if (Suffers(OutageKind::kSilence)) return absl::UnavailableError("nobody answers");
  if (now_() > operations_.at(operation_name).done_at + kKeepsFor) return absl::NotFoundError("expired");
  const std::string video = VideoOf(operation_name);
  if (absl::Status written = sink.Write(video.substr(0, video.size() / 2)); !written.ok()) return written;
  travel(Between(absl::Milliseconds(20), absl::Seconds(20)));
  if (Chance(0.05)) return absl::DataLossError("it broke off");
  return sink.Write(video.substr(video.size() / 2));
}

absl::StatusOr<std::string> Provider::FindStart(const std::string& start_id, const Travel& travel) {
  travel(Between(absl::Milliseconds(20), absl::Seconds(1)));
  if (Chance(0.05)) return absl::UnavailableError("trouble");
  for (const auto& [name, operation] : operations_) {
    const bool lies_there = operation.fate == Fate::kVideo && now_() >= operation.done_at;
    if (operation.start_id == start_id && lies_there) return name;
  }
  return absl::NotFoundError("there is no video of this start");
}

absl::Status Provider::CheckModel(const Travel& travel) {
  travel(Between(absl::Milliseconds(20), absl::Seconds(1)));
  return Chance(0.3) ? absl::PermissionDeniedError("the key is not accepted") : absl::OkStatus();
}

}  // namespace videojobs::simulation
