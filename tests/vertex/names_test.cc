#include "adapters/vertex/names.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace videojobs::vertex {
namespace {

TEST(ParseOperationName, GooglesForm_TakenApart) {
  const auto name = ParseOperationName(
      "projects/my-project-123/locations/us-central1/publishers/google/models/veo-3.1-generate-001/operations/"
      "8c5a4f2e-7a0b-4c55-9d6a-0d5f7f6f1f11");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->project, "my-project-123");
  EXPECT_EQ(name->location, "us-central1");
  EXPECT_EQ(name->model, "veo-3.1-generate-001");
  EXPECT_EQ(name->id, "8c5a4f2e-7a0b-4c55-9d6a-0d5f7f6f1f11");
}

TEST(ParseOperationName, ProjectsOfAllForms_Taken) {
  for (const char* project : {"p", "my-project", "123456789012", "example.com:my-project", "a.b.example.com:p-1"}) {
    const auto name =
        ParseOperationName(absl::StrCat("projects/", project, "/locations/l/publishers/google/models/m/operations/o"));
    ASSERT_TRUE(name) << project;
    EXPECT_EQ(name->project, project);
  }
}

TEST(ParseOperationName, OtherForms_None) {
  for (const char* name : {
           "",
           "projects/p/locations/l/publishers/google/models/m/operations/",
           "projects/p/locations/l/publishers/google/models/m/operations/..",
           "projects/p/locations/l/publishers/google/models/m/operations/o/",
           "projects/p/locations/l/publishers/google/models/m/operations/o?x=1",
           "projects/p/locations/l/publishers/google/models/m/operations/o#x",
           "projects/p/locations/l/publishers/google/models/m/operations/o%2F",
           "projects/p/locations/l/publishers/google/models/m/operations/o\n",
           "projects/p/locations/l/publishers/google/models/../operations/o",
           "projects/p/locations/l/publishers/google/models//operations/o",
           "projects/p/locations/l/publishers/other/models/m/operations/o",
           "projects/p/locations/../publishers/google/models/m/operations/o",
           "projects/p/locations/evil.example/publishers/google/models/m/operations/o",
           "projects/p/locations/l@evil/publishers/google/models/m/operations/o",
           "projects/../locations/l/publishers/google/models/m/operations/o",
           "projects//locations/l/publishers/google/models/m/operations/o",
           "projects/p q/locations/l/publishers/google/models/m/operations/o",
           "/projects/p/locations/l/publishers/google/models/m/operations/o",
           "projects/p/locations/l/operations/o",
           "models/m/operations/o",
           "interactions/v1_a",
           "gs://bucket/videos/start-1/",
       }) {
    EXPECT_FALSE(ParseOperationName(name)) << name;
  }
}

TEST(ParseOperationName, Length_At512TheLast) {
  const std::string prefix = "projects/p/locations/l/publishers/google/models/m/operations/";
  EXPECT_TRUE(ParseOperationName(prefix + std::string(512 - prefix.size(), 'a')));
  EXPECT_FALSE(ParseOperationName(prefix + std::string(513 - prefix.size(), 'a')));
}

TEST(IsLocation, Texts_OnlyWhatIsSafeInAHostsName) {
  for (const char* text : {"us-central1", "us", "eu", "global", "europe-west4"}) EXPECT_TRUE(IsLocation(text)) << text;
  for (const char* text :
       {"", "-us", "us.central1", "us/central1", "us central1", "us@a", "us:1", "us#", "ü", "us\n"}) {
    EXPECT_FALSE(IsLocation(text)) << text;
  }
  EXPECT_TRUE(IsLocation(std::string(40, 'a')));
  EXPECT_FALSE(IsLocation(std::string(41, 'a')));
}

TEST(IsProject, Texts_OnlyProjects) {
  for (const char* text : {"my-project-123", "example.com:name", "123456789012"}) EXPECT_TRUE(IsProject(text)) << text;
  for (const char* text : {"", "..", "-a", ":a", "a/b", "a b", "a?b", "a\r\nb", "a%2Fb", "projects/a"}) {
    EXPECT_FALSE(IsProject(text)) << text;
  }
  EXPECT_TRUE(IsProject(std::string(100, 'a')));
  EXPECT_FALSE(IsProject(std::string(101, 'a')));
}

TEST(BaseUrlOf, Locations_TheirHosts) {
  EXPECT_EQ(BaseUrlOf("us-central1"), "https://us-central1-aiplatform.googleapis.com");
  EXPECT_EQ(BaseUrlOf("europe-west4"), "https://europe-west4-aiplatform.googleapis.com");
  EXPECT_EQ(BaseUrlOf("us"), "https://aiplatform.us.rep.googleapis.com");
  EXPECT_EQ(BaseUrlOf("eu"), "https://aiplatform.eu.rep.googleapis.com");
  EXPECT_EQ(BaseUrlOf("global"), "https://aiplatform.googleapis.com");
}

TEST(ParseFolder, Forms_BucketAndPrefix) {
  const struct {
    const char* uri;
    const char* bucket;
    const char* prefix;
    const char* again;
  } rows[] = {
      {"gs://bucket-1", "bucket-1", "", "gs://bucket-1/"},
      {"gs://bucket-1/", "bucket-1", "", "gs://bucket-1/"},
      {"gs://bucket-1/videos", "bucket-1", "videos/", "gs://bucket-1/videos/"},
      {"gs://b_1.example.com/a/b/", "b_1.example.com", "a/b/", "gs://b_1.example.com/a/b/"},
  };
  for (const auto& row : rows) {
    const auto folder = ParseFolder(row.uri);
    ASSERT_TRUE(folder) << row.uri;
    EXPECT_EQ(folder->bucket, row.bucket);
    EXPECT_EQ(folder->prefix, row.prefix);
    EXPECT_EQ(ToString(*folder), row.again);
  }
}

TEST(ParseFolder, OtherForms_None) {
  for (const char* uri : {"", "gs://", "gs:///videos", "bucket/videos", "s3://bucket/videos", "https://bucket/videos",
                          "gs://../videos", "gs://a b/videos", "gs://bucket/a b", "gs://bucket/a\n", "gs://bucket/ä",
                          "gs://user@bucket/", "GS://bucket/"}) {
    EXPECT_FALSE(ParseFolder(uri)) << uri;
  }
  EXPECT_TRUE(ParseFolder("gs://bucket/" + std::string(300, 'a')));
  EXPECT_FALSE(ParseFolder("gs://bucket/" + std::string(301, 'a')));
}

TEST(FolderOf, AStart_BelowTheOutputAndNobodyElses) {
  EXPECT_EQ(ToString(FolderOf({"bucket", "videos/"}, "start-1")), "gs://bucket/videos/start-1/");
  EXPECT_EQ(ToString(FolderOf({"bucket", ""}, "start-1")), "gs://bucket/start-1/");
  const std::string other = FolderOf({"bucket", ""}, "start-10").prefix;
  EXPECT_NE(other.rfind(FolderOf({"bucket", ""}, "start-1").prefix, 0), 0u) << "a list by prefix would find both";
}

}  // namespace
}  // namespace videojobs::vertex
