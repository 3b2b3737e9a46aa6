#include "adapters/vertex/credentials.h"

#include <fstream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/storage/temp_folder.h"

namespace videojobs::vertex {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const json kServiceAccount = {{"type", "service_account"},
                              {"project_id", "my-project"},
                              {"private_key_id", "key-1"},
                              {"private_key", "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n"},
                              {"client_email", "bot@my-project.iam.gserviceaccount.com"},
                              {"client_id", "105117"},
                              {"token_uri", "https://oauth2.example/token"},
                              {"universe_domain", "googleapis.com"}};
const json kAuthorizedUser = {{"type", "authorized_user"},
                              {"client_id", "764086051850.apps.googleusercontent.com"},
                              {"client_secret", "d-secret-1"},
                              {"refresh_token", "1//secret-2"},
                              {"quota_project_id", "billed-project"}};

absl::StatusOr<Credentials> Parse(const json& file) { return ParseCredentials(file.dump()); }

json With(json file, const char* field, json value) {
  file[field] = std::move(value);
  return file;
}

TEST(ParseCredentials, ServiceAccount_EveryField) {
  const auto credentials = Parse(kServiceAccount);
  ASSERT_EQ(credentials.status(), absl::OkStatus());
  EXPECT_EQ(credentials->kind, CredentialKind::kServiceAccount);
  EXPECT_EQ(credentials->project, "my-project");
  EXPECT_EQ(credentials->quota_project, "");
  EXPECT_EQ(credentials->token_uri, "https://oauth2.example/token");
  EXPECT_EQ(credentials->client_email, "bot@my-project.iam.gserviceaccount.com");
  EXPECT_EQ(kServiceAccount["private_key"], credentials->private_key);
  EXPECT_EQ(credentials->private_key_id, "key-1");
}

TEST(ParseCredentials, AuthorizedUser_EveryField) {
  const auto credentials = Parse(kAuthorizedUser);
  ASSERT_EQ(credentials.status(), absl::OkStatus());
  EXPECT_EQ(credentials->kind, CredentialKind::kAuthorizedUser);
  EXPECT_EQ(credentials->project, "");
  EXPECT_EQ(credentials->quota_project, "billed-project");
  EXPECT_EQ(credentials->token_uri, "https://oauth2.googleapis.com/token");
  EXPECT_EQ(credentials->client_id, "764086051850.apps.googleusercontent.com");
  EXPECT_EQ(credentials->client_secret, "d-secret-1");
  EXPECT_EQ(credentials->refresh_token, "1//secret-2");
}

TEST(ParseCredentials, FieldsThatMayBeMissing_AreMissing) {
  for (const char* field : {"project_id", "private_key_id", "client_id", "token_uri", "universe_domain"}) {
    json file = kServiceAccount;
    file.erase(field);
    EXPECT_EQ(Parse(file).status(), absl::OkStatus()) << field;
  }
  json user = kAuthorizedUser;
  user.erase("quota_project_id");
  EXPECT_EQ(Parse(user).status(), absl::OkStatus());
}

TEST(ParseCredentials, NeededFieldMissing_InvalidArgumentThatNamesIt) {
  const std::pair<json, const char*> rows[] = {
      {kServiceAccount, "private_key"},   {kServiceAccount, "client_email"},  {kAuthorizedUser, "client_id"},
      {kAuthorizedUser, "client_secret"}, {kAuthorizedUser, "refresh_token"},
  };
  for (const auto& [whole, field] : rows) {
    for (const json& value : {json(), json(""), json(17), json::object()}) {
      const absl::Status status = Parse(With(whole, field, value)).status();
      EXPECT_TRUE(absl::IsInvalidArgument(status)) << field;
      EXPECT_THAT(std::string(status.message()), HasSubstr(std::string("\"") + field + "\""));
      EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret-")));
    }
  }
}

TEST(ParseCredentials, OtherTypes_InvalidArgumentThatSaysWhichAreSupported) {
  for (const json& type : {json("external_account"), json("impersonated_service_account"), json("gdch_service_account"),
                           json("SERVICE_ACCOUNT"), json(""), json(17), json()}) {
    const absl::Status status = Parse(With(kServiceAccount, "type", type)).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << type;
    EXPECT_THAT(std::string(status.message()), HasSubstr("service_account"));
    EXPECT_THAT(std::string(status.message()), HasSubstr("authorized_user"));
  }
}

TEST(ParseCredentials, NoSuchFile_InvalidArgument) {
  for (const char* text : {"", "{", "[]", "17", "null", "\"service_account\"", "\xff", "AIzaSy-an-api-key",
                           R"({"installed":{"client_id":"x","client_secret":"d-secret-1"}})"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseCredentials(text).status())) << text;
  }
}

TEST(ParseCredentials, TokenUri_HttpsOrThisMachineOnly) {
  for (const char* uri :
       {"https://oauth2.googleapis.com/token", "http://127.0.0.1:8090/token", "http://localhost/token"}) {
    EXPECT_EQ(Parse(With(kServiceAccount, "token_uri", uri)).status(), absl::OkStatus()) << uri;
  }
  for (const json& file : {kServiceAccount, kAuthorizedUser}) {
    for (const char* uri :
         {"http://oauth2.googleapis.com/token", "ftp://a.example/token", "oauth2.googleapis.com",
          "https://user:secret-3@a.example/token", "https://a.example/token?key=secret-3", "file:///a"}) {
      const absl::Status status = Parse(With(file, "token_uri", uri)).status();
      EXPECT_TRUE(absl::IsInvalidArgument(status)) << uri;
      EXPECT_THAT(std::string(status.message()), HasSubstr("token_uri"));
      EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret-")));
    }
  }
}

TEST(ParseCredentials, AnyError_RepeatsNothingOfTheFile) {
  json broken = kAuthorizedUser;
  broken["type"] = "secret-type";
  for (const std::string& text : {broken.dump(), kAuthorizedUser.dump() + "}",
                                  With(kServiceAccount, "token_uri", "http://secret-host.example").dump()}) {
    const absl::Status status = ParseCredentials(text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret-")));
  }
}

TEST(ReadCredentials, Files_ReadOrNotFound) {
  const TempFolder folder;
  const std::string path = folder.path() + "/adc.json";
  EXPECT_TRUE(absl::IsNotFound(ReadCredentials(path).status()));
  EXPECT_TRUE(absl::IsNotFound(ReadCredentials(folder.path()).status())) << "a folder";
  std::ofstream(path) << kAuthorizedUser.dump();
  EXPECT_EQ(ReadCredentials(path)->refresh_token, "1//secret-2");
  std::ofstream(path) << "";
  EXPECT_TRUE(absl::IsInvalidArgument(ReadCredentials(path).status())) << "an empty file can be opened";
}

}  // namespace
}  // namespace videojobs::vertex
