// A claimed job in this replica's hands: what it takes, and when it is put down.

#include "server/engine/held_job.h"

#include <memory>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_house.h"
#include "tests/support/troubled_store.h"

namespace videojobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class HeldJobTest : public testing::Test {
 protected:
  // The one job that is due, in these hands; with this stop asked for.
  HeldJob Claim(FailureReason stop_requested = FailureReason::kNone) {
    auto claimed = house_.store->work().Claim(1, "token", settings_.lease).value();
    claimed.at(0).job.stop_requested = stop_requested;
    leases_.Add(claimed.at(0).lease, house_.clock.Elapsed());
    return {ports_, settings_, leases_, std::make_shared<Round>(), std::move(claimed.at(0)), house_.clock.Elapsed()};
  }

  EngineHouse house_;
  EngineSettings settings_;
  EnginePorts ports_ = house_.Ports();
  Leases leases_{settings_.lease, ports_.work, ports_.clock, ports_.log};
};

TEST_F(HeldJobTest, Record_WhatTheTableRejects_PutsTheJobDownAndChangesNothing) {
  const std::string id = house_.CreateJob();
  house_.generator.SetRunningPolls(5);
  house_.Sweep();
  house_.clock.Advance(absl::Minutes(1));
  HeldJob held = Claim();
  held.Record(0, {.event = ClipEvent::kStored});
  EXPECT_TRUE(held.abandoned());
  EXPECT_THAT(house_.log.Text(), HasSubstr("clip 0 is running and cannot take stored"));
  held.Record(0, {.event = ClipEvent::kOperationSucceeded, .result = "inline"});
  held.Abandon(absl::AbortedError("once more"));
  held.Conclude();
  EXPECT_THAT(house_.log.Text(), testing::Not(HasSubstr("once more"))) << "it is put down once";
  EXPECT_EQ(house_.Read(id).clips.at(0).state, ClipState::kRunning);
}

TEST_F(HeldJobTest, HandedBack_StartLeftOpenByADeadReplica_IsDueAtOnce) {
  const std::string id = house_.CreateJob();
  {
    const HeldJob dead = Claim();
    ASSERT_TRUE(ports_.work.WriteStoryboardIfHeld(dead.lease(), {{{"a scene", 6}, "stem"}}).ok());
    StartIntent intent;
    intent.lease = dead.lease();
    intent.start_id = "start";
    intent.provider = dead.job().provider;
    intent.model = dead.job().options.model;
    ASSERT_TRUE(ports_.ledger.RecordIntent(intent).ok());
  }
  house_.clock.Advance(settings_.lease + absl::Seconds(1));
  const HeldJob held = Claim();
  ASSERT_EQ(held.clip(0).state, ClipState::kStarting);
  ASSERT_TRUE(ports_.work.Release({held.HandedBack()}).ok());
  house_.Sweep();
  EXPECT_EQ(house_.Read(id).reason, FailureReason::kStartUnknown);
}

// What ended is handed on only where something is left to be followed or settled.
TEST_F(HeldJobTest, HandedBack_FinishedJob_IsDueOnlyWhereSomethingIsLeft) {
  const struct {
    ClipState clip;
    bool due;
  } cases[] = {{ClipState::kRunning, true},
               {ClipState::kStarting, true},
               {ClipState::kFailed, false},
               {ClipState::kStored, false}};
  for (const auto& row : cases) {
    ClaimedJob claimed;
    claimed.job.state = JobState::kFailed;
    claimed.job.clips.emplace_back().state = row.clip;
    const HeldJob held{ports_, settings_, leases_, std::make_shared<Round>(), std::move(claimed), absl::ZeroDuration()};
    EXPECT_EQ(held.HandedBack().due_in.has_value(), row.due) << Name(row.clip);
  }
}

TEST_F(HeldJobTest, Record_WhatIsKnownAlready_ChangesNothing) {
  const std::string id = house_.CreateJob();
  house_.storage.FailNextPut(absl::UnavailableError("busy"));
  house_.Sweep();
  house_.clock.Advance(absl::Minutes(20));
  HeldJob held = Claim();
  held.Record(0, {.event = ClipEvent::kOperationSucceeded, .result = "another address"});
  EXPECT_FALSE(held.abandoned());
  EXPECT_NE(held.clip(0).result, "another address");
  EXPECT_EQ(house_.Read(id).clips.at(0).state, ClipState::kReady);
}

// Each second that it runs on may be charged: the operation is looked at, and stopped, at once.
TEST_F(HeldJobTest, Conclude_EscalationGone_FailsTheJobAndItsOperationIsStopped) {
  const std::string id = house_.CreateJob();
  house_.generator.AllowCancel();
  house_.generator.SetRunningPolls(100);
  house_.Sweep();
  const std::string operation = house_.Read(id).clips.at(0).operation_name;
  house_.clock.Advance(absl::Minutes(1));
  HeldJob held = Claim(FailureReason::kEscalationGone);
  held.Conclude();
  EXPECT_EQ(house_.Read(id).reason, FailureReason::kEscalationGone);
  const ReleasedJob released = held.Released();
  EXPECT_EQ(released.due_in, absl::ZeroDuration());
  ASSERT_EQ(ports_.work.Release({released}), absl::OkStatus());
  house_.Sweep();
  EXPECT_THAT(house_.generator.cancelled(), ElementsAre(operation));
  EXPECT_EQ(house_.Read(id).clips.at(0).state, ClipState::kFailed);
}

}  // namespace
}  // namespace videojobs
