#include "adapters/http/easy_setup.h"

#include <algorithm>
#include <climits>
#include <string>
#include <vector>

namespace videojobs::http {
namespace {

void Append(CurlList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return;
  static_cast<void>(list.release());
  list.reset(longer);
}

void Append(CurlList& list, const std::vector<Header>& headers) {
  for (const Header& header : headers) {
    // "Name:" would take the header away; an empty value is asked for with a semicolon.
    Append(list, header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
}

CurlList HeaderList(const Hop& hop) {
  CurlList list;
  Append(list, hop.request->headers);
  if (hop.with_secrets) Append(list, hop.request->secret_headers);
  // Worth a round trip only where the body is large: the server may refuse a file before it is sent.
  if (!hop.request->upload.has_value()) Append(list, "Expect:");
  return list;
}

void SetMethod(EasyOptions& easy, const Request& request) {
  if (request.method == "HEAD") {
    easy.Set(CURLOPT_NOBODY, 1L);
  } else if (HasBody(request)) {
    const curl_off_t in_memory = static_cast<curl_off_t>(request.body.size());
    easy.Set(CURLOPT_UPLOAD, 1L);
    easy.Set(CURLOPT_INFILESIZE_LARGE,
             request.upload.has_value() ? static_cast<curl_off_t>(request.upload->size.value_or(-1)) : in_memory);
  }
  if (request.method != "GET" && request.method != "HEAD") easy.Set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void SetConnection(EasyOptions& easy, const Hop& hop) {
  const Request& request = *hop.request;
  // libcurl stops a whole HTTP/2 connection while one of its streams is paused, so what may pause has its own.
  const bool alone = hop.sink != nullptr || request.upload.has_value() || request.fresh_connection;
  easy.Set(CURLOPT_HTTP_VERSION, static_cast<long>(alone ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
  easy.Set(CURLOPT_FRESH_CONNECT, request.fresh_connection || request.upload.has_value() ? 1L : 0L);
  easy.Set(CURLOPT_FORBID_REUSE, request.fresh_connection ? 1L : 0L);
  easy.Set(CURLOPT_TCP_KEEPALIVE, 1L);
  easy.Set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  // An empty proxy overrules the environment; otherwise libcurl reads the usual variables.
  if (request.direct || IsLoopback(hop.url)) easy.Set(CURLOPT_PROXY, "");
}

void SetLimits(EasyOptions& easy, const Hop& hop) {
  easy.Set(CURLOPT_CONNECTTIMEOUT_MS, CurlMilliseconds(hop.request->limits.connect));
  easy.Set(CURLOPT_TIMEOUT_MS, CurlMilliseconds(hop.total));
}

void SetProcess(EasyOptions& easy, const Options& options) {
  easy.Set(CURLOPT_NOSIGNAL, 1L);
  // Without this, giving up on a name server that does not answer waits for it, and with it the whole I/O thread.
  easy.Set(CURLOPT_QUICK_EXIT, 1L);
  easy.Set(CURLOPT_PROTOCOLS_STR, "http,https");
  easy.Set(CURLOPT_BUFFERSIZE, 64L * 1024);
  easy.Set(CURLOPT_USERAGENT, options.user_agent.empty() ? "videojobs/" VIDEOJOBS_VERSION : options.user_agent.c_str());
  if (!options.ca_file.empty()) {
    easy.Set(CURLOPT_CAINFO, options.ca_file.c_str());
    easy.Set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
}

}  // namespace

long CurlMilliseconds(absl::Duration duration) {
  const absl::Duration bounded = std::clamp(duration, absl::Milliseconds(1), absl::Milliseconds(INT_MAX));
  return static_cast<long>(absl::ToInt64Milliseconds(bounded));
}

bool HasBody(const Request& request) {
  return request.upload.has_value() || !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
         request.method == "PATCH";
}

bool HasBodyBytes(const Request& request) {
  return request.upload.has_value() ? request.upload->size != 0 : !request.body.empty();
}

absl::StatusOr<CurlList> SetUp(CURL* easy, const Hop& hop, const Options& options) {
  EasyOptions set(easy);
  CurlList headers = HeaderList(hop);
  set.Set(CURLOPT_URL, ToString(hop.url).c_str());
  set.Set(CURLOPT_HTTPHEADER, headers.get());
  SetMethod(set, *hop.request);
  SetConnection(set, hop);
  SetLimits(set, hop);
  SetProcess(set, options);
  if (!set.status().ok()) return set.status();
  return headers;
}

}  // namespace videojobs::http
