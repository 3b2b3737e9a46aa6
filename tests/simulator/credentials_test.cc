// Access tokens: the token endpoint, the metadata server, and what becomes of a token after a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "tests/simulator/harness.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

constexpr char kScope[] = "https://www.googleapis.com/auth/cloud-platform";
constexpr char kModel[] = "/v1/publishers/google/models/veo-3.1-generate-001";
constexpr char kTokenPath[] = "/computeMetadata/v1/instance/service-accounts/default/token";

std::string Sign(const std::string& text, const std::string& pem) {
  const std::unique_ptr<BIO, int (*)(BIO*)> memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
      PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
  std::vector<unsigned char> signature(1024);
  size_t size = signature.size();
  EVP_DigestSign(context.get(), signature.data(), &size, reinterpret_cast<const unsigned char*>(text.data()),
                 text.size());
  return {reinterpret_cast<const char*>(signature.data()), size};
}

std::string AnotherKey() {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_RSA_gen(2048), EVP_PKEY_free);
  const std::unique_ptr<BIO, int (*)(BIO*)> memory(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PKCS8PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<size_t>(size)};
}

class CredentialsTest : public SimulatorTest {
 protected:
  json Account() { return Json(Get("/_simulator/credentials/service_account")); }
  json User() { return Json(Get("/_simulator/credentials/authorized_user")); }

  json Claims(const json& account) {
    const int64_t now = absl::ToUnixSeconds(clock_.Now());
    return {{"iss", account["client_email"]},
            {"aud", account["token_uri"]},
            {"scope", kScope},
            {"iat", now},
            {"exp", now + 3600}};
  }

  httplib::Result Assert(const json& account, const json& claims) {
    const json header = {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", account["private_key_id"]}};
    const std::string text = absl::WebSafeBase64Escape(header.dump()) + "." + absl::WebSafeBase64Escape(claims.dump());
    const std::string jwt = text + "." + absl::WebSafeBase64Escape(Sign(text, account["private_key"]));
    return NewClient()->Post(
        "/token", httplib::Params{{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", jwt}});
  }

  httplib::Result Refresh(const json& user) {
    return NewClient()->Post("/token", httplib::Params{{"grant_type", "refresh_token"},
                                                       {"client_id", user["client_id"]},
                                                       {"client_secret", user["client_secret"]},
                                                       {"refresh_token", user["refresh_token"]}});
  }

  int StatusWith(const std::string& token) { return NewBearer(token)->Get(kModel)->status; }
};

TEST_F(CredentialsTest, ServiceAccount_RightAssertion_GetsAGoodToken) {
  const json account = Account();
  EXPECT_EQ(account["type"], "service_account");
  EXPECT_EQ(account["token_uri"], simulator().base_url() + "/token");
  const json answer = Json(Assert(account, Claims(account)));
  EXPECT_EQ(answer["expires_in"], 3599);
  EXPECT_EQ(answer["token_type"], "Bearer");
  EXPECT_EQ(StatusWith(answer["access_token"]), 200);
  EXPECT_EQ(Account(), account) << "the key is made once";
}

TEST_F(CredentialsTest, ServiceAccount_WrongAssertion_IsRefused) {
  const json account = Account();
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  for (const json& wrong :
       {json{{"iss", "someone@else"}}, json{{"aud", "https://oauth2.googleapis.com/token"}}, json{{"exp", now + 4000}},
        json{{"iat", now - 8000}, {"exp", now - 4400}}, json{{"iat", now + 1000}, {"exp", now + 2000}}}) {
    json claims = Claims(account);
    claims.update(wrong);
    const httplib::Result result = Assert(account, claims);
    EXPECT_EQ(result->status, 400) << wrong;
    EXPECT_EQ(Json(result)["error"], "invalid_grant") << wrong;
    EXPECT_TRUE(Json(result).contains("error_description"));
  }
  json claims = Claims(account);
  claims["scope"] = "https://www.googleapis.com/auth/drive";
  EXPECT_EQ(Json(Assert(account, claims))["error"], "invalid_scope");
}

TEST_F(CredentialsTest, ServiceAccount_SignedByAnotherKey_IsRefused) {
  const json account = Account();
  json forged = account;
  forged["private_key"] = AnotherKey();
  EXPECT_EQ(Json(Assert(forged, Claims(account)))["error_description"], "Invalid JWT Signature.");
}

TEST_F(CredentialsTest, AuthorizedUser_RightAndWrong) {
  json user = User();
  EXPECT_EQ(user["type"], "authorized_user");
  EXPECT_EQ(StatusWith(Json(Refresh(user))["access_token"]), 200);
  user["refresh_token"] = "1//other";
  EXPECT_EQ(Json(Refresh(user))["error"], "invalid_grant");
  user["client_secret"] = "other";
  EXPECT_EQ(Refresh(user)->status, 401);
  EXPECT_EQ(NewClient()->Post("/token", httplib::Params{{"grant_type", "password"}})->status, 400);
}

TEST_F(CredentialsTest, Metadata_NeedsAndGivesItsHeader) {
  const auto client = NewClient();
  EXPECT_EQ(client->Get(kTokenPath)->status, 403);
  const httplib::Headers flavor = {{"Metadata-Flavor", "Google"}};
  const httplib::Result project = client->Get("/computeMetadata/v1/project/project-id", flavor);
  EXPECT_EQ(project->body, "veo-simulator");
  EXPECT_EQ(project->get_header_value("Metadata-Flavor"), "Google");
  EXPECT_EQ(client->Get("/computeMetadata/v1/", flavor)->status, 200);
  EXPECT_EQ(client->Get("/computeMetadata/v1/nothing", flavor)->status, 404);
  EXPECT_EQ(StatusWith(Token()), 200);
}

TEST_F(CredentialsTest, Token_AfterARestart_IsKnownByTheSeed) {
  const std::string token = Token();
  const json user = User();
  simulator_.reset();
  EXPECT_EQ(StatusWith(token), 200);
  EXPECT_EQ(User()["refresh_token"], user["refresh_token"]);
  Start({.seed = 8});
  EXPECT_EQ(StatusWith(token), 401);
}

TEST_F(CredentialsTest, Token_OfAShortLife_Expires) {
  Start({.token_lifetime = absl::Seconds(10)});
  const std::string token = Token();
  clock_.Advance(absl::Seconds(9));
  EXPECT_EQ(StatusWith(token), 200);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(StatusWith(token), 401);
}

TEST_F(CredentialsTest, TokenRefused_IsDrawnAndCounted) {
  Token();
  simulator().SetFaults({{FaultKind::kTokenRefused, 2}});
  EXPECT_EQ(Json(Refresh(User()))["error"], "invalid_grant");
  EXPECT_EQ(Token(), "");
  EXPECT_EQ(Json(Refresh(User())).value("token_type", ""), "Bearer");
  const json counts = Json(Get("/_simulator/tokens"));
  EXPECT_EQ(counts["issued"], 2);
  EXPECT_EQ(counts["refused"], 2);
  EXPECT_EQ(counts["by_grant"], json({{"metadata", 1}, {"refresh_token", 1}}));
  simulator().Reset();
  EXPECT_EQ(Json(Get("/_simulator/tokens"))["issued"], 0);
}

}  // namespace
}  // namespace videojobs::simulator
