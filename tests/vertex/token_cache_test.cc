#include "adapters/vertex/token_cache.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/settable_clock.h"

namespace videojobs::vertex {
namespace {

using testing::Each;

// Gives "token-1", "token-2" and so on, when it is let to. Thread-safe.
class Source {
 public:
  absl::StatusOr<AccessToken> Fetch() {
    std::unique_lock lock(mutex_);
    const int number = ++asked_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    if (!error_.ok()) return error_;
    return AccessToken{absl::StrCat("token-", number), lives_};
  }

  void Hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void Release() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void WaitUntilAsked(int times) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_ >= times; });
  }
  void Fail(absl::Status error) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  void Give(absl::Duration lives) {
    const std::lock_guard lock(mutex_);
    lives_ = lives;
  }
  int asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int asked_ = 0;
  absl::Status error_;
  absl::Duration lives_ = absl::Hours(1);
};

// Knows how often it was asked, since that is when callers look whether a token still lives.
class WatchedClock : public SettableClock {
 public:
  absl::Duration Elapsed() override {
    const std::lock_guard lock(mutex_);
    ++looks_;
    changed_.notify_all();
    return SettableClock::Elapsed();
  }
  // Counts from now on.
  void Watch() {
    const std::lock_guard lock(mutex_);
    looks_ = 0;
  }
  void WaitForLooks(int looks) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return looks_ >= looks; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int looks_ = 0;
};

class TokenCacheTest : public testing::Test {
 protected:
  std::string Get() {
    const auto token = cache_.Get();
    return token.ok() ? *token : token.status().ToString();
  }

  WatchedClock clock_;
  Source source_;
  TokenCache cache_{[this] { return source_.Fetch(); }, clock_};
};

TEST_F(TokenCacheTest, Get_WhileItLives_FetchedOnce) {
  EXPECT_EQ(Get(), "token-1");
  clock_.Advance(absl::Minutes(55));
  EXPECT_EQ(Get(), "token-1");
  EXPECT_EQ(source_.asked(), 1);
}

TEST_F(TokenCacheTest, Get_LessThanFiveMinutesLeft_Renewed) {
  EXPECT_EQ(Get(), "token-1");
  clock_.Advance(absl::Minutes(55) + absl::Seconds(1));
  EXPECT_EQ(Get(), "token-2");
  clock_.Advance(absl::Minutes(55));
  EXPECT_EQ(Get(), "token-2");
}

TEST_F(TokenCacheTest, Get_ManyThreadsWithoutAToken_OneFetchForAll) {
  source_.Hold();
  std::vector<std::string> tokens(8);
  std::vector<std::thread> threads;
  for (std::string& token : tokens) threads.emplace_back([&, this] { token = Get(); });
  source_.WaitUntilAsked(1);
  source_.Release();
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(tokens, Each("token-1"));
  EXPECT_EQ(source_.asked(), 1);
}

TEST_F(TokenCacheTest, Get_WhileOneRenews_OthersGoOnWithTheOldOne) {
  EXPECT_EQ(Get(), "token-1");
  clock_.Advance(absl::Minutes(57));
  source_.Hold();
  std::string renewed;
  std::thread renewer([&, this] { renewed = Get(); });
  source_.WaitUntilAsked(2);
  EXPECT_EQ(Get(), "token-1");
  EXPECT_EQ(Get(), "token-1");
  EXPECT_EQ(source_.asked(), 2);
  source_.Release();
  renewer.join();
  EXPECT_EQ(renewed, "token-2");
  EXPECT_EQ(Get(), "token-2");
}

TEST_F(TokenCacheTest, Get_RenewalFails_TheLiveTokenUntilItsLastHalfMinute) {
  EXPECT_EQ(Get(), "token-1");
  source_.Fail(absl::UnavailableError("no answer"));
  clock_.Advance(absl::Minutes(57));
  EXPECT_EQ(Get(), "token-1");
  clock_.Advance(absl::Seconds(150));
  EXPECT_EQ(Get(), "token-1");
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(Get(), "UNAVAILABLE: no answer");
  source_.Fail(absl::OkStatus());
  EXPECT_EQ(Get(), "token-5");
}

TEST_F(TokenCacheTest, Get_FirstFetchFails_ItsErrorAndAskedAgainNextTime) {
  source_.Fail(absl::PermissionDeniedError("invalid_grant"));
  EXPECT_EQ(Get(), "PERMISSION_DENIED: invalid_grant");
  source_.Fail(absl::OkStatus());
  EXPECT_EQ(Get(), "token-2");
}

TEST_F(TokenCacheTest, Get_ManyThreadsAndTheFetchFails_OneFetchForAll) {
  EXPECT_EQ(Get(), "token-1");
  clock_.Advance(absl::Hours(1));
  source_.Hold();
  source_.Fail(absl::UnavailableError("no answer"));
  std::thread first([this] { EXPECT_EQ(Get(), "UNAVAILABLE: no answer"); });
  source_.WaitUntilAsked(2);
  clock_.Watch();
  std::vector<std::thread> waiting;
  for (int i = 0; i < 8; ++i) waiting.emplace_back([this] { EXPECT_EQ(Get(), "UNAVAILABLE: no answer"); });
  clock_.WaitForLooks(2 * 8);  // each looks twice, and does not let go of the cache before it waits
  source_.Release();
  first.join();
  for (std::thread& thread : waiting) thread.join();
  EXPECT_EQ(source_.asked(), 2);
}

TEST_F(TokenCacheTest, Get_TokenOfLessThanFiveMinutes_RenewedBeforeEachCall) {
  source_.Give(absl::Minutes(4));
  EXPECT_EQ(Get(), "token-1");
  EXPECT_EQ(Get(), "token-2");
}

TEST_F(TokenCacheTest, Get_SlowFetch_ItsTimeIsOfTheTokensLife) {
  source_.Hold();
  std::thread first([this] { EXPECT_EQ(Get(), "token-1"); });
  source_.WaitUntilAsked(1);
  clock_.Advance(absl::Minutes(2));
  source_.Release();
  first.join();
  clock_.Advance(absl::Minutes(53));
  EXPECT_EQ(Get(), "token-1");
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(Get(), "token-2");
}

TEST_F(TokenCacheTest, Forget_TheToken_AnotherOneNextTime) {
  EXPECT_EQ(Get(), "token-1");
  cache_.Forget("token-1");
  EXPECT_EQ(Get(), "token-2");
}

TEST_F(TokenCacheTest, Forget_ATokenOfBefore_NothingHappens) {
  EXPECT_EQ(Get(), "token-1");
  cache_.Forget("token-1");
  EXPECT_EQ(Get(), "token-2");
  cache_.Forget("token-1");
  cache_.Forget("");
  EXPECT_EQ(Get(), "token-2");
}

TEST_F(TokenCacheTest, Forget_ThenTheFetchFails_TheForgottenOneIsNotGivenAgain) {
  EXPECT_EQ(Get(), "token-1");
  cache_.Forget("token-1");
  source_.Fail(absl::UnavailableError("no answer"));
  EXPECT_EQ(Get(), "UNAVAILABLE: no answer");
}

}  // namespace
}  // namespace videojobs::vertex
