#ifndef VIDEOJOBS_ADAPTERS_GOOGLE_GEMINI_API_H_
#define VIDEOJOBS_ADAPTERS_GOOGLE_GEMINI_API_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "adapters/byte_stream.h"
#include "adapters/google/detail.h"
#include "adapters/http/client.h"
#include "adapters/http/message.h"
#include "adapters/http/url.h"

namespace videojobs::google {

inline constexpr char kGeminiBaseUrl[] = "https://generativelanguage.googleapis.com";

// Time limits of a door's calls.
struct Patience {
  // A start that is cut off may have been paid for: patience is cheap here.
  http::Limits start{absl::Seconds(10), absl::Seconds(150), absl::Seconds(60), absl::Seconds(180)};
  // What is answered in few words: whether there is such a model, what is known of a file.
  http::Limits question{absl::Seconds(10), absl::Seconds(30), absl::Seconds(30), absl::Minutes(5)};
  // The answer may hold a whole video: it ends as a fetch does.
  http::Limits poll{absl::Seconds(10), absl::Seconds(30), absl::Seconds(30), absl::InfiniteDuration()};
  // A large video over a slow line takes as long as it takes; one that stands still is cut off.
  http::Limits fetch{absl::Seconds(10), absl::Seconds(60), absl::Seconds(30), absl::InfiniteDuration()};
};

// What is asked of an API: its scheme, host, and the path in front of its version. INVALID_ARGUMENT: it is no URL, has
// a query, or is neither https nor on this machine (a key would travel in clear) where `plain_http` does not allow it.
absl::StatusOr<http::Url> ParseBaseUrl(const std::string& base_url, bool plain_http = false);

// OK, or INVALID_ARGUMENT where `key` cannot be a header's value.
absl::Status CheckKey(absl::string_view key);

// Where Google's Gemini API is, and the key for it: what Veo, Omni and the storyboards have in common on it. The key
// goes to the base URL's host only, as a header only. Immutable.
class GeminiApi {
 public:
  // A path in front of "/v1beta" is allowed. INVALID_ARGUMENT as ParseBaseUrl and CheckKey.
  static absl::StatusOr<GeminiApi> Create(const std::string& base_url, std::string api_key, bool plain_http = false);

  // A request of `path` below "/v1beta/", with the key.
  http::Request Ask(const std::string& method, const std::string& path, const http::Limits& limits) const;

  // Streams the file at the URI that a result names into `sink`. One of Google's files is asked of the base URL,
  // whichever host the URI names, since that is where the key may go (a proxy or a simulator hands URIs on as they
  // are); anything else is fetched without the key, and never in clear text over a network, nor from elsewhere into
  // this machine. NOT_FOUND: 403 or 404, expired or not for this key. DATA_LOSS, DEADLINE_EXCEEDED, CANCELLED,
  // UNAVAILABLE: as VideoGenerator::Fetch says; an error of the sink is returned as something else (see
  // RememberingSink).
  absl::Status Download(http::Client& client, const std::string& uri, const http::Limits& limits, ByteSink& sink) const;

  // The id of the file of Google's that a result's URI names; nothing where it names another host's, or none.
  std::optional<std::string> FileAt(absl::string_view uri) const;

  const std::string& key() const { return key_.api_key; }
  // To be kept out of words: the key, and no prompt.
  const Hidden& hidden() const { return key_; }

 private:
  GeminiApi(http::Url base, std::string api_key);
  bool MayFetch(const http::Url& url) const;
  bool IsGoogles(const http::Url& url) const;
  absl::StatusOr<http::Request> AskForFile(const std::string& uri, const http::Limits& limits) const;

  http::Url base_;
  Hidden key_;
};

// The id of a file in the path of a result's URI, e.g. of "/v1beta/files/abc123:download"; nothing where there is none.
std::optional<std::string> FileIdIn(absl::string_view path);

}  // namespace videojobs::google

#endif  // VIDEOJOBS_ADAPTERS_GOOGLE_GEMINI_API_H_
