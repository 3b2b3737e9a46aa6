#include "adapters/vertex/signed_claim.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/vertex/rsa_key.h"

namespace videojobs::vertex {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr char kScope[] = "https://www.googleapis.com/auth/cloud-platform";
const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

Credentials ServiceAccount(const std::string& private_key) {
  Credentials credentials;
  credentials.kind = CredentialKind::kServiceAccount;
  credentials.client_email = "bot@my-project.iam.gserviceaccount.com";
  credentials.private_key = private_key;
  credentials.private_key_id = "key-1";
  return credentials;
}

std::string Decoded(const std::string& part) {
  std::string text;
  EXPECT_TRUE(absl::WebSafeBase64Unescape(part, &text)) << part;
  return text;
}

TEST(SignedClaim, RsaKey_AClaimForAnHourThatItsPublicKeyVerifies) {
  const auto claim = SignedClaim(ServiceAccount(RsaKey()), kScope, kNow + absl::Milliseconds(900));
  ASSERT_EQ(claim.status(), absl::OkStatus());
  const std::vector<std::string> parts = absl::StrSplit(*claim, '.');
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(json::parse(Decoded(parts[0])), (json{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "key-1"}}));
  EXPECT_EQ(json::parse(Decoded(parts[1])), (json{{"iss", "bot@my-project.iam.gserviceaccount.com"},
                                                  {"scope", kScope},
                                                  {"aud", "https://oauth2.googleapis.com/token"},
                                                  {"iat", 1'790'000'000},
                                                  {"exp", 1'790'003'600}}));
  const std::string text = absl::StrCat(parts[0], ".", parts[1]);
  EXPECT_TRUE(IsSignedByRsaKey(text, Decoded(parts[2])));
  EXPECT_FALSE(IsSignedByRsaKey(text + "x", Decoded(parts[2]))) << "the judge itself";
  EXPECT_THAT(*claim, Not(HasSubstr("="))) << "no padding: https://www.rfc-editor.org/rfc/rfc7515#section-2";
}

TEST(SignedClaim, NoKeyId_NotInTheHeader) {
  Credentials credentials = ServiceAccount(RsaKey());
  credentials.private_key_id = "";
  const std::vector<std::string> parts = absl::StrSplit(*SignedClaim(credentials, kScope, kNow), '.');
  EXPECT_EQ(json::parse(Decoded(parts[0])), (json{{"alg", "RS256"}, {"typ", "JWT"}}));
}

TEST(SignedClaim, KeysThatCannotSign_InvalidArgumentThatDoesNotRepeatThem) {
  const std::string whole = RsaKey();
  const std::string keys[] = {
      "",
      "a-secret-that-is-no-pem",
      "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n",
      whole.substr(0, whole.size() / 2),
      EllipticKey(),
      EncryptedRsaKey(),
  };
  for (const std::string& key : keys) {
    const absl::Status status = SignedClaim(ServiceAccount(key), kScope, kNow).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << key.substr(0, 40);
    EXPECT_THAT(std::string(status.message()), HasSubstr("private_key"));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret")));
    if (key.size() > 100) {
      EXPECT_THAT(std::string(status.message()), Not(HasSubstr(key.substr(40, 20))));
    }
  }
  EXPECT_EQ(SignedClaim(ServiceAccount(whole), kScope, kNow).status(), absl::OkStatus()) << "after the errors too";
}

}  // namespace
}  // namespace videojobs::vertex
