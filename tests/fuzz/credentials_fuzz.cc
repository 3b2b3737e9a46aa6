// A file of Google's credentials: what is understood is complete and sends its secrets nowhere in clear text, and what
// is not is repeated nowhere.

#include <string>

#include "absl/strings/match.h"
#include "adapters/google/gemini_api.h"
#include "adapters/vertex/credentials.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const auto credentials = vertex::ParseCredentials(fuzz::AsText(data, size));
  if (!credentials.ok()) {
    FUZZ_EXPECT(absl::IsInvalidArgument(credentials.status()));
    FUZZ_EXPECT(!credentials.status().message().empty());
    FUZZ_EXPECT(!absl::StrContains(credentials.status().message(), "secret-"));
    return 0;
  }
  FUZZ_EXPECT(google::ParseBaseUrl(credentials->token_uri).ok());
  const bool account = credentials->kind == vertex::CredentialKind::kServiceAccount;
  FUZZ_EXPECT(account || credentials->kind == vertex::CredentialKind::kAuthorizedUser);
  FUZZ_EXPECT(!account || (!credentials->client_email.empty() && !credentials->private_key.empty()));
  FUZZ_EXPECT(account || (!credentials->client_id.empty() && !credentials->client_secret.empty() &&
                          !credentials->refresh_token.empty()));
  return 0;
}
