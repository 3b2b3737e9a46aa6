#include "server/doors/http_routes.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "adapters/refusal.h"
#include "server/doors/caller_status.h"
#include "server/doors/http_json.h"
#include "server/doors/job_lookup.h"
#include "server/doors/job_view.h"
#include "server/doors/poll_call.h"
#include "server/doors/video_file.h"

namespace videojobs {
namespace {

constexpr char kPollPath[] = "/api/video/poll";
constexpr char kJson[] = "application/json";

void AnswerJson(int status, const std::string& json, httplib::Response& response) {
  response.status = status;
  response.set_header("Cache-Control", "no-store");
  response.set_content(json, kJson);
}

void AnswerError(int status, absl::string_view message, absl::string_view reason, httplib::Response& response) {
  AnswerJson(status, ErrorJson(message, reason), response);
}

int HttpStatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return 400;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kUnavailable:
      return 503;
    default:
      return 500;
  }
}

// Takes the same time wherever the two differ.
bool SameSecret(absl::string_view given, absl::string_view secret) {
  unsigned different = given.size() != secret.size() ? 1 : 0;
  for (std::size_t i = 0; i < secret.size(); ++i) {
    const char other = i < given.size() ? given[i] : '\0';
    different |= static_cast<unsigned char>(secret[i] ^ other);
  }
  return different == 0;
}

bool CarriesSecret(const httplib::Request& request, const std::string& secret) {
  const std::string header = request.get_header_value("Authorization");
  absl::string_view given = header;
  if (!absl::StartsWithIgnoreCase(given, "Bearer ")) return false;
  given.remove_prefix(7);
  return SameSecret(absl::StripAsciiWhitespace(given), secret);
}

// Refuses the methods that a path does not have.
bool HasMethod(const httplib::Request& request, std::initializer_list<absl::string_view> methods, const char* allow,
               httplib::Response& response) {
  if (std::find(methods.begin(), methods.end(), request.method) != methods.end()) return true;
  response.set_header("Allow", allow);
  AnswerError(405, "this path does not have that method; the header Allow lists those it has", "METHOD_NOT_ALLOWED",
              response);
  return false;
}

bool MayRead(const httplib::Request& request, httplib::Response& response) {
  return HasMethod(request, {"GET", "HEAD"}, "GET, HEAD", response);
}

// The part of `path` between `prefix` and `suffix`; empty where it is not of that form, or has further slashes.
std::string Middle(absl::string_view path, absl::string_view prefix, absl::string_view suffix) {
  if (!absl::ConsumePrefix(&path, prefix) || !absl::ConsumeSuffix(&path, suffix)) return "";
  return absl::StrContains(path, "/") ? "" : std::string(path);
}

}  // namespace

HttpRoutes::HttpRoutes(const HttpSettings& settings, const std::string& listen_host, const DoorPorts& ports)
    : ports_(ports),
      cron_secret_(settings.cron_secret),
      poll_time_limit_(settings.poll_time_limit),
      host_names_(listen_host, settings.public_url, settings.allowed_hosts) {}

bool HttpRoutes::Admit(const httplib::Request& request, httplib::Response& response) const {
  response.set_header("X-Content-Type-Options", "nosniff");
  const std::string host = request.get_header_value("Host");
  if (request.get_header_value_count("Host") != 1 || !host_names_.Allow(host, request.local_addr)) {
    videojobs::AnswerError(421, "this server is not asked by that Host; see VIDEOJOBS_PUBLIC_URL", "UNKNOWN_HOST",
                           response);
    return false;
  }
  // The library's bound on bodies holds only for those that announce their length.
  if (request.has_header("Transfer-Encoding")) {
    videojobs::AnswerError(411, "send the body with a Content-Length", "LENGTH_REQUIRED", response);
    return false;
  }
  return true;
}

bool HttpRoutes::AnswerWithoutBody(const httplib::Request& request, httplib::Response& response) const {
  if (!Admit(request, response)) return true;
  const std::string& path = request.path;
  if (path == kPollPath) {
    if (!HasMethod(request, {"GET", "POST"}, "GET, POST", response)) return true;
    // A length makes the library read and bound the body first. `curl -X POST` sends neither: that is an empty body
    // (https://www.rfc-editor.org/rfc/rfc9112#section-6.3), for which the library would wait.
    if (request.method == "POST" && request.has_header("Content-Length")) return false;
    Poll(request, response);
  } else if (const auto id = Middle(path, "/api/escalations/", "/video-status"); !id.empty()) {
    if (MayRead(request, response)) Status(id, response);
  } else if (const auto name = Middle(path, "/videos/", ""); !name.empty()) {
    if (MayRead(request, response)) Video(name, request, response);
  } else if (path == "/healthz") {
    if (MayRead(request, response)) AnswerJson(200, "{\"alive\":true}\n", response);
  } else if (path == "/readyz") {
    if (MayRead(request, response)) Ready(response);
  } else {
    videojobs::AnswerError(404, "there is nothing at this path", "NOT_FOUND", response);
  }
  return true;
}

void HttpRoutes::Poll(const httplib::Request& request, httplib::Response& response) const {
  if (!cron_secret_.empty() && !CarriesSecret(request, cron_secret_)) {
    response.set_header("WWW-Authenticate", "Bearer");
    const auto refused = absl::UnauthenticatedError("send the header 'Authorization: Bearer' with CRON_SECRET's value");
    return AnswerJson(401, PollErrorJson(refused), response);
  }
  const auto report = PollForCaller(ports_, kPollPath, kDefaultPollJobs, poll_time_limit_);
  if (!report.ok()) return AnswerJson(HttpStatusOf(report.status().code()), PollErrorJson(report.status()), response);
  AnswerJson(200, PollJson(*report), response);
}

void HttpRoutes::Status(const std::string& escalation_id, httplib::Response& response) const {
  const auto job = NewestOfEscalation(escalation_id, ports_.reader);
  if (!job.ok()) return AnswerError(job.status(), "video-status", response);
  const auto views = ViewsOf({*job}, ports_);
  if (!views.ok()) return AnswerError(views.status(), "video-status", response);
  AnswerJson(200, StatusJson(*job, views->front()), response);
}

void HttpRoutes::Ready(httplib::Response& response) const {
  const absl::Status ready = ports_.reader.Check();
  if (ready.ok()) return AnswerJson(200, "{\"ready\":true}\n", response);
  // Missing migrations are told in the store's own words: they say what to do.
  const absl::Status told = absl::IsFailedPrecondition(ready) ? ready : ForCaller(ready, "/readyz", ports_.log);
  AnswerJson(503, ErrorJson(told.message(), "NOT_READY"), response);
}

void HttpRoutes::Video(const std::string& name, const httplib::Request& request, httplib::Response& response) const {
  const absl::Status sent = SendVideo(name, request, ports_.storage, response);
  if (sent.ok()) return;
  if (absl::IsNotFound(sent)) {
    return videojobs::AnswerError(404, "there is no video of this name", "VIDEO_NOT_FOUND", response);
  }
  ports_.log.Write(
      {Severity::kError, Component::kPollApi, "a video could not be served", {{"error", std::string(sent.message())}}});
  videojobs::AnswerError(503, "the storage does not give the video; see the server's log", "STORAGE_UNAVAILABLE",
                         response);
}

void HttpRoutes::AnswerError(const absl::Status& status, absl::string_view call, httplib::Response& response) const {
  const absl::Status told = ForCaller(status, call, ports_.log);
  videojobs::AnswerError(HttpStatusOf(told.code()), told.message(), RefusalOf(told).reason, response);
}

void HttpRoutes::FillError(httplib::Response& response) {
  videojobs::AnswerError(response.status, "the request is not one that this server understands, or it is too large",
                         "BAD_REQUEST", response);
}

}  // namespace videojobs
