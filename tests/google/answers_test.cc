#include "adapters/google/answers.h"

#include <string>

#include "adapters/http/failure.h"
#include "gtest/gtest.h"

namespace videojobs::google {
namespace {

TEST(OutcomeOfNoAnswer, NothingSent_RefusedAndTheLaneClosesBriefly) {
  const StartOutcome outcome = OutcomeOfNoAnswer(
      http::WithFailure(absl::UnavailableError("could not connect"), http::TransportFailure::kNothingSent));
  EXPECT_EQ(outcome.kind, OutcomeKind::kRefused);
  EXPECT_EQ(outcome.lane_reason, LaneReason::kOverloaded);
  EXPECT_EQ(outcome.lane_closed_for, absl::Seconds(15));
  EXPECT_EQ(outcome.http_status, 0);
}

TEST(OutcomeOfNoAnswer, AnythingMaybeSent_Unknown) {
  for (const absl::Status& status :
       {http::WithFailure(absl::UnavailableError("reset"), http::TransportFailure::kMaybeSent),
        http::WithFailure(absl::DeadlineExceededError("silence"), http::TransportFailure::kMaybeSent),
        absl::InternalError("not marked at all")}) {
    EXPECT_EQ(OutcomeOfNoAnswer(status).kind, OutcomeKind::kUnknown) << status;
  }
}

http::Response Response(int status) {
  http::Response response;
  response.status = status;
  return response;
}

TEST(StatusOfDownload, Statuses_NotFoundOrUnavailable) {
  for (const int status : {403, 404}) EXPECT_TRUE(absl::IsNotFound(StatusOfDownload(Response(status), Hidden{})));
  for (const int status : {302, 400, 401, 429, 500, 503}) {
    EXPECT_TRUE(absl::IsUnavailable(StatusOfDownload(Response(status), Hidden{}))) << status;
  }
}

}  // namespace
}  // namespace videojobs::google
