#include "adapters/vertex/object_store.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "adapters/google/gemini_api.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/http/noting_host.h"
#include "tests/support/string_sink.h"

namespace videojobs::vertex {
namespace {

using http::Answer;
using http::NotingHost;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kBearer[] = "Bearer ya29.secret-token";
const google::Hidden kHidden{"ya29.secret-token", {}};
const Folder kFolder{"bucket-1", "videos/start-1/"};
constexpr char kList[] = "GET /storage/v1/b/bucket-1/o?prefix=videos%2Fstart-1%2F";
constexpr char kUri[] = "gs://bucket-1/videos/start-1/17/sample 0.mp4";
constexpr char kObject[] = "GET /storage/v1/b/bucket-1/o/videos%2Fstart-1%2F17%2Fsample%200.mp4?alt=media";

std::string Error(int code) {
  return Answer(code,
                absl::StrCat(R"({"error":{"code":)", code, R"(,"status":"X","message":"ya29.secret-token is bad"}})"));
}

class ObjectStoreTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> Find() { return store_.FindVideo(kFolder, {{"Authorization", kBearer}}, kHidden); }
  absl::Status Download(const std::string& uri) {
    return store_.Download(uri, {{"Authorization", kBearer}}, kHidden, http::Limits{}, sink_);
  }

  http::Client client_;
  NotingHost host_;
  const ObjectStore store_{google::ParseBaseUrl(host_.Url()).value(), client_};
  StringSink sink_;
};

TEST_F(ObjectStoreTest, FindVideo_OnTheWire_PrefixAndToken) {
  host_.On(kList, Answer(200, R"({"kind":"storage#objects"})"));
  EXPECT_TRUE(absl::IsNotFound(Find().status()));
  ASSERT_THAT(host_.calls(), ElementsAre(kList));
  EXPECT_EQ(host_.requests()[0].headers.at("authorization"), kBearer);
}

TEST_F(ObjectStoreTest, FindVideo_Lists_TheFirstVideoOfTheFolder) {
  const std::pair<const char*, const char*> rows[] = {
      {R"([{"name":"videos/start-1/17/sample_0.mp4"},{"name":"videos/start-1/17/sample_1.mp4"}])",
       "gs://bucket-1/videos/start-1/17/sample_0.mp4"},
      {R"([{"name":"videos/start-1/"},{"name":"videos/start-1/a.json"},{"name":"videos/start-1/b.mp4"}])",
       "gs://bucket-1/videos/start-1/b.mp4"},
      {R"([{"name":"videos/start-10/a.mp4"}])", ""},
      {R"([{"name":"videos/start-1/a b.mp4"}])", ""},
      {R"([{"name":17},{},[],"x",null])", ""},
      {R"([])", ""},
      {R"({})", ""},
      {R"("x")", ""},
  };
  for (const auto& [items, video] : rows) {
    host_.On(kList, Answer(200, absl::StrCat("{\"items\":", items, "}")));
    const auto found = Find();
    EXPECT_EQ(found.ok() ? *found : "", video) << items;
    EXPECT_TRUE(found.ok() || absl::IsNotFound(found.status())) << found.status();
  }
}

TEST_F(ObjectStoreTest, FindVideo_Errors_NamedWithoutTheToken) {
  const std::pair<std::string, absl::StatusCode> rows[] = {
      {Error(403), absl::StatusCode::kPermissionDenied},
      {Error(404), absl::StatusCode::kPermissionDenied},
      {Error(401), absl::StatusCode::kUnauthenticated},
      {Error(429), absl::StatusCode::kUnavailable},
      {Error(500), absl::StatusCode::kUnavailable},
      {Answer(302, ""), absl::StatusCode::kUnavailable},
      {Answer(200, "<html>"), absl::StatusCode::kUnavailable},
      {Answer(200, "[]"), absl::StatusCode::kUnavailable},
  };
  for (const auto& [answer, code] : rows) {
    host_.On(kList, answer);
    const absl::Status status = Find().status();
    EXPECT_EQ(status.code(), code) << answer;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret")));
    if (code == absl::StatusCode::kPermissionDenied) {
      EXPECT_THAT(std::string(status.message()), HasSubstr("VIDEOJOBS_VERTEX_OUTPUT"));
    }
  }
}

TEST_F(ObjectStoreTest, Download_AnObject_ItsBytesByOneSegment) {
  host_.On(kObject, Answer(200, "video"));
  EXPECT_EQ(Download(kUri), absl::OkStatus());
  EXPECT_EQ(sink_.text, "video");
  ASSERT_THAT(host_.calls(), ElementsAre(kObject));
  EXPECT_EQ(host_.requests()[0].headers.at("authorization"), kBearer);
}

TEST_F(ObjectStoreTest, Download_Errors_StatusesWithoutTheToken) {
  const std::pair<int, absl::StatusCode> rows[] = {
      {401, absl::StatusCode::kUnauthenticated}, {403, absl::StatusCode::kPermissionDenied},
      {404, absl::StatusCode::kNotFound},        {416, absl::StatusCode::kUnavailable},
      {429, absl::StatusCode::kUnavailable},     {503, absl::StatusCode::kUnavailable},
  };
  for (const auto& [status, code] : rows) {
    host_.On(kObject, Error(status));
    const absl::Status downloaded = Download(kUri);
    EXPECT_EQ(downloaded.code(), code) << status;
    EXPECT_THAT(std::string(downloaded.message()), HasSubstr("is bad"));
    EXPECT_THAT(std::string(downloaded.message()), Not(HasSubstr("secret")));
  }
  EXPECT_EQ(sink_.text, "");
}

// A role that was taken away is given back; a paid video must not count as expired meanwhile.
TEST_F(ObjectStoreTest, Download_Forbidden_TroubleThatNamesBucketAndRole) {
  host_.On(kObject, Error(403));
  const absl::Status downloaded = Download(kUri);
  EXPECT_TRUE(absl::IsPermissionDenied(downloaded));
  EXPECT_THAT(std::string(downloaded.message()), HasSubstr("bucket-1"));
  EXPECT_THAT(std::string(downloaded.message()), HasSubstr("roles/storage.objectViewer"));
  host_.On(kList, Error(403));
  EXPECT_THAT(std::string(Find().status().message()), HasSubstr("roles/storage.objectViewer"));
}

TEST_F(ObjectStoreTest, Download_RedirectedToAnotherHost_WithoutTheToken) {
  NotingHost other(Answer(200, "video"));
  host_.On(kObject, Answer(302, "", absl::StrCat("Location: ", other.Url("/signed"), "\r\n")));
  EXPECT_EQ(Download(kUri), absl::OkStatus());
  EXPECT_EQ(sink_.text, "video");
  EXPECT_FALSE(other.requests().at(0).Has("authorization"));
}

TEST_F(ObjectStoreTest, Download_AddressThatIsNone_UnavailableWithoutACall) {
  for (const char* uri : {"", "gs://", "gs://bucket-1", "gs://bucket-1/", "gs:///a.mp4", "gs://../a.mp4",
                          "gs://bucket-1/.", "gs://bucket-1/..", "gs://a b/c", "https://a.example/1.mp4", "nonsense"}) {
    EXPECT_TRUE(absl::IsUnavailable(Download(uri))) << uri;
  }
  EXPECT_THAT(host_.calls(), IsEmpty());
}

}  // namespace
}  // namespace videojobs::vertex
