#include "server/engine/checking.h"

#include <string>

#include "server/engine/text_check.h"

namespace videojobs {
namespace {

// Longer than the question may take: the check is nobody else's meanwhile.
constexpr absl::Duration kCheckFor = absl::Minutes(6);
constexpr absl::Duration kAskAgainAfter = absl::Minutes(10);
// Without an answer nothing was learned about key or model.
constexpr absl::Duration kAfterNoAnswer = absl::Minutes(1);

// What the answer says about the lane; without an answer the lane stays what it was.
ClosedLane Judged(ClosedLane lane, const absl::Status& why) {
  switch (why.code()) {
    case absl::StatusCode::kPermissionDenied:
      lane.reason = LaneReason::kBadKey;
      break;
    case absl::StatusCode::kNotFound:
      lane.reason = LaneReason::kModelUnavailable;
      break;
    case absl::StatusCode::kFailedPrecondition:
      lane.reason = LaneReason::kBilling;
      break;
    default:
      return lane;
  }
  lane.detail = AsLine(std::string(why.message()));
  return lane;
}

bool SaysSomething(const absl::Status& why) {
  return absl::IsPermissionDenied(why) || absl::IsNotFound(why) || absl::IsFailedPrecondition(why);
}

}  // namespace

void Checking::Run() {
  if (!settings_.generation_enabled) return;
  ChecksWanted wanted{ports_.ids.NewSecretName(), kCheckFor, {}, first_.exchange(false)};
  for (const VideoGenerator* door : ports_.generators.all()) wanted.providers.push_back(door->provider());
  const auto lanes = ports_.lanes.TakeChecks(wanted);
  if (!lanes.ok()) {
    if (wanted.early) first_ = true;
    ports_.log.Write({Severity::kError,
                      Component::kWorker,
                      "the closed lanes could not be read; tried again",
                      {{"error", lanes.status().ToString()}}});
    return;
  }
  for (const ClosedLane& lane : *lanes) {
    if (stopping_) return;
    Check(lane, wanted.token);
  }
}

void Checking::Check(const ClosedLane& lane, const std::string& token) {
  const absl::Status checked = ports_.generators.Of(lane.key.provider).CheckModel(lane.key.model);
  if (!checked.ok()) return Close(lane, checked);
  ports_.log.Write({Severity::kInfo,
                    Component::kGenerator,
                    "key and model are accepted again; one start probes the lane",
                    {{"model", lane.key.model}}});
  // A failure leaves the check to the next one who takes it.
  ports_.lanes.PassCheck(lane.key, token).IgnoreError();
}

void Checking::Close(const ClosedLane& lane, const absl::Status& why) {
  if (stopping_) return;
  const ClosedLane judged = Judged(lane, why);
  ports_.log.Write({Severity::kWarning,
                    Component::kGenerator,
                    "the lane stays closed",
                    {{"model", lane.key.model},
                     {"lane", std::string(Name(judged.reason))},
                     {"detail", AsLine(std::string(why.message()))}}});
  const Closing closing{SaysSomething(why) ? kAskAgainAfter : kAfterNoAnswer, /*told=*/false};
  ports_.lanes.Close(lane.key, judged.reason, judged.detail, closing).IgnoreError();
}

}  // namespace videojobs
