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

Closing ClosingFor(const absl::Status& why) {
  return {absl::IsUnavailable(why) ? kAfterNoAnswer : kAskAgainAfter, /*told=*/false};
}

LaneReason ReasonFor(const absl::Status& why) {
  if (absl::IsNotFound(why)) return LaneReason::kModelUnavailable;
  return absl::IsFailedPrecondition(why) ? LaneReason::kBilling : LaneReason::kBadKey;
}

}  // namespace

void Checking::Run() {
  if (!settings_.generation_enabled) return;
  const std::string token = ports_.ids.NewSecretName();
  const auto lanes = ports_.lanes.TakeChecks(token, kCheckFor);
  if (!lanes.ok()) {
    ports_.log.Write({Severity::kError,
                      Component::kWorker,
                      "the closed lanes could not be read; tried again",
                      {{"error", lanes.status().ToString()}}});
    return;
  }
  for (const LaneKey& lane : *lanes) Check(lane, token);
}

void Checking::Check(const LaneKey& lane, const std::string& token) {
  // Another door's lane is for a server with that door.
  if (!ports_.generators.Has(lane.provider)) return;
  const absl::Status checked = ports_.generators.Of(lane.provider).CheckModel(lane.model);
  if (!checked.ok()) return Close(lane, checked);
  ports_.log.Write({Severity::kInfo,
                    Component::kGenerator,
                    "key and model are accepted again; one start probes the lane",
                    {{"model", lane.model}}});
  // A failure leaves the check to the next one who takes it.
  ports_.lanes.PassCheck(lane, token).IgnoreError();
}

void Checking::Close(const LaneKey& lane, const absl::Status& why) {
  const LaneReason reason = ReasonFor(why);
  const std::string detail = AsLine(std::string(why.message()));
  ports_.log.Write({Severity::kWarning,
                    Component::kGenerator,
                    "the lane stays closed",
                    {{"model", lane.model}, {"lane", std::string(Name(reason))}, {"detail", detail}}});
  ports_.lanes.Close(lane, reason, detail, ClosingFor(why)).IgnoreError();
}

}  // namespace videojobs
