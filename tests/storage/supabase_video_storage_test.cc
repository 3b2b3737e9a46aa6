#include "adapters/supabase/supabase_video_storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/http/client.h"
#include "adapters/supabase/wire.h"
#include "tests/storage/memory_growth.h"
#include "tests/storage/video_storage_contract.h"
#include "tests/support/fake_supabase.h"
#include "tests/support/memory_scratch.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kBucket[] = "escalation videos";  // with a space, as the dashboard allows

class SupabaseHarness : public StorageHarness {
 public:
  explicit SupabaseHarness(bool is_public) : is_public_(is_public) {
    supabase_.SetBucket(kBucket, {.is_public = is_public, .allowed_mime_type = ""});
  }

  VideoStorage& storage() override { return storage_; }
  std::string Fetch(const VideoAddress& address) override { return FakeSupabase::Browse(address.redirect_url).body; }
  std::size_t Kept() override { return supabase_.ObjectCount(); }
  bool is_public() const override { return is_public_; }

 private:
  const bool is_public_;
  FakeSupabase supabase_;
  http::Client client_;
  SupabaseVideoStorage storage_{client_,
                                supabase::MakeEndpoint(supabase_.url(), FakeSupabase::kServiceKey, kBucket).value()};
};

std::unique_ptr<StorageHarness> MakePrivate() { return std::make_unique<SupabaseHarness>(false); }
std::unique_ptr<StorageHarness> MakePublic() { return std::make_unique<SupabaseHarness>(true); }

INSTANTIATE_TEST_SUITE_P(PrivateBucket, VideoStorageContract, testing::Values(&MakePrivate));
INSTANTIATE_TEST_SUITE_P(PublicBucket, VideoStorageContract, testing::Values(&MakePublic));

class SupabaseVideoStorageTest : public testing::Test {
 protected:
  SupabaseVideoStorageTest() { supabase_.SetBucket("videos", {}); }

  SupabaseVideoStorage StorageWith(const std::string& key, const std::string& bucket = "videos") {
    return SupabaseVideoStorage(client_, supabase::MakeEndpoint(supabase_.url(), key, bucket).value());
  }
  static absl::Status Put(VideoStorage& storage, const std::string& content = "the video") {
    MemorySource source(content);
    return storage.Put("v.mp4", source, static_cast<std::int64_t>(content.size()));
  }

  FakeSupabase supabase_;
  http::Client client_;
  SupabaseVideoStorage storage_ = StorageWith(FakeSupabase::kServiceKey);
};

TEST_F(SupabaseVideoStorageTest, Put_NewObject_UploadsOnceAndReadsTheSizeBack) {
  ASSERT_EQ(Put(storage_), absl::OkStatus());
  EXPECT_THAT(supabase_.Requests(),
              ElementsAre("POST /storage/v1/object/videos/v.mp4", "GET /storage/v1/object/info/videos/v.mp4"));
}

TEST_F(SupabaseVideoStorageTest, Put_NewObject_SaysWhatItIsAndNeverReplaces) {
  ASSERT_EQ(Put(storage_), absl::OkStatus());
  const auto headers = supabase_.LastUploadHeaders();
  const auto value = [&headers](const char* name) {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  };
  EXPECT_EQ(value("Content-Type"), "video/mp4");
  EXPECT_EQ(value("Content-Length"), "9");
  EXPECT_EQ(value("x-upsert"), "false");
  EXPECT_EQ(value("Cache-Control"), "max-age=3600");
}

TEST_F(SupabaseVideoStorageTest, Put_BucketMissing_NamesItAndWhatToDo) {
  SupabaseVideoStorage storage = StorageWith(FakeSupabase::kServiceKey, "elsewhere");
  const absl::Status status = Put(storage);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("no bucket \"elsewhere\""));
  EXPECT_THAT(std::string(status.message()), HasSubstr("SUPABASE_STORAGE_BUCKET"));
  EXPECT_EQ(storage.PublicUrl("v.mp4").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(SupabaseVideoStorageTest, Put_BucketMadeMeanwhile_Succeeds) {
  SupabaseVideoStorage storage = StorageWith(FakeSupabase::kServiceKey, "elsewhere");
  ASSERT_EQ(Put(storage).code(), absl::StatusCode::kNotFound);
  supabase_.SetBucket("elsewhere", {.is_public = true, .allowed_mime_type = ""});
  EXPECT_EQ(Put(storage), absl::OkStatus());
  EXPECT_EQ(storage.PublicUrl("v.mp4").value(), supabase_.url() + "/storage/v1/object/public/elsewhere/v.mp4");
}

TEST_F(SupabaseVideoStorageTest, Put_AnonKey_IsToldApartFromAWrongKey) {
  SupabaseVideoStorage anon = StorageWith(FakeSupabase::kAnonKey);
  const absl::Status forbidden = Put(anon);
  EXPECT_EQ(forbidden.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(forbidden.message()), HasSubstr("row-level security forbids this key"));

  SupabaseVideoStorage stranger = StorageWith("another-projects-key");
  const absl::Status refused = Put(stranger);
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("the key is refused"));
  EXPECT_THAT(std::string(refused.message()), Not(HasSubstr("another-projects-key")));
}

TEST_F(SupabaseVideoStorageTest, Put_LargerThanTheBucketTakes_SaysWhichLimits) {
  supabase_.SetBucket("videos", {.largest_object = 5, .allowed_mime_type = ""});
  const absl::Status status = Put(storage_);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("the bucket \"videos\" or the project's plan allows"));
}

TEST_F(SupabaseVideoStorageTest, Put_BucketForImages_SaysWhatToAdd) {
  supabase_.SetBucket("videos", {.allowed_mime_type = "image/png"});
  const absl::Status status = Put(storage_);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("does not take video/mp4"));
}

TEST_F(SupabaseVideoStorageTest, Put_UploadBreaksOff_IsPassingAndLeavesNothing) {
  supabase_.BreakNextUpload();
  const absl::Status status = Put(storage_, std::string(4 << 20, 'x'));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_EQ(supabase_.ObjectCount(), 0u);
  EXPECT_EQ(Put(storage_), absl::OkStatus());
}

TEST_F(SupabaseVideoStorageTest, Put_AnswerLost_SucceedsWhenRepeated) {
  supabase_.LoseNextAnswer();
  EXPECT_FALSE(Put(storage_).ok());
  EXPECT_EQ(supabase_.ObjectCount(), 1u);
  EXPECT_EQ(Put(storage_), absl::OkStatus());
}

TEST_F(SupabaseVideoStorageTest, Put_NobodyListens_IsPassing) {
  const auto endpoint = supabase::MakeEndpoint("http://127.0.0.1:1", FakeSupabase::kServiceKey, "videos").value();
  SupabaseVideoStorage storage(client_, endpoint);
  const absl::Status status = Put(storage);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr(FakeSupabase::kServiceKey)));
}

TEST_F(SupabaseVideoStorageTest, Put_KeyEchoedByTheServer_IsNotInTheError) {
  supabase_.AnswerNext(500, std::string("cannot verify ") + FakeSupabase::kServiceKey + "!", "text/plain");
  const absl::Status status = Put(storage_);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("cannot verify [key]!"));
}

TEST_F(SupabaseVideoStorageTest, Size_WrongHost_SaysToCheckTheUrl) {
  supabase_.AnswerNext(200, "<html>Welcome to nginx!</html>", "text/html");
  supabase_.AnswerNext(404, "<html>Not Found</html>", "text/html");
  for (int i = 0; i < 2; ++i) {
    const absl::Status status = storage_.Size("v.mp4").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("SUPABASE_URL"));
  }
}

TEST_F(SupabaseVideoStorageTest, Address_PrivateBucket_IsAUrlThatExpires) {
  ASSERT_EQ(Put(storage_), absl::OkStatus());
  const std::string url = storage_.Address("v.mp4")->redirect_url;
  EXPECT_EQ(FakeSupabase::Browse(url).status, 200);
  supabase_.AdvanceTime(SupabaseVideoStorage::kSignedUrlLifetime + absl::Seconds(1));
  EXPECT_EQ(FakeSupabase::Browse(url).status, 400);
  EXPECT_EQ(FakeSupabase::Browse(storage_.Address("v.mp4")->redirect_url).body, "the video");
}

TEST_F(SupabaseVideoStorageTest, Address_Browsed_ServesRanges) {
  ASSERT_EQ(Put(storage_), absl::OkStatus());
  const FakeSupabase::Page page = FakeSupabase::Browse(storage_.Address("v.mp4")->redirect_url, "bytes=4-6");
  EXPECT_EQ(page.status, 206);
  EXPECT_EQ(page.body, "vid");
}

TEST_F(SupabaseVideoStorageTest, PublicUrl_BucketMadePublicLater_FollowsIt) {
  EXPECT_EQ(storage_.PublicUrl("v.mp4").value(), "");
  supabase_.SetBucket("videos", {.is_public = true, .allowed_mime_type = ""});
  EXPECT_EQ(storage_.PublicUrl("v.mp4").value(), supabase_.url() + "/storage/v1/object/public/videos/v.mp4");
}

TEST_F(SupabaseVideoStorageTest, PublicUrl_TooManyRequests_CanBeRepeated) {
  supabase_.AnswerNext(429, R"({"statusCode":"429","code":"SlowDown","error":"SlowDown","message":"Slow down"})");
  EXPECT_EQ(storage_.PublicUrl("v.mp4").status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(storage_.PublicUrl("v.mp4").ok());
}

TEST_F(SupabaseVideoStorageTest, Put_LargeVideo_HoldsLittleMemory) {
  constexpr std::int64_t kBytes = std::int64_t{50} << 20;
  LargeSource source(kBytes);
  ASSERT_EQ(storage_.Put("v.mp4", source, kBytes), absl::OkStatus());
  EXPECT_EQ(storage_.Size("v.mp4").value(), kBytes);
  EXPECT_LT(source.growth(), kBytes / 4);
}

}  // namespace
}  // namespace videojobs
