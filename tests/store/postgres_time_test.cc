// Days are UTC's, whatever time zone a session, a database or a role is set to.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/store/postgres_database.h"

namespace videojobs {
namespace {

// Two jobs with a storyboard; the first has a start at the moment that is given, by Postgres's words.
class PostgresTime : public ::testing::TestWithParam<const char*> {
 protected:
  PostgresTime() : store_(PostgresStore::Open(Url(), {}).value()) {
    EXPECT_EQ(Intend(Claim("first"), "start-1", std::nullopt)->answer, IntentAnswer::kRecorded);
  }

  std::string Url() const { return absl::StrCat(database_.Url(), "&options=-c%20timezone%3D", GetParam()); }

  Lease Claim(const std::string& id) {
    NewJob n;
    n.job.id = id;
    n.job.state = JobState::kPending;
    n.job.response_text = "the answer";
    n.job.options.model = "veo";
    n.job.provider = "gemini";
    EXPECT_TRUE(store_->intake().Create({"", "", {n}}).ok());
    const Lease lease = store_->work().Claim(1, "token", absl::Hours(1))->at(0).lease;
    EXPECT_EQ(store_->work().WriteStoryboardIfHeld(lease, {{{"scene", 6}, "stem-" + id}}), absl::OkStatus());
    return lease;
  }

  absl::StatusOr<RecordedIntent> Intend(const Lease& lease, const std::string& start_id,
                                        std::optional<std::int64_t> daily_cap) {
    StartIntent intent;
    intent.lease = lease;
    intent.start_id = start_id;
    intent.provider = "gemini";
    intent.model = "veo";
    intent.price_micros = kDollar;
    intent.daily_cap_micros = daily_cap;
    return store_->ledger().RecordIntent(intent);
  }

  void FirstStartWas(const std::string& when) {
    ASSERT_EQ(database_.Execute(absl::StrCat("SET LOCAL session_replication_role = replica;"
                                             " UPDATE video_starts SET intended_at = ",
                                             when)),
              absl::OkStatus());
  }

  PostgresDatabase database_{DatabaseKind::kMigrated};
  std::unique_ptr<PostgresStore> store_;
};

constexpr char kMidnight[] = "date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'";

TEST_P(PostgresTime, DailyCap_StartOfYesterdayInUtc_CountsNothing) {
  FirstStartWas(absl::StrCat(kMidnight, " - interval '1 second'"));
  EXPECT_EQ(store_->audit().SpentSoFar()->today_micros, 0);
  EXPECT_EQ(Intend(Claim("second"), "start-2", kDollar)->answer, IntentAnswer::kRecorded);
}

TEST_P(PostgresTime, DailyCap_StartOfTodayInUtc_CountsAndClosesTheLaneUntilUtcsMidnight) {
  FirstStartWas(kMidnight);
  EXPECT_EQ(store_->audit().SpentSoFar()->today_micros, kDollar);
  const auto closed = Intend(Claim("second"), "start-2", kDollar);
  ASSERT_EQ(closed->answer, IntentAnswer::kLaneClosed);
  EXPECT_EQ(absl::ToUnixSeconds(closed->closed->closed_until) % 86'400, 0);
  EXPECT_LE(closed->closed->remaining, absl::Hours(24));
}

TEST_P(PostgresTime, Costs_StartsAroundUtcsMidnight_AreOnTheirUtcDays) {
  const absl::CivilDay today = *store_->audit().Today();
  EXPECT_EQ(absl::FormatCivilTime(today),
            database_.Value("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD')"));
  FirstStartWas(kMidnight);
  EXPECT_THAT(*store_->audit().Costs(today, today), ::testing::SizeIs(1));
  FirstStartWas(absl::StrCat(kMidnight, " - interval '1 second'"));
  EXPECT_THAT(*store_->audit().Costs(today, today), ::testing::IsEmpty());
  EXPECT_THAT(*store_->audit().Costs(today - 1, today - 1), ::testing::SizeIs(1));
}

// East and west of Greenwich, so that at any time of the day one of them has another day than UTC.
INSTANTIATE_TEST_SUITE_P(Zones, PostgresTime, ::testing::Values("Pacific/Auckland", "America/Los_Angeles", "UTC"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::erase_if(name, [](char c) { return c == '/' || c == '_'; });
                           return name;
                         });

}  // namespace
}  // namespace videojobs
