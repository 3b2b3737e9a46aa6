#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "adapters/http/message.h"
#include "adapters/supabase/errors.h"
#include "adapters/supabase/wire.h"
#include "tests/support/memory_scratch.h"

namespace videojobs::supabase {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Endpoint Hosted() { return MakeEndpoint("https://abc.supabase.co/", "the-key", "my videos").value(); }

TEST(MakeEndpoint, HostedProject_KnowsItsStorage) {
  EXPECT_EQ(Hosted().base, "https://abc.supabase.co/storage/v1");
  EXPECT_EQ(MakeEndpoint("http://127.0.0.1:54321", "k", "b")->base, "http://127.0.0.1:54321/storage/v1");
  EXPECT_EQ(MakeEndpoint("http://kong:8000", "k", "b", /*plain_http=*/true)->base, "http://kong:8000/storage/v1");
}

struct BadSetting {
  const char* url;
  const char* key;
  const char* bucket;
  const char* words;
};

TEST(MakeEndpoint, BadSetting_NamesTheVariableAndWhatIsRight) {
  const BadSetting settings[] = {
      {"", "k", "b", "SUPABASE_URL is not the URL of a project, such as https://"},
      {"abc.supabase.co", "k", "b", "SUPABASE_URL is not"},
      {"https://abc.supabase.co?x=1", "k", "b", "SUPABASE_URL is not"},
      {"http://abc.supabase.co", "k", "b", "must begin with https://"},
      {"https://abc.supabase.co", "", "b", "SUPABASE_SERVICE_ROLE_KEY is empty"},
      {"https://abc.supabase.co", "secret\n", "b", "SUPABASE_SERVICE_ROLE_KEY has spaces, line ends"},
      {"https://abc.supabase.co", "k", "", "SUPABASE_STORAGE_BUCKET is \"\""},
      {"https://abc.supabase.co", "k", "..", "SUPABASE_STORAGE_BUCKET is \"..\""},
      {"https://abc.supabase.co", "k", "a/b", "no slash"},
  };
  for (const BadSetting& setting : settings) {
    const absl::Status status = MakeEndpoint(setting.url, setting.key, setting.bucket).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << setting.words;
    EXPECT_THAT(std::string(status.message()), HasSubstr(setting.words));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret\n")));
  }
}

TEST(Requests, EachKind_HasItsPathAndItsSecretsApart) {
  MemorySource source("x");
  const http::Request requests[] = {UploadRequest(Hosted(), "v.mp4", source, 1), InfoRequest(Hosted(), "v.mp4"),
                                    SignRequest(Hosted(), "v.mp4", absl::Hours(1)), BucketRequest(Hosted())};
  const char* urls[] = {"POST https://abc.supabase.co/storage/v1/object/my%20videos/v.mp4",
                        "GET https://abc.supabase.co/storage/v1/object/info/my%20videos/v.mp4",
                        "POST https://abc.supabase.co/storage/v1/object/sign/my%20videos/v.mp4",
                        "GET https://abc.supabase.co/storage/v1/bucket/my%20videos"};
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(requests[i].method + " " + requests[i].url, urls[i]);
    ASSERT_EQ(requests[i].secret_headers.size(), 2u);
    EXPECT_EQ(requests[i].secret_headers[0].value, "Bearer the-key");
    EXPECT_EQ(requests[i].secret_headers[1].value, "the-key");
    for (const http::Header& header : requests[i].headers) EXPECT_THAT(header.value, Not(HasSubstr("the-key")));
    EXPECT_EQ(requests[i].max_redirects, 0);
  }
}

TEST(SignRequest, Lifetime_GoesOutInWholeSecondsAtLeastOne) {
  EXPECT_EQ(SignRequest(Hosted(), "v.mp4", absl::Hours(1)).body, R"({"expiresIn":3600})");
  EXPECT_EQ(SignRequest(Hosted(), "v.mp4", absl::Milliseconds(10)).body, R"({"expiresIn":1})");
}

// 32 threads serve all players, and those who ask whether the server lives.
TEST(SignRequest, SupabaseThatHangs_HoldsAPlayerForSecondsAtMost) {
  const http::Limits limits = SignRequest(Hosted(), "v.mp4", absl::Hours(1)).limits;
  EXPECT_EQ(limits.connect, absl::Seconds(2));
  EXPECT_EQ(limits.first_byte, absl::Seconds(5));
  EXPECT_EQ(limits.stall, absl::Seconds(5));
  EXPECT_EQ(limits.total, absl::Seconds(10));
}

TEST(Answers, AsDocumented_AreRead) {
  EXPECT_EQ(SizeFromInfo(R"({"name":"v.mp4","size":1234,"metadata":null})").value(), 1234);
  EXPECT_TRUE(IsPublicFromBucket(R"({"id":"b","public":true})").value());
  EXPECT_FALSE(IsPublicFromBucket(R"({"id":"b","public":false})").value());
  EXPECT_EQ(UrlFromSigned(Hosted(), R"({"signedURL":"/object/sign/b/v.mp4?token=t"})").value(),
            "https://abc.supabase.co/storage/v1/object/sign/b/v.mp4?token=t");
  EXPECT_EQ(PublicObjectUrl(Hosted(), "v.mp4"), "https://abc.supabase.co/storage/v1/object/public/my%20videos/v.mp4");
}

TEST(Answers, OfAnotherKind_AreRefused) {
  for (const char* body :
       {"", "<html>", "[]", "null", "{}", R"({"size":null})", R"({"size":"9"})", R"({"public":"yes"})",
        R"({"signedURL":7})", R"({"signedURL":"https://evil.example/"})", R"({"signedURL":"@evil.example/"})",
        R"({"signedURL":"/object/sign/b/v.mp4\r\nSet-Cookie: a=b"})"}) {
    EXPECT_EQ(SizeFromInfo(body).status().code(), absl::StatusCode::kFailedPrecondition) << body;
    EXPECT_EQ(IsPublicFromBucket(body).status().code(), absl::StatusCode::kFailedPrecondition) << body;
    EXPECT_EQ(UrlFromSigned(Hosted(), body).status().code(), absl::StatusCode::kFailedPrecondition) << body;
  }
}

struct ErrorCase {
  int http_status;
  const char* body;
  absl::StatusCode code;
  const char* words;
};

// Bodies as the server (supabase/storage 1.11) and its gateway give them.
TEST(StatusFromAnswer, EachError_HasItsCodeAndWords) {
  const ErrorCase cases[] = {
      {400, R"({"statusCode":"404","error":"Bucket not found","message":"Bucket not found"})",
       absl::StatusCode::kNotFound, "no bucket \"my videos\""},
      {400, R"({"statusCode":"404","error":"not_found","message":"Object not found","code":"NoSuchKey"})",
       absl::StatusCode::kNotFound, "no such object"},
      {400, R"({"statusCode":"409","error":"Duplicate","message":"The resource already exists"})",
       absl::StatusCode::kAlreadyExists, "already"},
      {400, R"({"statusCode":"403","error":"Unauthorized","message":"new row violates row-level security policy"})",
       absl::StatusCode::kPermissionDenied, "row-level security forbids"},
      {400, R"({"statusCode":"403","error":"Unauthorized","message":"Invalid Compact JWS"})",
       absl::StatusCode::kPermissionDenied, "the key is refused"},
      {400, R"({"statusCode":"400","error":"Error","message":"headers must have required property 'authorization'"})",
       absl::StatusCode::kPermissionDenied, "the key is refused"},
      {401, R"({"message":"Invalid API key","hint":"Double check your API key."})", absl::StatusCode::kPermissionDenied,
       "the key is refused"},
      {400, R"({"statusCode":"413","error":"Payload too large","message":"The object exceeded the maximum"})",
       absl::StatusCode::kResourceExhausted, "file size limit of the bucket"},
      {413, "<html>413 Request Entity Too Large</html>", absl::StatusCode::kResourceExhausted, "larger than"},
      {400, R"({"statusCode":"415","error":"invalid_mime_type","message":"mime type is not supported"})",
       absl::StatusCode::kInvalidArgument, "allowed MIME types"},
      {400, R"({"statusCode":"400","error":"InvalidKey","message":"Invalid key: ..."})",
       absl::StatusCode::kInvalidArgument, "the request is refused"},
      {400, R"({"statusCode":409,"error":"Duplicate","message":"a number for once"})", absl::StatusCode::kAlreadyExists,
       "already"},
      {402, R"({"message":"exceed_storage_size_quota"})", absl::StatusCode::kResourceExhausted, "over its quota"},
      {429, R"({"statusCode":"429","error":"SlowDown","message":"Too many connections"})",
       absl::StatusCode::kUnavailable, "too many requests"},
      {500, R"({"statusCode":"500","error":"Internal","message":"Internal Server Error"})",
       absl::StatusCode::kUnavailable, "in trouble"},
      {400, R"({"statusCode":"544","error":"DatabaseTimeout","message":"timeout"})", absl::StatusCode::kUnavailable,
       "in trouble"},
      {502, "<html>Bad Gateway</html>", absl::StatusCode::kUnavailable, "in trouble"},
      {540, "", absl::StatusCode::kFailedPrecondition, "paused"},
      {404, R"({"message":"no Route matched with those values"})", absl::StatusCode::kFailedPrecondition,
       "SUPABASE_URL"},
      {302, "", absl::StatusCode::kFailedPrecondition, "SUPABASE_URL"},
      {400, R"({"statusCode":"never","error":7,"message":null})", absl::StatusCode::kInvalidArgument, "refused"},
      {418, "", absl::StatusCode::kInternal, "unknown kind"},
  };
  for (const ErrorCase& one : cases) {
    http::Response answer;
    answer.status = one.http_status;
    answer.body = one.body;
    const absl::Status status = StatusFromAnswer(answer, Hosted());
    EXPECT_EQ(status.code(), one.code) << one.body << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(one.words)) << one.body;
  }
}

TEST(StatusFromAnswer, LongOrBinaryText_IsQuotedShortAndSafe) {
  http::Response answer;
  answer.status = 503;
  answer.body = "bad\x01\n" + std::string(5000, 'x');
  const std::string message(StatusFromAnswer(answer, Hosted()).message());
  EXPECT_LT(message.size(), 400u);
  EXPECT_THAT(message, HasSubstr("bad\\001\\n"));
}

}  // namespace
}  // namespace videojobs::supabase
