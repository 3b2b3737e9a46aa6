#include "server/doors/page_token.h"

#include "absl/strings/escaping.h"
#include "adapters/refusal.h"
#include "gtest/gtest.h"

namespace videojobs {
namespace {

const PageEnd kEnd{absl::FromUnixNanos(1'800'000'000'123'456'789), "00000000-0000-7000-8000-00000000000a"};

TEST(PageToken, SameFilter_GivesThePlaceBack) {
  JobFilter filter;
  filter.states = {JobState::kFailed, JobState::kPending};
  const std::string token = ToPageToken(kEnd, filter);
  filter.states = {JobState::kPending, JobState::kFailed, JobState::kPending};
  const auto end = FromPageToken(token, filter);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->created_at, kEnd.created_at);
  EXPECT_EQ(end->job_id, kEnd.job_id);
}

TEST(PageToken, AnotherFilter_IsRefusedOnItsField) {
  const std::string token = ToPageToken(kEnd, {});
  JobFilter other;
  other.escalation_id = "e";
  const auto refused = FromPageToken(token, other).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(RefusalOf(refused).reason, "INVALID_REQUEST");
  EXPECT_EQ(RefusalOf(refused).violations.at(0).field, "page_token");
}

TEST(PageToken, EveryPartOfTheFilter_Counts) {
  JobFilter after, before, state;
  after.created_after = absl::FromUnixSeconds(1);
  before.created_before = absl::FromUnixSeconds(1);
  state.states = {JobState::kFailed};
  for (const JobFilter& other : {after, before, state}) EXPECT_FALSE(FromPageToken(ToPageToken(kEnd, {}), other).ok());
}

TEST(PageToken, Garbage_IsRefused) {
  for (const std::string& token :
       {std::string("x"), std::string("%%%"), std::string(5000, 'A'), absl::WebSafeBase64Escape("1 2 3"),
        absl::WebSafeBase64Escape(""), ToPageToken(kEnd, {}).substr(3), ToPageToken(kEnd, {}) + "AAAA"}) {
    EXPECT_FALSE(FromPageToken(token, {}).ok()) << token;
  }
}

}  // namespace
}  // namespace videojobs
