#include "adapters/vertex/token_sources.h"

#include <cstdlib>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "simulator/simulator.h"
#include "tests/http/noting_host.h"
#include "tests/support/settable_clock.h"
#include "tests/vertex/rsa_key.h"

namespace videojobs::vertex {
namespace {

using http::Answer;
using http::NotingHost;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kMetadataToken[] = "GET /computeMetadata/v1/instance/service-accounts/default/token";
constexpr char kMetadataProject[] = "GET /computeMetadata/v1/project/project-id";
constexpr char kFromGoogle[] = "Metadata-Flavor: Google\r\n";
constexpr char kToken[] = R"({"access_token":"ya29.token-1","expires_in":3599,"token_type":"Bearer"})";

class TokenSourcesTest : public testing::Test {
 protected:
  Credentials ServiceAccount() const {
    Credentials credentials;
    credentials.kind = CredentialKind::kServiceAccount;
    credentials.client_email = "bot@my-project.iam.gserviceaccount.com";
    credentials.private_key = RsaKey();
    credentials.token_uri = host_.Url("/token");
    return credentials;
  }
  Credentials User() const {
    Credentials credentials;
    credentials.kind = CredentialKind::kAuthorizedUser;
    credentials.client_id = "7640.apps";
    credentials.client_secret = "d-secret+1&x=";
    credentials.refresh_token = "1//secret-refresh-token";
    credentials.token_uri = host_.Url("/token");
    return credentials;
  }
  Credentials Metadata() const {
    Credentials credentials;
    credentials.metadata_host = host_.Authority();
    return credentials;
  }

  absl::StatusOr<AccessToken> Fetch(const Credentials& credentials) { return FetchToken(credentials, client_, clock_); }

  http::Client client_;
  SettableClock clock_{absl::FromUnixSeconds(1'790'000'000)};
  NotingHost host_;
};

TEST_F(TokenSourcesTest, FetchToken_ServiceAccount_AClaimForAToken) {
  host_.On("POST /token", Answer(200, kToken));
  const auto token = Fetch(ServiceAccount());
  ASSERT_EQ(token.status(), absl::OkStatus());
  EXPECT_EQ(token->value, "ya29.token-1");
  EXPECT_EQ(token->lives, absl::Seconds(3599));
  const http::ReceivedRequest request = host_.requests().at(0);
  EXPECT_EQ(request.headers.at("content-type"), "application/x-www-form-urlencoded");
  EXPECT_TRUE(
      absl::StartsWith(request.body, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJ"))
      << request.body;
}

TEST_F(TokenSourcesTest, FetchToken_User_ARefreshTokenInAForm) {
  host_.On("POST /token", Answer(200, kToken));
  EXPECT_EQ(Fetch(User())->value, "ya29.token-1");
  EXPECT_EQ(host_.requests().at(0).body,
            "grant_type=refresh_token&client_id=7640.apps&client_secret=d-secret%2B1%26x%3D&"
            "refresh_token=1%2F%2Fsecret-refresh-token");
}

TEST_F(TokenSourcesTest, FetchToken_Metadata_AskedAsGoogleWantsIt) {
  host_.On(kMetadataToken, Answer(200, kToken, kFromGoogle));
  EXPECT_EQ(Fetch(Metadata())->value, "ya29.token-1");
  EXPECT_EQ(host_.requests().at(0).headers.at("metadata-flavor"), "Google");
}

// By an address of this machine that is no loopback's, so that nothing but the request itself keeps it off the proxy.
TEST_F(TokenSourcesTest, ProxyInTheEnvironment_AskedForTheTokenEndpointAndNeverForMetadata) {
  host_.On(kMetadataToken, Answer(200, kToken, kFromGoogle));
  host_.On(kMetadataProject, Answer(200, "my-project", kFromGoogle));
  const std::string elsewhere = absl::StrCat("0.0.0.0", absl::StripPrefix(host_.Authority(), "127.0.0.1"));
  Credentials metadata, user = User();
  metadata.metadata_host = elsewhere;
  user.token_uri = absl::StrCat("http://", elsewhere, "/token");
  NotingHost proxy;
  setenv("http_proxy", proxy.Url().c_str(), 1);
  const auto token = Fetch(metadata);
  const auto project = FetchProject(metadata, client_);
  const auto of_user = Fetch(user);
  unsetenv("http_proxy");
  EXPECT_EQ(token.status(), absl::OkStatus());
  EXPECT_EQ(project.status(), absl::OkStatus());
  EXPECT_TRUE(absl::IsUnavailable(of_user.status()));
  EXPECT_THAT(host_.calls(), ElementsAre(kMetadataToken, kMetadataProject));
  EXPECT_THAT(proxy.calls(), ElementsAre(absl::StrCat("POST ", user.token_uri)));
}

TEST_F(TokenSourcesTest, Metadata_AnswerWithoutItsHeader_Unavailable) {
  for (const char* headers : {"", "Metadata-Flavor: Other\r\n", "X-Metadata: Google\r\n"}) {
    host_.On(kMetadataToken, Answer(200, kToken, headers));
    host_.On(kMetadataProject, Answer(200, "my-project", headers));
    EXPECT_TRUE(absl::IsUnavailable(Fetch(Metadata()).status())) << headers;
    EXPECT_TRUE(absl::IsUnavailable(FetchProject(Metadata(), client_).status())) << headers;
  }
}

TEST_F(TokenSourcesTest, FetchProject_Answers_TheProjectOrNone) {
  host_.On(kMetadataProject, Answer(200, "my-project", kFromGoogle));
  EXPECT_EQ(FetchProject(Metadata(), client_).value(), "my-project");
  for (const std::string& answer : {Answer(200, "", kFromGoogle), Answer(404, "Not Found", kFromGoogle)}) {
    host_.On(kMetadataProject, answer);
    EXPECT_EQ(FetchProject(Metadata(), client_).value(), "") << answer;
  }
}

// The server is there, so that it is the machine's account which is at fault, and not the network.
TEST_F(TokenSourcesTest, FetchToken_MachineWithoutAnAccount_PermissionDeniedThatSaysWhatToDo) {
  for (const int status : {403, 404}) {
    host_.On(kMetadataToken, Answer(status, "none", kFromGoogle));
    const absl::Status refused = Fetch(Metadata()).status();
    EXPECT_TRUE(absl::IsPermissionDenied(refused)) << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("GOOGLE_APPLICATION_CREDENTIALS"));
  }
  host_.On(kMetadataToken, Answer(503, "", kFromGoogle));
  EXPECT_TRUE(absl::IsUnavailable(Fetch(Metadata()).status()));
}

TEST_F(TokenSourcesTest, FetchToken_ClaimOfAnotherTime_SaysThatTheClockIsOff) {
  host_.On("POST /token", Answer(400, R"({"error":"invalid_grant","error_description":"Invalid JWT: Token must be a )"
                                      R"(short-lived token (60 minutes) and in a reasonable timeframe. Check your iat )"
                                      R"(and exp values in the JWT claim."})"));
  const absl::Status refused = Fetch(ServiceAccount()).status();
  EXPECT_TRUE(absl::IsPermissionDenied(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("this machine's clock"));
  host_.On("POST /token", Answer(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})"));
  EXPECT_THAT(std::string(Fetch(ServiceAccount()).status().message()), Not(HasSubstr("clock")));
}

TEST_F(TokenSourcesTest, FetchToken_OauthErrors_PermissionDeniedInGooglesWords) {
  const std::pair<int, const char*> rows[] = {
      {400, "invalid_grant"}, {401, "invalid_client"},      {400, "invalid_scope"},
      {403, "access_denied"}, {400, "unauthorized_client"},
  };
  for (const auto& [status, error] : rows) {
    host_.On("POST /token",
             Answer(status, absl::StrCat(R"({"error":")", error, R"(","error_description":"Expired or revoked."})")));
    for (const Credentials& credentials : {ServiceAccount(), User()}) {
      const absl::Status refused = Fetch(credentials).status();
      EXPECT_TRUE(absl::IsPermissionDenied(refused)) << refused;
      EXPECT_THAT(std::string(refused.message()), HasSubstr(absl::StrCat(error, " Expired or revoked.")));
    }
  }
}

TEST_F(TokenSourcesTest, FetchToken_NoAnswerThatSaysSo_Unavailable) {
  const std::string answers[] = {
      Answer(500, R"({"error":"internal_failure"})"),
      Answer(503, "<html>"),
      Answer(429, R"({"error":"rate_limit_exceeded"})"),
      Answer(400, "<html>a proxy's"),
      Answer(404, "Not Found"),
      Answer(302, "", "Location: https://a.example/\r\n"),
      Answer(200, ""),
      Answer(200, "<html>"),
      Answer(200, "{}"),
      Answer(200, R"({"access_token":"","expires_in":3599})"),
      Answer(200, R"({"access_token":"two words","expires_in":3599})"),
      Answer(200, R"({"access_token":"line\r\nX-Evil: 1","expires_in":3599})"),
      Answer(200, R"({"access_token":17,"expires_in":3599})"),
      Answer(200, R"({"access_token":"ya29.token-1"})"),
      Answer(200, R"({"access_token":"ya29.token-1","expires_in":0})"),
      Answer(200, R"({"access_token":"ya29.token-1","expires_in":-5})"),
      Answer(200, R"({"access_token":"ya29.token-1","expires_in":"soon"})"),
  };
  for (const std::string& answer : answers) {
    host_.On("POST /token", answer);
    for (const Credentials& credentials : {ServiceAccount(), User()}) {
      const absl::Status status = Fetch(credentials).status();
      EXPECT_TRUE(absl::IsUnavailable(status)) << answer << status;
      EXPECT_THAT(std::string(status.message()), Not(HasSubstr("token-1")));
    }
  }
}

TEST_F(TokenSourcesTest, FetchToken_NobodyListens_Unavailable) {
  Credentials user = User();
  Credentials metadata = Metadata();
  {
    const NotingHost closed;
    user.token_uri = closed.Url("/token");
    metadata.metadata_host = closed.Authority();
  }
  EXPECT_TRUE(absl::IsUnavailable(Fetch(user).status()));
  EXPECT_TRUE(absl::IsUnavailable(Fetch(metadata).status()));
  EXPECT_TRUE(absl::IsUnavailable(FetchProject(metadata, client_).status()));
}

TEST_F(TokenSourcesTest, FetchToken_MetadataHostThatIsNone_Unavailable) {
  Credentials metadata;
  metadata.metadata_host = "no host";
  EXPECT_TRUE(absl::IsUnavailable(Fetch(metadata).status()));
  EXPECT_TRUE(absl::IsUnavailable(FetchProject(metadata, client_).status()));
}

TEST_F(TokenSourcesTest, FetchToken_KeyThatCannotSign_PermissionDeniedWithoutACall) {
  Credentials credentials = ServiceAccount();
  credentials.private_key = EllipticKey();
  EXPECT_TRUE(absl::IsPermissionDenied(Fetch(credentials).status()));
  EXPECT_THAT(host_.calls(), IsEmpty());
}

TEST_F(TokenSourcesTest, FetchToken_SecretsEchoed_NotInTheWords) {
  for (const Credentials& credentials : {ServiceAccount(), User()}) {
    host_.On("POST /token", Answer(200, kToken));
    EXPECT_EQ(Fetch(credentials).status(), absl::OkStatus());
    const std::string body = host_.requests().back().body;
    const std::string assertion = body.substr(body.rfind('=') + 1);
    host_.On("POST /token", Answer(400, absl::StrCat(R"({"error":"invalid_grant","error_description":"is bad: )",
                                                     credentials.client_secret, " ", credentials.refresh_token, " ",
                                                     assertion, "\"}")));
    const absl::Status status = Fetch(credentials).status();
    EXPECT_THAT(std::string(status.message()), HasSubstr("is bad"));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret")));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr(assertion.substr(0, 20))));
  }
}

// --- against the simulator ------------------------------------------------------------------------------------------

class TokensOfSimulator : public testing::Test {
 protected:
  TokensOfSimulator() {
    simulator::SimulatorOptions options;
    options.now = [this] { return clock_.Now(); };
    options.token_lifetime = absl::Minutes(20);
    simulator_ = simulator::Simulator::Start(std::move(options)).value();
  }

  Credentials Of(const std::string& kind) {
    http::Request get;
    get.url = absl::StrCat(simulator_->base_url(), "/_simulator/credentials/", kind);
    return ParseCredentials(client_.Send(get).value().body).value();
  }

  SettableClock clock_{absl::FromUnixSeconds(1'790'000'000)};
  std::unique_ptr<simulator::Simulator> simulator_;
  http::Client client_;
};

TEST_F(TokensOfSimulator, FetchToken_EveryKind_GivenAndRefused) {
  Credentials metadata;
  metadata.metadata_host = std::string(absl::StripPrefix(simulator_->base_url(), "http://"));
  EXPECT_EQ(FetchProject(metadata, client_).value(), "veo-simulator");
  const std::pair<Credentials, absl::StatusCode> rows[] = {
      {Of("service_account"), absl::StatusCode::kPermissionDenied},
      {Of("authorized_user"), absl::StatusCode::kPermissionDenied},
      {metadata, absl::StatusCode::kPermissionDenied},
  };
  for (const auto& [credentials, refusal] : rows) {
    EXPECT_EQ(FetchToken(credentials, client_, clock_)->lives, absl::Minutes(20));
    simulator_->SetFaults({simulator::FaultKind::kTokenRefused});
    EXPECT_EQ(FetchToken(credentials, client_, clock_).status().code(), refusal);
    simulator_->SetFaults({});
  }
}

}  // namespace
}  // namespace videojobs::vertex
