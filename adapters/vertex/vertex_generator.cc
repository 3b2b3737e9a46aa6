#include "adapters/vertex/vertex_generator.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "adapters/google/answers.h"
#include "adapters/google/base64_diverter.h"
#include "adapters/google/names.h"
#include "adapters/http/failure.h"
#include "adapters/vertex/token_sources.h"
#include "adapters/vertex/wire.h"

namespace videojobs::vertex {
namespace {

constexpr char kNotAName[] = "the operation's name is not one of Vertex AI's";
constexpr char kNotAModel[] = "the model's name is not one that can be asked for";
constexpr absl::Duration kBadCredentials = absl::Minutes(10);
// So often in a row the question for a model may be answered as if there were none, until a start shall find out: a
// refused one costs nothing, and no unverified call keeps a mended lane closed for ever.
constexpr int kMostDoubts = 6;

// A start that was not sent, since there is no token for it: it would meet every job.
StartOutcome OutcomeOfNoToken(const absl::Status& status) {
  if (!absl::IsPermissionDenied(status)) {
    return google::OutcomeOfNoAnswer(http::WithFailure(status, http::TransportFailure::kNothingSent));
  }
  StartOutcome outcome = google::RefusedUnsent(google::OneLine(status.message()));
  outcome.lane_reason = LaneReason::kBadKey;
  outcome.lane_closed_for = kBadCredentials;
  outcome.lane_wait_told = false;
  return outcome;
}

// The caller's time was over before there was a token: the lane has nothing to do with it.
StartOutcome OutcomeOfTooLate() {
  StartOutcome outcome = google::RefusedUnsent("nothing was sent: it was too late when the token had come");
  outcome.lane_reason = LaneReason::kOverloaded;
  return outcome;
}

absl::Status Wrong(absl::string_view what) { return absl::InvalidArgumentError(what); }

absl::Status CheckOptions(const Options& options) {
  if (!IsLocation(options.location)) {
    return Wrong("GOOGLE_CLOUD_LOCATION: is no location; it must be like us-central1, us, eu or global");
  }
  if (options.credentials) {
    return IsProject(options.project) ? absl::OkStatus()
                                      : Wrong("GOOGLE_CLOUD_PROJECT: is no project's id, like my-project-123");
  }
  if (!options.output.empty()) {
    return Wrong("VIDEOJOBS_VERTEX_OUTPUT: takes Google Cloud credentials; an API key cannot read a bucket");
  }
  return google::CheckKey(options.api_key);
}

}  // namespace

absl::StatusOr<std::unique_ptr<VertexGenerator>> VertexGenerator::Create(Options options, http::Client& paid,
                                                                         http::Client& free, Clock& clock) {
  if (options.credentials && options.project.empty()) options.project = options.credentials->project;
  if (options.credentials && options.credentials->kind == CredentialKind::kMetadataServer) {
    // Asked even where the project is known: without such a server there would never be a token.
    auto project = FetchProject(*options.credentials, free);
    if (!project.ok()) return project.status();
    if (options.project.empty()) options.project = *std::move(project);
  }
  if (options.credentials && options.project.empty()) {
    return Wrong("GOOGLE_CLOUD_PROJECT: is not set, and the credentials name no project; set it");
  }
  if (absl::Status checked = CheckOptions(options); !checked.ok()) return checked;
  std::optional<http::Url> base;
  if (!options.base_url.empty()) {
    auto url = google::ParseBaseUrl(options.base_url, options.plain_http);
    if (!url.ok()) return url.status();
    base = *std::move(url);
  }
  auto storage = google::ParseBaseUrl(options.storage_url);
  if (!storage.ok()) {
    return Wrong(absl::StrCat("STORAGE_EMULATOR_HOST: the object store's ", std::string(storage.status().message())));
  }
  std::vector<Folder> outputs;
  for (const absl::string_view text : absl::StrSplit(options.output, absl::ByAnyChar(", "), absl::SkipEmpty())) {
    auto output = ParseFolder(text);
    if (!output) return Wrong("VIDEOJOBS_VERTEX_OUTPUT: is no folder of a bucket; it must be like gs://BUCKET/PREFIX");
    outputs.push_back(*std::move(output));
  }
  return std::unique_ptr<VertexGenerator>(new VertexGenerator(std::move(options), std::move(base), std::move(outputs),
                                                              ObjectStore(*std::move(storage), free), paid, free,
                                                              clock));
}

VertexGenerator::VertexGenerator(Options options, std::optional<http::Url> base, std::vector<Folder> outputs,
                                 ObjectStore store, http::Client& paid, http::Client& free, Clock& clock)
    : options_(std::move(options)),
      base_(std::move(base)),
      outputs_(std::move(outputs)),
      store_(std::move(store)),
      paid_(paid),
      free_(free),
      clock_(clock),
      tokens_([this] { return FetchToken(*options_.credentials, free_, clock_); }, clock) {}

std::string VertexGenerator::ModelId(const std::string& name) const { return google::ModelId(google::kVertex, name); }

std::vector<Violation> VertexGenerator::Check(const VideoOptions& options, const std::vector<Scene>& scenes) const {
  return google::Check(google::kVertex, options, scenes);
}

std::int64_t VertexGenerator::PriceMicros(const VideoOptions& options, const Scene& scene) const {
  return options_.prices.MicrosPerSecond(ModelId(options.model), options.resolution) * scene.duration_seconds;
}

absl::Duration VertexGenerator::UsualTime(const VideoOptions& options) const {
  return google::UsualTime(google::kVertex, options);
}

bool VertexGenerator::IsOperationName(const std::string& name) const { return ParseOperationName(name).has_value(); }

std::string VertexGenerator::ModelOf(const std::string& operation_name) const {
  return vertex::ModelOf(operation_name);
}

std::string VertexGenerator::AlternativesTo(const std::string& model) const {
  return google::Alternatives(google::kVertex, model);
}

absl::StatusOr<VertexGenerator::Authorization> VertexGenerator::Authorize() {
  if (Express()) return Authorization{{{"x-goog-api-key", options_.api_key}}, options_.api_key};
  auto token = tokens_.Get();
  if (!token.ok()) return token.status();
  Authorization with{{{"Authorization", absl::StrCat("Bearer ", *token)}}, *token};
  const std::string& quota = options_.credentials->quota_project;
  if (IsProject(quota)) with.headers.push_back({"x-goog-user-project", quota});
  return with;
}

void VertexGenerator::Hear(const http::Response& response, const Authorization& with) {
  if (response.status == 401 && !Express()) tokens_.Forget(with.secret);
}

absl::Status VertexGenerator::Hear(const absl::Status& said, const Authorization& with, absl::StatusCode refused) {
  if (!absl::IsUnauthenticated(said)) return said;
  if (!Express()) tokens_.Forget(with.secret);
  return {refused, said.message()};
}

std::string VertexGenerator::BaseUrl(const std::string& location) const {
  if (base_) return http::ToString(*base_);
  return BaseUrlOf(Express() ? "global" : location);
}

http::Request VertexGenerator::Ask(const std::string& project, const std::string& location, const std::string& model,
                                   const std::string& method, std::string body, const Authorization& with,
                                   const http::Limits& limits) const {
  http::Request post;
  post.method = "POST";
  // Without a project in the path, as Google's own client asks with a key: https://github.com/googleapis/js-genai
  const std::string where = Express() ? "/v1beta1" : absl::StrCat("/v1/projects/", project, "/locations/", location);
  post.url =
      absl::StrCat(absl::StripSuffix(BaseUrl(location), "/"), where, "/publishers/google/models/", model, ":", method);
  post.headers = {{"Content-Type", "application/json"}};
  post.secret_headers = with.headers;
  post.body = std::move(body);
  post.limits = limits;
  return post;
}

absl::Status VertexGenerator::CheckModel(const std::string& model) {
  if (!google::IsModelId(model)) return absl::NotFoundError(kNotAModel);
  const auto with = Authorize();
  if (!with.ok()) return with.status();
  if (Express()) return AskForModel(model, *with);
  if (absl::Status probed = AskForNoOperation(model, *with); !probed.ok()) return probed;
  const absl::Status asked = AskForModel(model, *with);
  // Project and credentials were let through: only this question is not.
  if (asked.ok() || absl::IsPermissionDenied(asked)) return absl::OkStatus();
  if (absl::IsFailedPrecondition(asked)) return asked;
  return Doubt(model) ? asked : absl::OkStatus();
}

// The model's own resource knows no project, so that a mistyped one would pass.
absl::Status VertexGenerator::AskForNoOperation(const std::string& model, const Authorization& with) {
  const http::Request post =
      Ask(options_.project, options_.location, model, "fetchPredictOperation",
          ProbeBody(options_.project, options_.location, model), with, options_.patience.question);
  const auto response = free_.Send(post);
  if (!response.ok()) return absl::UnavailableError(response.status().message());
  Hear(*response, with);
  return StatusOfProbe(*response, {with.secret, {}});
}

absl::Status VertexGenerator::AskForModel(const std::string& model, const Authorization& with) {
  http::Request get;
  get.url =
      absl::StrCat(absl::StripSuffix(BaseUrl(options_.location), "/"), "/v1beta1/publishers/google/models/", model);
  get.secret_headers = with.headers;
  get.limits = options_.patience.question;
  const auto response = free_.Send(get);
  if (!response.ok()) return absl::UnavailableError(response.status().message());
  Hear(*response, with);
  return google::StatusOfCheck(*response, {with.secret, {}});
}

bool VertexGenerator::Doubt(const std::string& model) {
  const std::lock_guard lock(mutex_);
  int& doubts = doubts_[model];
  if (++doubts <= kMostDoubts) return true;
  doubts = 0;
  return false;
}

absl::StatusOr<std::vector<ListedOperation>> VertexGenerator::ListOperations(const std::string&, int) {
  return absl::UnimplementedError(
      "Vertex AI does not list operations; with VIDEOJOBS_VERTEX_OUTPUT a lost start is "
      "found by itself");
}

StartOutcome VertexGenerator::Start(const StartRequest& request) {
  if (!google::IsModelId(ModelId(request.options.model))) return google::RefusedUnsent(kNotAModel);
  const auto with = Authorize();
  if (!with.ok()) return OutcomeOfNoToken(with.status());
  StartOutcome outcome = StartWith(*with, request);
  // Surely refused, so that it may go out once more. A token dies early when it is revoked, and late when this machine
  // slept.
  const bool token_refused = outcome.http_status == 401 && outcome.lane_reason == LaneReason::kBadKey && !Express();
  if (!token_refused) return outcome;
  const auto fresh = Authorize();
  if (!fresh.ok()) return OutcomeOfNoToken(fresh.status());
  return fresh->secret == with->secret ? outcome : StartWith(*fresh, request);
}

StartOutcome VertexGenerator::StartWith(const Authorization& with, const StartRequest& request) {
  const std::string storage_uri = outputs_.empty() ? "" : ToString(FolderOf(outputs_.front(), request.start_id));
  const std::string location = IsLocation(request.location) ? request.location : options_.location;
  http::Request post = Ask(options_.project, location, ModelId(request.options.model), "predictLongRunning",
                           StartBody(request, storage_uri, options_.parameters), with, options_.patience.start);
  post.fresh_connection = true;
  if (request.may_go_out && !request.may_go_out()) return OutcomeOfTooLate();
  const absl::StatusOr<http::Response> response = paid_.Send(post);
  if (!response.ok()) return google::OutcomeOfNoAnswer(response.status());
  Hear(*response, with);
  const google::Hidden hidden{with.secret, {request.scene.prompt, request.options.negative_prompt}};
  return OutcomeOfStart(*response, hidden, clock_.Now());
}

absl::StatusOr<http::Request> VertexGenerator::AskForOperation(const std::string& operation_name,
                                                               const Authorization& with,
                                                               const http::Limits& limits) const {
  const auto name = ParseOperationName(operation_name);
  if (!name) return absl::InvalidArgumentError(kNotAName);
  return Ask(name->project, name->location, name->model, "fetchPredictOperation", PollBody(operation_name), with,
             limits);
}

PollAnswer VertexGenerator::Poll(const std::string& operation_name) {
  if (const auto folder = ParseFolder(operation_name)) return PollFolder(*folder);
  const auto with = Authorize();
  if (!with.ok()) return google::AnswerOfNoPoll(with.status());
  const auto post = AskForOperation(operation_name, *with, options_.patience.poll);
  if (!post.ok()) return google::AnswerOfNoPoll(post.status());
  google::Base64Diverter diverter(nullptr);
  auto response = free_.Download(*post, diverter);
  if (!response.ok()) return google::AnswerOfNoPoll(response.status());
  Hear(*response, *with);
  if (response->ok()) response->body = diverter.json();
  return AnswerOfPoll(operation_name, *response, diverter.video_bytes(), {with->secret, {}});
}

PollAnswer VertexGenerator::PollFolder(const Folder& folder) {
  const auto with = Authorize();
  if (!with.ok()) return google::AnswerOfNoPoll(with.status());
  auto video = store_.FindVideo(folder, with->headers, {with->secret, {}});
  if (video.ok()) return google::Succeeded(*std::move(video), 200);
  // It is polled since a video lay in it: somebody has deleted that.
  if (absl::IsNotFound(video.status())) {
    return google::Answer(PollKind::kGone, 200, absl::StrCat("there is no video in ", ToString(folder), " any more"));
  }
  return google::AnswerOfNoPoll(Hear(video.status(), *with, absl::StatusCode::kPermissionDenied));
}

absl::Status VertexGenerator::Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) {
  google::RememberingSink remembering(sink);
  if (result == google::kInlineResult) return remembering.Or(FetchInline(operation_name, remembering));
  const auto with = Authorize();
  if (!with.ok()) return absl::PermissionDeniedError(with.status().message());
  const absl::Status fetched =
      store_.Download(result, with->headers, {with->secret, {}}, options_.patience.fetch, remembering);
  return remembering.Or(Hear(fetched, *with, absl::StatusCode::kPermissionDenied));
}

absl::Status VertexGenerator::FetchInline(const std::string& operation_name, ByteSink& sink) {
  const auto with = Authorize();
  if (!with.ok()) return absl::PermissionDeniedError(with.status().message());
  const auto post = AskForOperation(operation_name, *with, options_.patience.fetch);
  if (!post.ok()) return absl::UnavailableError(post.status().message());
  google::Base64Diverter diverter(&sink);
  auto response = free_.Download(*post, diverter);
  if (!response.ok()) return google::StatusOfNoDownload(response.status());
  Hear(*response, *with);
  const google::Hidden hidden{with->secret, {}};
  if (!response->ok()) return google::StatusOfDownload(*response, hidden);
  response->body = diverter.json();
  const PollAnswer answer = AnswerOfPoll(operation_name, *response, diverter.video_bytes(), hidden);
  if (answer.kind == PollKind::kSucceeded && diverter.video_bytes() > 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the answer has no video inside any more; ", answer.detail));
}

absl::Status VertexGenerator::Cancel(const std::string&) {
  return absl::UnimplementedError("an operation of Veo's cannot be cancelled on Vertex AI");
}

absl::StatusOr<std::string> VertexGenerator::FindStart(const std::string& start_id) {
  absl::Status trouble = absl::OkStatus();
  for (const Folder& output : outputs_) {
    const auto with = Authorize();
    if (!with.ok()) return with.status();
    const Folder folder = FolderOf(output, start_id);
    const auto video = store_.FindVideo(folder, with->headers, {with->secret, {}});
    if (video.ok()) return ToString(folder);
    if (!absl::IsNotFound(video.status())) {
      trouble = Hear(video.status(), *with, absl::StatusCode::kPermissionDenied);
    }
  }
  if (outputs_.empty()) {
    return absl::UnimplementedError("VIDEOJOBS_VERTEX_OUTPUT is not set: nothing carries a start's id");
  }
  return trouble.ok() ? absl::NotFoundError("there is no video of this start") : trouble;
}

}  // namespace videojobs::vertex
