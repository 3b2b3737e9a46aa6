// Credentials of Google Cloud, found the way Google's own libraries find them:
// https://cloud.google.com/docs/authentication/application-default-credentials
#ifndef VIDEOJOBS_ADAPTERS_VERTEX_CREDENTIALS_H_
#define VIDEOJOBS_ADAPTERS_VERTEX_CREDENTIALS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace videojobs::vertex {

inline constexpr char kGoogleTokenUri[] = "https://oauth2.googleapis.com/token";
inline constexpr char kGoogleMetadataHost[] = "metadata.google.internal";

enum class CredentialKind {
  kServiceAccount,  // a key file: signs claims that Google exchanges for tokens
  kAuthorizedUser,  // `gcloud auth application-default login`: a refresh token
  kMetadataServer,  // on Google's own machines: asked over the network
};

// What a credentials file says. Holds secrets: never logged, never shown.
struct Credentials {
  CredentialKind kind = CredentialKind::kMetadataServer;
  std::string project;        // empty: the file names none
  std::string quota_project;  // whose quota is used where it is another; empty: none
  std::string token_uri = kGoogleTokenUri;

  // kServiceAccount
  std::string client_email{};
  std::string private_key{};  // PEM
  std::string private_key_id{};

  // kAuthorizedUser
  std::string client_id{};
  std::string client_secret{};
  std::string refresh_token{};

  // kMetadataServer: HOST or HOST:PORT, asked over plain http, as Google documents it
  std::string metadata_host = kGoogleMetadataHost;
};

// Reads the JSON of a credentials file. INVALID_ARGUMENT: it is no such file, is of a kind that is not supported (it
// says which are), lacks a field (it says which), or sends secrets to an address that is neither https nor this
// machine. The message never repeats what the file says. Pure.
absl::StatusOr<Credentials> ParseCredentials(absl::string_view json);

// The same for a file. NOT_FOUND: it cannot be opened.
absl::StatusOr<Credentials> ReadCredentials(const std::string& path);

}  // namespace videojobs::vertex

#endif  // VIDEOJOBS_ADAPTERS_VERTEX_CREDENTIALS_H_
