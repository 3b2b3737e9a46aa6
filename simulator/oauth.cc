#include "simulator/oauth.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

constexpr char kJwtBearer[] = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr char kMetadataRoot[] = "/computeMetadata/v1";
constexpr Occasion kAtTokens{Call::kToken, {}, {}};

class Oauth {
 public:
  explicit Oauth(Backend& backend) : backend_(backend) {}

  Answer Token(const httplib::Request& request) {
    backend_.Delay(kAtTokens);
    const std::string grant = request.get_param_value("grant_type");
    if (auto error = Refuse(grant, request)) {
      backend_.tokens.CountRefused();
      const int status = error->error == "invalid_client" ? 401 : 400;
      return JsonAnswer({{"error", error->error}, {"error_description", error->description}}, status);
    }
    return JsonAnswer(NewToken(grant == kJwtBearer ? "jwt_bearer" : "refresh_token"));
  }

  Answer ServiceAccountKey() {
    ServiceAccount& account = backend_.service_account;
    return JsonAnswer({{"type", "service_account"},
                       {"project_id", kProject},
                       {"private_key_id", account.key_id()},
                       {"private_key", account.PrivateKeyPem()},
                       {"client_email", account.email()},
                       {"client_id", "105117000000000000000"},
                       {"auth_uri", "https://accounts.google.com/o/oauth2/auth"},
                       {"token_uri", TokenUri()},
                       {"universe_domain", "googleapis.com"}});
  }

  Answer AuthorizedUser() const {
    return JsonAnswer({{"type", "authorized_user"},
                       {"client_id", backend_.tokens.client_id()},
                       {"client_secret", backend_.tokens.client_secret()},
                       {"refresh_token", backend_.tokens.refresh_token()},
                       {"quota_project_id", kProject},
                       {"token_uri", TokenUri()},
                       {"universe_domain", "googleapis.com"}});
  }

  Answer Counts() const {
    const AccessTokens::Counts counts = backend_.tokens.counts();
    return JsonAnswer({{"issued", counts.issued}, {"refused", counts.refused}, {"by_grant", counts.by_grant}});
  }

  void Metadata(const httplib::Request& request, httplib::Response& response) {
    response.set_header("Metadata-Flavor", "Google");
    response.set_header("Server", "Metadata Server for VM");
    if (request.get_header_value("Metadata-Flavor") != "Google") {
      return Send(Text(403, "Missing Metadata-Flavor:Google header.\n"), response);
    }
    Send(MetadataValue(request.path.substr(sizeof(kMetadataRoot) - 1)), response);
  }

 private:
  static Answer Text(int http_status, std::string text) { return {http_status, std::move(text), "application/text"}; }

  std::string TokenUri() const { return backend_.BaseUrl() + "/token"; }

  json NewToken(const std::string& grant) {
    const absl::Duration lifetime = backend_.options.token_lifetime;
    return {{"access_token", backend_.tokens.Issue(backend_.Now() + lifetime, grant)},
            {"expires_in", absl::ToInt64Seconds(lifetime)},
            {"token_type", "Bearer"}};
  }

  std::optional<GrantError> Refuse(const std::string& grant, const httplib::Request& request) {
    if (backend_.faults.Draw(Moment::kToken, kAtTokens).has_value()) {
      return GrantError{"invalid_grant", "Token has been expired or revoked."};
    }
    if (grant == kJwtBearer) {
      return backend_.service_account.RefuseAssertion(request.get_param_value("assertion"), TokenUri(), backend_.Now());
    }
    if (grant == "refresh_token") return RefuseRefresh(request);
    return GrantError{"unsupported_grant_type", absl::StrCat("Invalid grant_type: ", grant)};
  }

  std::optional<GrantError> RefuseRefresh(const httplib::Request& request) const {
    const AccessTokens& tokens = backend_.tokens;
    if (request.get_param_value("client_id") != tokens.client_id() ||
        request.get_param_value("client_secret") != tokens.client_secret()) {
      return GrantError{"invalid_client", "The OAuth client was not found."};
    }
    if (request.get_param_value("refresh_token") != tokens.refresh_token()) {
      return GrantError{"invalid_grant", "Bad Request"};
    }
    return std::nullopt;
  }

  Answer MetadataToken() {
    backend_.Delay(kAtTokens);
    if (backend_.faults.Draw(Moment::kToken, kAtTokens).has_value()) {
      backend_.tokens.CountRefused();
      return Text(403, "Unable to generate access token.\n");
    }
    return JsonAnswer(NewToken("metadata"));
  }

  // `path` below the root, with or without the slash at its end.
  Answer MetadataValue(std::string path) {
    if (!path.empty() && path.back() == '/') path.pop_back();
    if (path.empty()) return Text(200, "instance/\nproject/\n");
    if (path == "/instance") return Text(200, "service-accounts/\n");
    if (path == "/project") return Text(200, "project-id\n");
    if (path == "/project/project-id") return Text(200, kProject);
    if (path == "/instance/service-accounts") return Text(200, "default/\n");
    if (path == "/instance/service-accounts/default") return Text(200, "email\nscopes\ntoken\n");
    if (path == "/instance/service-accounts/default/email") return Text(200, backend_.service_account.email());
    if (path == "/instance/service-accounts/default/scopes") return Text(200, absl::StrCat(kCloudPlatformScope, "\n"));
    if (path == "/instance/service-accounts/default/token") return MetadataToken();
    return Text(404, "Not Found\n");
  }

  Backend& backend_;
};

}  // namespace

void AddOauth(httplib::Server& server, Backend& backend) {
  using httplib::Request;
  server.Post("/token",
              [&backend](const Request& request, auto& response) { Send(Oauth(backend).Token(request), response); });
  server.Get(R"(/computeMetadata/v1(/.*)?)", [&backend](const Request& request, httplib::Response& response) {
    Oauth(backend).Metadata(request, response);
  });
  server.Get("/_simulator/credentials/service_account",
             [&backend](const Request&, auto& response) { Send(Oauth(backend).ServiceAccountKey(), response); });
  server.Get("/_simulator/credentials/authorized_user",
             [&backend](const Request&, auto& response) { Send(Oauth(backend).AuthorizedUser(), response); });
  server.Get("/_simulator/tokens",
             [&backend](const Request&, auto& response) { Send(Oauth(backend).Counts(), response); });
}

}  // namespace videojobs::simulator
