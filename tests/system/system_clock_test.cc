#include "adapters/system/system_clock.h"

#include <gtest/gtest.h>

#include "absl/time/time.h"

namespace videojobs {
namespace {

TEST(SystemClock, Now_Asked_IsWallTime) {
  SystemClock clock;
  EXPECT_GT(clock.Now(), absl::FromUnixSeconds(1'700'000'000));
}

TEST(SystemClock, Elapsed_AskedOften_NeverGoesBack) {
  SystemClock clock;
  const absl::Duration begin = clock.Elapsed();
  absl::Duration last = begin;
  while (last == begin) {
    const absl::Duration now = clock.Elapsed();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(SystemClock, Sleep_AWhile_TakesThatLong) {
  SystemClock clock;
  const absl::Duration begin = clock.Elapsed();
  clock.Sleep(absl::Milliseconds(2));
  EXPECT_GE(clock.Elapsed() - begin, absl::Milliseconds(2));
}

}  // namespace
}  // namespace videojobs
