#include "adapters/google/gemini_api.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace videojobs::google {
namespace {

TEST(FileIdIn, Paths_IdOrNothing) {
  EXPECT_EQ(FileIdIn("/v1beta/files/abc123:download"), "abc123");
  EXPECT_EQ(FileIdIn("/download/v1beta/files/a-B_9:download"), "a-B_9");
  EXPECT_EQ(FileIdIn("/v1beta/files/abc123"), "abc123");
  EXPECT_EQ(FileIdIn("/v1beta/files/"), std::nullopt);
  EXPECT_EQ(FileIdIn("/v1beta/files/a/b"), std::nullopt);
  EXPECT_EQ(FileIdIn("/v1beta/files/..:download"), std::nullopt);
  EXPECT_EQ(FileIdIn("/videos/abc123.mp4"), std::nullopt);
}

TEST(ParseBaseUrl, PlainHttp_OnThisMachineOrWhereItIsAllowed) {
  EXPECT_TRUE(ParseBaseUrl("http://127.0.0.1:9000").ok());
  EXPECT_FALSE(ParseBaseUrl("http://proxy.example").ok());
  EXPECT_TRUE(ParseBaseUrl("http://proxy.example", /*plain_http=*/true).ok());
  EXPECT_FALSE(ParseBaseUrl("ftp://proxy.example", /*plain_http=*/true).ok());
  EXPECT_FALSE(GeminiApi::Create("http://proxy.example", "k").ok());
  EXPECT_TRUE(GeminiApi::Create("http://proxy.example", "k", /*plain_http=*/true).ok());
}

// Tens of megabytes over a slow line take longer than any time that is right for a question.
TEST(Patience, AnswersThatMayHoldAVideo_AreCutOffByStandingStillOnly) {
  const Patience patience;
  for (const http::Limits& limits : {patience.poll, patience.fetch}) {
    EXPECT_EQ(limits.total, absl::InfiniteDuration());
    EXPECT_LE(limits.connect + limits.first_byte + limits.stall, absl::Minutes(2));
  }
  EXPECT_LE(patience.question.total, absl::Minutes(5));
}

}  // namespace
}  // namespace videojobs::google
