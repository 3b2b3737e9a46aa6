#include "adapters/vertex/token_sources.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "adapters/google/gemini_api.h"
#include "adapters/google/json.h"
#include "adapters/http/url.h"
#include "adapters/vertex/signed_claim.h"

namespace videojobs::vertex {
namespace {

using google::Json;
using google::Member;
using google::TextOf;

constexpr char kScope[] = "https://www.googleapis.com/auth/cloud-platform";
constexpr http::Limits kTokenLimits{absl::Seconds(5), absl::Seconds(20), absl::Seconds(10), absl::Seconds(30)};
// A machine that is not Google's has no such host, or nobody behind it.
constexpr http::Limits kMetadataLimits{absl::Seconds(2), absl::Seconds(5), absl::Seconds(5), absl::Seconds(10)};

// A signed claim says when it was made, by this machine's clock:
// https://developers.google.com/identity/protocols/oauth2/service-account#error-codes
bool IsAboutTheClock(absl::string_view words) {
  return absl::StrContains(words, "Invalid JWT") &&
         (absl::StrContains(words, "iat") || absl::StrContains(words, "exp") ||
          absl::StrContains(words, "short-lived"));
}

// RFC 6749's error: {"error","error_description"}. https://www.rfc-editor.org/rfc/rfc6749#section-5.2
absl::Status ErrorOf(const http::Response& response, const google::Hidden& hidden) {
  const Json answer = google::ParseJson(response.body);
  const std::string error = TextOf(Member(answer, "error"));
  const std::string words = google::OneLine(google::Hide(
      absl::StrCat("HTTP ", response.status, " ", error, " ", TextOf(Member(answer, "error_description"))), hidden));
  const bool refused = !error.empty() && (response.status == 400 || response.status == 401 || response.status == 403);
  if (refused && IsAboutTheClock(words)) {
    return absl::PermissionDeniedError(absl::StrCat(
        "this machine's clock seems to be off, so that Google refuses the credentials; let it keep time: ", words));
  }
  if (refused) return absl::PermissionDeniedError(absl::StrCat("Google refuses the credentials: ", words));
  return absl::UnavailableError(absl::StrCat("no access token: ", words));
}

}  // namespace

absl::StatusOr<AccessToken> TokenIn(const absl::StatusOr<http::Response>& response, const google::Hidden& hidden) {
  if (!response.ok()) {
    return absl::UnavailableError(absl::StrCat("no access token: ", std::string(response.status().message())));
  }
  if (!response->ok()) return ErrorOf(*response, hidden);
  const Json answer = google::ParseJson(response->body);
  AccessToken token{TextOf(Member(answer, "access_token")), absl::Seconds(google::IntOf(Member(answer, "expires_in")))};
  if (!google::CheckKey(token.value).ok() || token.lives <= absl::ZeroDuration()) {
    return absl::UnavailableError("no access token: the answer has none, or does not say how long it lives");
  }
  return token;
}

namespace {

// The server is there, but has no token to give: https://cloud.google.com/compute/docs/metadata/querying-metadata
absl::StatusOr<AccessToken> TokenOfMachine(const absl::StatusOr<http::Response>& response) {
  if (response.ok() && (response->status == 403 || response->status == 404)) {
    return absl::PermissionDeniedError(
        absl::StrCat("the metadata server gives this machine no token (HTTP ", response->status,
                     "): attach a service account to it, or set GOOGLE_APPLICATION_CREDENTIALS"));
  }
  return TokenIn(response, {});
}

absl::StatusOr<AccessToken> Exchange(const Credentials& credentials, const std::string& form, http::Client& client,
                                     google::Hidden hidden) {
  http::Request post;
  post.method = "POST";
  post.url = credentials.token_uri;
  post.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  post.body = form;
  post.limits = kTokenLimits;
  return TokenIn(client.Send(post), hidden);
}

absl::StatusOr<AccessToken> OfServiceAccount(const Credentials& credentials, http::Client& client, Clock& clock) {
  const auto claim = SignedClaim(credentials, kScope, clock.Now());
  if (!claim.ok()) return absl::PermissionDeniedError(claim.status().message());
  return Exchange(credentials,
                  absl::StrCat("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=", *claim),
                  client, {*claim, {}});
}

absl::StatusOr<AccessToken> OfAuthorizedUser(const Credentials& credentials, http::Client& client) {
  return Exchange(credentials,
                  absl::StrCat("grant_type=refresh_token&client_id=", http::EncodePathSegment(credentials.client_id),
                               "&client_secret=", http::EncodePathSegment(credentials.client_secret),
                               "&refresh_token=", http::EncodePathSegment(credentials.refresh_token)),
                  client, {credentials.refresh_token, {credentials.client_secret}});
}

// https://cloud.google.com/compute/docs/metadata/querying-metadata
// A proxy would read the token in clear, or fetch that of its own machine. Google's own client knows no proxy either:
// its transport sets none. https://github.com/googleapis/google-cloud-go/blob/main/compute/metadata/metadata.go
absl::StatusOr<http::Response> AskMetadata(const Credentials& credentials, absl::string_view path,
                                           http::Client& client) {
  http::Request get;
  get.url = absl::StrCat("http://", credentials.metadata_host, "/computeMetadata/v1/", path);
  get.headers = {{"Metadata-Flavor", "Google"}};
  get.limits = kMetadataLimits;
  get.direct = true;
  absl::StatusOr<http::Response> response = client.Send(get);
  if (!response.ok()) return response;
  // Whoever else answers at that address is no metadata server, and its token none of Google's.
  const std::string* flavor = response->FindHeader("Metadata-Flavor");
  if (flavor == nullptr || *flavor != "Google") return absl::UnavailableError("no metadata server of Google's answers");
  return response;
}

}  // namespace

absl::StatusOr<AccessToken> FetchToken(const Credentials& credentials, http::Client& client, Clock& clock) {
  switch (credentials.kind) {
    case CredentialKind::kServiceAccount:
      return OfServiceAccount(credentials, client, clock);
    case CredentialKind::kAuthorizedUser:
      return OfAuthorizedUser(credentials, client);
    case CredentialKind::kMetadataServer:
      return TokenOfMachine(AskMetadata(credentials, "instance/service-accounts/default/token", client));
  }
  return absl::PermissionDeniedError("credentials of a kind that is not known");
}

absl::StatusOr<std::string> FetchProject(const Credentials& metadata_server, http::Client& client) {
  const auto response = AskMetadata(metadata_server, "project/project-id", client);
  if (!response.ok()) return absl::UnavailableError(response.status().message());
  return response->ok() ? response->body : "";
}

}  // namespace videojobs::vertex
