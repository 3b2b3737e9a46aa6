#include "adapters/http/client.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/fault_point.h"
#include "adapters/http/redirect.h"
#include "adapters/http/transfer.h"
#include "adapters/http/transfer_loop.h"
#include "adapters/http/url.h"

namespace videojobs::http {
namespace {

absl::Status Bad(absl::string_view field, absl::string_view wrong, absl::string_view right) {
  return absl::InvalidArgumentError(absl::StrCat(field, " ", wrong, "; expected ", right));
}

// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
bool IsToken(absl::string_view text) {
  for (char c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && !absl::StrContains("!#$%&'*+-.^_`|~", c)) return false;
  }
  return !text.empty();
}

absl::Status CheckHeaders(absl::string_view field, const std::vector<Header>& headers) {
  for (const Header& header : headers) {
    if (!IsToken(header.name)) return Bad(field, "has a name that is no token", "letters, digits and !#$%&'*+-.^_`|~");
    if (header.value.find_first_of(std::string("\r\n\0", 3)) != std::string::npos) {
      return Bad(absl::StrCat(field, "[", header.name, "]"), "contains CR, LF or NUL", "one line");
    }
    if (absl::EqualsIgnoreCase(header.name, "Content-Length") ||
        absl::EqualsIgnoreCase(header.name, "Transfer-Encoding")) {
      return Bad(absl::StrCat(field, "[", header.name, "]"), "is not the caller's to set", "body or upload.size");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLimits(const Request& request) {
  const Limits& limits = request.limits;
  for (absl::Duration limit : {limits.connect, limits.first_byte, limits.stall, limits.total}) {
    if (limit <= absl::ZeroDuration()) return Bad("limits", "holds a time that is not positive", "more than 0");
  }
  if (request.max_body_bytes < 0) return Bad("max_body_bytes", "is negative", "0 or more");
  if (request.max_stream_bytes < 0) return Bad("max_stream_bytes", "is negative", "0 or more");
  return absl::OkStatus();
}

absl::Status CheckBody(const Request& request) {
  if (!request.upload.has_value()) return absl::OkStatus();
  if (request.upload->source == nullptr) return Bad("upload.source", "is null", "a source");
  if (request.upload->size.value_or(0) < 0) return Bad("upload.size", "is negative", "0 or more, or none");
  if (!request.body.empty()) return Bad("body", "is set beside upload", "one of the two");
  if (request.method == "GET" || request.method == "HEAD") return Bad("upload", "is set for a GET or HEAD", "none");
  return absl::OkStatus();
}

absl::Status Check(const Request& request) {
  if (!IsToken(request.method)) return Bad("method", "is no token", "for example GET");
  if (request.method == "HEAD" && !request.body.empty()) return Bad("body", "is set for a HEAD", "none");
  if (request.max_redirects < 0 || request.max_redirects > kMaxRedirects) {
    return Bad("max_redirects", absl::StrCat("is ", request.max_redirects), absl::StrCat("0 to ", kMaxRedirects));
  }
  if (absl::Status status = CheckHeaders("headers", request.headers); !status.ok()) return status;
  if (absl::Status status = CheckHeaders("secret_headers", request.secret_headers); !status.ok()) return status;
  if (absl::Status status = CheckLimits(request); !status.ok()) return status;
  return CheckBody(request);
}

absl::Status Explained(const absl::Status& status, const Request& request, const Url& url) {
  return absl::Status(status.code(), absl::StrCat(request.method, " ", Describe(url), ": ", status.message()));
}

// All hops of a call. Whatever fails after the first was sent once already.
absl::StatusOr<Response> Follow(const Request& request, Hop hop, TransferLoop& loop, const Options& options) {
  const auto began = std::chrono::steady_clock::now();
  for (int followed = 0;; ++followed) {
    absl::StatusOr<Response> response = Transfer(hop, options).Run(loop);
    if (!response.ok() && followed > 0) return WithFailure(response.status(), TransportFailure::kMaybeSent);
    if (!response.ok() || request.max_redirects == 0) return response;

    absl::StatusOr<std::optional<Url>> next = NextHop(request.method, hop.url, *response);
    absl::Status stop = next.status();
    if (next.ok() && !next->has_value()) return response;
    if (next.ok() && followed == request.max_redirects) {
      stop = absl::FailedPreconditionError(absl::StrCat("redirected more than ", request.max_redirects, " times"));
    }
    hop.total = request.limits.total - absl::FromChrono(std::chrono::steady_clock::now() - began);
    if (stop.ok() && hop.total <= absl::ZeroDuration()) {
      stop = absl::DeadlineExceededError("out of time for another redirect");
    }
    if (!stop.ok()) return WithFailure(Explained(stop, request, hop.url), TransportFailure::kMaybeSent);
    hop.with_secrets = hop.with_secrets && SameOrigin(hop.url, **next);
    hop.url = **std::move(next);
  }
}

// The path with a star for what looks like an id, so that calls of one kind have one name.
std::string PathPattern(absl::string_view path) {
  constexpr std::size_t kShortestId = 8;
  std::vector<std::string> segments = absl::StrSplit(path, '/');
  for (std::string& segment : segments) {
    const std::size_t colon = std::min(segment.find(':'), segment.size());
    const bool digits = std::any_of(segment.begin(), segment.end(), [](char c) { return absl::ascii_isdigit(c); });
    if (digits && colon >= kShortestId) segment.replace(0, colon, "*");
  }
  return absl::StrJoin(segments, "/");
}

absl::StatusOr<Response> Perform(const Request& request, ByteSink* sink, TransferLoop& loop, const Options& options) {
  if (absl::Status valid = Check(request); !valid.ok()) return WithFailure(valid, TransportFailure::kNothingSent);
  absl::StatusOr<Url> url = ParseUrl(request.url);
  if (!url.ok()) return WithFailure(url.status(), TransportFailure::kNothingSent);
  const std::string name = absl::StrCat(request.method, " ", PathPattern(url->path));
  AtFaultPoint("http", name, FaultMoment::kBefore);
  auto response = Follow(request, Hop{&request, *std::move(url), true, sink, request.limits.total}, loop, options);
  AtFaultPoint("http", name, FaultMoment::kAfter);
  return response;
}

}  // namespace

Client::Client(const Options& options)
    : options_(options), loop_(std::make_shared<TransferLoop>(options.max_calls_per_host)) {}

Client::~Client() { Shutdown(); }

absl::StatusOr<Response> Client::Send(const Request& request) {
  // Copies, so that a call may outlive the client.
  const std::shared_ptr<TransferLoop> loop = loop_;
  const Options options = options_;
  return Perform(request, nullptr, *loop, options);
}

absl::StatusOr<Response> Client::Download(const Request& request, ByteSink& sink) {
  const std::shared_ptr<TransferLoop> loop = loop_;
  const Options options = options_;
  return Perform(request, &sink, *loop, options);
}

void Client::Shutdown() { loop_->Stop(); }

}  // namespace videojobs::http
