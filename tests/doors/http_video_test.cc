#include <httplib.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/doors/http_door.h"
#include "tests/doors/behind_the_doors.h"

namespace videojobs {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kName[] = "0123456789abcdef.mp4";
constexpr char kPath[] = "/videos/0123456789abcdef.mp4";

class HttpVideoTest : public testing::Test {
 protected:
  HttpVideoTest() {
    for (int i = 0; i < 30'000; ++i) absl::StrAppend(&content_, i, " ");
    behind_.storage.Write(kName, content_);
    HttpSettings settings;
    settings.listen = "127.0.0.1:0";
    settings.threads = 4;
    door_ = *HttpDoor::Start(settings, behind_.ports());
  }

  httplib::Result Get(const std::string& path, const httplib::Headers& headers = {}) {
    httplib::Client client("127.0.0.1", door_->port());
    client.set_url_encode(false);
    return client.Get(path, headers);
  }

  std::string content_;
  BehindTheDoors behind_;
  std::unique_ptr<HttpDoor> door_;
};

TEST_F(HttpVideoTest, WholeFile_IsSentWithItsHeaders) {
  const auto answer = Get(kPath);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(answer->body == content_);
  EXPECT_EQ(answer->get_header_value("Content-Type"), "video/mp4");
  EXPECT_EQ(answer->get_header_value("Content-Length"), absl::StrCat(content_.size()));
  EXPECT_EQ(answer->get_header_value("Accept-Ranges"), "bytes");
  EXPECT_THAT(answer->get_header_value("Cache-Control"), HasSubstr("immutable"));
}

TEST_F(HttpVideoTest, Head_GivesTheLengthAndNoBody) {
  const auto answer = httplib::Client("127.0.0.1", door_->port()).Head(kPath);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->get_header_value("Content-Length"), absl::StrCat(content_.size()));
  EXPECT_EQ(answer->body, "");
}

TEST_F(HttpVideoTest, Range_IsSentAsPart) {
  const auto answer = Get(kPath, {{"Range", "bytes=70000-140000"}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 206);
  EXPECT_TRUE(answer->body == content_.substr(70'000, 70'001));
  EXPECT_EQ(answer->get_header_value("Content-Range"), absl::StrCat("bytes 70000-140000/", content_.size()));
  EXPECT_EQ(answer->get_header_value("Content-Length"), "70001");
}

TEST_F(HttpVideoTest, SuffixAndOpenRange_AreSentAsParts) {
  EXPECT_EQ(Get(kPath, {{"Range", "bytes=-5"}})->body, content_.substr(content_.size() - 5));
  const auto open = Get(kPath, {{"Range", absl::StrCat("bytes=", content_.size() - 3, "-")}});
  EXPECT_EQ(open->body, content_.substr(content_.size() - 3));
  EXPECT_EQ(Get(kPath, {{"Range", "bytes=0-"}})->status, 206);
}

TEST_F(HttpVideoTest, RangeBehindTheEnd_Is416WithTheSize) {
  const auto answer = Get(kPath, {{"Range", "bytes=99999999-"}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 416);
  EXPECT_EQ(answer->get_header_value("Content-Range"), absl::StrCat("bytes */", content_.size()));
}

TEST_F(HttpVideoTest, SeveralRanges_GiveTheWholeOnce) {
  std::string ranges = "bytes=0-";
  for (int i = 0; i < 200; ++i) absl::StrAppend(&ranges, ",0-");
  const auto answer = Get(kPath, {{"Range", ranges}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body.size(), content_.size());
}

TEST_F(HttpVideoTest, KnownTag_Is304) {
  const std::string tag = Get(kPath)->get_header_value("ETag");
  const auto answer = Get(kPath, {{"If-None-Match", tag}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 304);
  EXPECT_EQ(answer->body, "");
}

TEST_F(HttpVideoTest, IfRangeOfAnotherTag_GivesTheWhole) {
  const std::string tag = Get(kPath)->get_header_value("ETag");
  EXPECT_EQ(Get(kPath, {{"If-Range", "\"other\""}, {"Range", "bytes=0-1"}})->status, 200);
  EXPECT_EQ(Get(kPath, {{"If-Range", tag}, {"Range", "bytes=0-1"}})->status, 206);
}

TEST_F(HttpVideoTest, StorageThatServesItself_IsRedirectedTo) {
  behind_.storage.Redirect("https://bucket.example/signed?token=1");
  const auto answer = Get(kPath);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(answer->get_header_value("Location"), "https://bucket.example/signed?token=1");
  EXPECT_EQ(answer->get_header_value("Cache-Control"), "no-store");
}

TEST_F(HttpVideoTest, MissingVideo_Is404) { EXPECT_EQ(Get("/videos/fedcba9876543210.mp4")->status, 404); }

TEST_F(HttpVideoTest, NamesThatNoObjectHas_Are404BeforeTheStorageIsAsked) {
  behind_.storage.FailWith(absl::InternalError("asked"));
  for (const char* path :
       {"/videos/../etc/passwd", "/videos/..%2f..%2fetc%2fpasswd", "/videos/%2e%2e", "/videos/.mp4", "/videos/a.mp3",
        "/videos/A.mp4", "/videos/a%00.mp4", "/videos/a%5c.mp4", "/videos/%252e%252e.mp4"}) {
    const auto answer = Get(path);
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 404) << path;
  }
}

TEST_F(HttpVideoTest, StorageInTrouble_Is503AndItsWordsAreInTheLogOnly) {
  behind_.storage.FailWith(absl::PermissionDeniedError("key of bucket x is wrong"));
  const auto answer = Get(kPath);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_THAT(answer->body, Not(HasSubstr("bucket x")));
  EXPECT_THAT(behind_.log.Text(), HasSubstr("bucket x"));
}

TEST_F(HttpVideoTest, WrongMethod_Is405) {
  const auto answer = httplib::Client("127.0.0.1", door_->port()).Delete(kPath);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 405);
}

}  // namespace
}  // namespace videojobs
