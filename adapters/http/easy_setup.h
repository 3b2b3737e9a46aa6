// How a request becomes libcurl's options: the only file that sets them, but for the callbacks.
#ifndef VIDEOJOBS_ADAPTERS_HTTP_EASY_SETUP_H_
#define VIDEOJOBS_ADAPTERS_HTTP_EASY_SETUP_H_

#include <curl/curl.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "adapters/byte_stream.h"
#include "adapters/http/curl_handles.h"
#include "adapters/http/message.h"
#include "adapters/http/options.h"
#include "adapters/http/url.h"

namespace videojobs::http {

// One request to one URL, a redirect's target or the first. All that is pointed to outlives the transfer.
struct Hop {
  const Request* request = nullptr;
  Url url;
  bool with_secrets = true;
  ByteSink* sink = nullptr;  // null: the body stays in memory
  absl::Duration total;      // what is left of Limits::total
};

// Sets options and remembers the first that libcurl refused.
class EasyOptions {
 public:
  explicit EasyOptions(CURL* easy) : easy_(easy) {}

  template <typename T>
  void Set(CURLoption option, T value) {
    const CURLcode code = curl_easy_setopt(easy_, option, value);
    if (code == CURLE_OK || !status_.ok()) return;
    status_ = absl::InternalError(
        absl::StrCat("libcurl refuses option ", static_cast<int>(option), ": ", curl_easy_strerror(code)));
  }

  const absl::Status& status() const { return status_; }

 private:
  CURL* easy_;
  absl::Status status_;
};

// A time limit as libcurl takes it: 0 would mean its own default, and 24 days are as good as none.
long CurlMilliseconds(absl::Duration duration);

// Whether `request` has a body, if only an empty one; and whether there is, or may be, a byte of it to send.
bool HasBody(const Request& request);
bool HasBodyBytes(const Request& request);

// Sets everything that follows from the hop and the client's options, but no callback. The list must outlive the
// handle. INTERNAL if this libcurl lacks something we need.
absl::StatusOr<CurlList> SetUp(CURL* easy, const Hop& hop, const Options& options);

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_EASY_SETUP_H_
