// The engine's small pure parts: pace, characters, threads.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

#include "gtest/gtest.h"
#include "server/engine/executor.h"
#include "server/engine/periodic.h"
#include "server/engine/poll_pace.h"
#include "server/engine/text_check.h"
#include "server/engine/waiting.h"

namespace videojobs {
namespace {

TEST(NextPollIn, YoungOperation_IsFifteenToThirtySeconds_WhateverTheJitter) {
  for (const double fraction : {0.0, 0.5, 0.999}) {
    EXPECT_GE(NextPollIn(absl::ZeroDuration(), fraction), absl::Seconds(15));
    EXPECT_LE(NextPollIn(absl::Minutes(5), fraction), absl::Seconds(30));
  }
}

TEST(NextPollIn, OldOperation_SlowsDown_ToOneHourAtMost) {
  EXPECT_GT(NextPollIn(absl::Hours(2), 0.5), absl::Minutes(5));
  EXPECT_LE(NextPollIn(absl::Hours(1000), 0.999), absl::Minutes(67));
}

TEST(NextDeliveryIn, Troubles_DoubleUpToFifteenMinutes_AndNoFurther) {
  EXPECT_EQ(NextDeliveryIn(1, 0.5), absl::Seconds(15));
  EXPECT_EQ(NextDeliveryIn(2, 0.5), absl::Seconds(30));
  EXPECT_EQ(NextDeliveryIn(50, 0.5), absl::Minutes(15));
}

TEST(CountCharacters, Utf8_CountsCodePoints) {
  EXPECT_EQ(CountCharacters(""), 0);
  EXPECT_EQ(CountCharacters("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), 4);
  EXPECT_EQ(CountCharacters("\x80"), std::nullopt);
  EXPECT_EQ(CountCharacters("\xe2\x82"), std::nullopt);
  EXPECT_EQ(CountCharacters("\xf4\x90\x80\x80"), std::nullopt);
}

TEST(ThreadExecutor, ManyTasks_RunAll_BeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    ThreadExecutor executor(4);
    for (int i = 0; i < 1000; ++i) executor.Submit([&ran] { ++ran; });
  }
  EXPECT_EQ(ran, 1000);
}

// Counts calls, and waits for them.
class Calls {
 public:
  void Add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    added_.notify_all();
  }
  bool Reach(int count) {
    std::unique_lock lock(mutex_);
    return WaitUntil(lock, added_, absl::Seconds(10), [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable added_;
  int count_ = 0;
};

TEST(Periodic, Woken_Calls_AtOnce) {
  Calls calls;
  Periodic periodic(absl::ZeroDuration(), [&] { calls.Add(); });
  periodic.Wake();
  EXPECT_TRUE(calls.Reach(1));
}

TEST(Periodic, WokenIn_CallsThen) {
  Calls calls;
  Periodic periodic(absl::ZeroDuration(), [&] { calls.Add(); });
  periodic.WakeIn(absl::Hours(1));
  periodic.WakeIn(absl::Milliseconds(1));
  EXPECT_TRUE(calls.Reach(1));
}

TEST(Periodic, Interval_Calls_ByItself) {
  Calls calls;
  Periodic periodic(absl::Milliseconds(1), [&] { calls.Add(); });
  EXPECT_TRUE(calls.Reach(3));
}

}  // namespace
}  // namespace videojobs
