#include "adapters/system/random_id_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "adapters/clock.h"

namespace videojobs {
namespace {

class StoppedClock : public Clock {
 public:
  absl::Time Now() override { return now; }
  absl::Duration Elapsed() override { return absl::ZeroDuration(); }
  void Sleep(absl::Duration) override {}

  absl::Time now = absl::FromUnixMillis(0x0123456789ab);
};

TEST(RandomIdSource, NewId_AtAMoment_IsUuidVersion7OfThatMoment) {
  StoppedClock clock;
  RandomIdSource ids(clock);
  EXPECT_THAT(ids.NewId(), testing::MatchesRegex("01234567-89ab-7000-[89ab][0-9a-f][0-9a-f][0-9a-f]-"
                                                 "[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]"
                                                 "[0-9a-f][0-9a-f][0-9a-f][0-9a-f]"));
}

TEST(RandomIdSource, NewId_ClockStandsOrGoesBack_StillAscends) {
  StoppedClock clock;
  RandomIdSource ids(clock);
  std::vector<std::string> made;
  for (int i = 0; i < 10'000; ++i) {
    if (i == 5'000) clock.now -= absl::Hours(1);
    made.push_back(ids.NewId());
  }
  EXPECT_TRUE(std::is_sorted(made.begin(), made.end()));
  EXPECT_EQ(std::set<std::string>(made.begin(), made.end()).size(), made.size());
}

TEST(RandomIdSource, NewId_TimeGoesOn_CarriesTheNewTime) {
  StoppedClock clock;
  RandomIdSource ids(clock);
  ids.NewId();
  clock.now += absl::Milliseconds(1) + absl::Microseconds(500);
  EXPECT_EQ(ids.NewId().substr(0, 18), "01234567-89ac-7800");
}

TEST(RandomIdSource, NewId_ManyThreads_AllDiffer) {
  StoppedClock clock;
  RandomIdSource ids(clock);
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (std::vector<std::string>& own : made) {
    threads.emplace_back([&ids, &own] {
      for (int i = 0; i < 1000; ++i) own.push_back(ids.NewId().substr(0, 18));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  for (const std::vector<std::string>& own : made) all.insert(own.begin(), own.end());
  EXPECT_EQ(all.size(), 4000u);
}

TEST(RandomIdSource, NewSecretName_Many_Are32HexDigitsAndDiffer) {
  StoppedClock clock;
  RandomIdSource ids(clock);
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i) names.insert(ids.NewSecretName());
  EXPECT_EQ(names.size(), 1000u);
  for (const std::string& name : names) {
    EXPECT_EQ(name.size(), 32u);
    EXPECT_EQ(name.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
}

TEST(RandomIdSource, NewFraction_Many_SpreadOverZeroToOne) {
  StoppedClock clock;
  RandomIdSource ids(clock);
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double fraction = ids.NewFraction();
    ASSERT_GE(fraction, 0);
    ASSERT_LT(fraction, 1);
    sum += fraction;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.05);  // 17 standard deviations of the mean
}

}  // namespace
}  // namespace videojobs
