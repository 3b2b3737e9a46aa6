#include "adapters/vertex/credentials.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/google/gemini_api.h"
#include "adapters/google/json.h"

namespace videojobs::vertex {
namespace {

using google::Json;
using google::Member;
using google::TextOf;

absl::Status Lacks(absl::string_view field) {
  return absl::InvalidArgumentError(absl::StrCat("lacks the text \"", field, "\"; make the credentials anew"));
}

}  // namespace

absl::StatusOr<Credentials> ParseCredentials(absl::string_view json) {
  const Json file = google::ParseJson(json);
  if (!file.is_object()) return absl::InvalidArgumentError("is not a Google credentials file in JSON");
  Credentials credentials;
  const std::string type = TextOf(Member(file, "type"));
  if (type == "service_account") {
    credentials.kind = CredentialKind::kServiceAccount;
  } else if (type == "authorized_user") {
    credentials.kind = CredentialKind::kAuthorizedUser;
  } else {
    return absl::InvalidArgumentError(
        "is of a type that is not supported; \"type\" must be service_account (a key file of a service account) or "
        "authorized_user (gcloud auth application-default login)");
  }
  const struct {
    const char* name;
    std::string& field;
    bool needed;
  } fields[] = {
      {"project_id", credentials.project, false},
      {"quota_project_id", credentials.quota_project, false},
      {"client_email", credentials.client_email, type == "service_account"},
      {"private_key", credentials.private_key, type == "service_account"},
      {"private_key_id", credentials.private_key_id, false},
      {"client_id", credentials.client_id, type == "authorized_user"},
      {"client_secret", credentials.client_secret, type == "authorized_user"},
      {"refresh_token", credentials.refresh_token, type == "authorized_user"},
  };
  for (const auto& [name, field, needed] : fields) {
    field = TextOf(Member(file, name));
    if (field.empty() && needed) return Lacks(name);
  }
  if (std::string uri = TextOf(Member(file, "token_uri")); !uri.empty()) credentials.token_uri = std::move(uri);
  if (!google::ParseBaseUrl(credentials.token_uri).ok()) {
    return absl::InvalidArgumentError("has a \"token_uri\" that is neither https nor on this machine");
  }
  return credentials;
}

absl::StatusOr<Credentials> ReadCredentials(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  // An empty file is read, although nothing is copied; a folder is opened, but not read.
  const bool empty = file.peek() == std::ifstream::traits_type::eof() && !file.bad();
  if (!file.is_open() || (!empty && !(text << file.rdbuf()))) {
    return absl::NotFoundError("cannot be read; check its path and its rights");
  }
  return ParseCredentials(text.str());
}

}  // namespace videojobs::vertex
