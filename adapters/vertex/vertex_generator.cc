#include "adapters/vertex/vertex_generator.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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
  if (options.credentials && options.project.empty() && options.credentials->kind == CredentialKind::kMetadataServer) {
    auto project = FetchProject(*options.credentials, free);
    if (!project.ok()) return project.status();
    options.project = *std::move(project);
  }
  if (options.credentials && options.project.empty()) {
    return Wrong("GOOGLE_CLOUD_PROJECT: is not set, and the credentials name no project; set it");
  }
  if (absl::Status checked = CheckOptions(options); !checked.ok()) return checked;
  std::optional<http::Url> base;
  if (!options.base_url.empty()) {
    auto url = google::ParseBaseUrl(options.base_url);
    if (!url.ok()) return url.status();
    base = *std::move(url);
  }
  auto storage = google::ParseBaseUrl(options.storage_url);
  if (!storage.ok()) {
    return Wrong(absl::StrCat("STORAGE_EMULATOR_HOST: the object store's ", std::string(storage.status().message())));
  }
  std::optional<Folder> output;
  if (!options.output.empty()) {
    output = ParseFolder(options.output);
    if (!output) return Wrong("VIDEOJOBS_VERTEX_OUTPUT: is no folder of a bucket; it must be like gs://BUCKET/PREFIX");
  }
  return std::unique_ptr<VertexGenerator>(new VertexGenerator(std::move(options), std::move(base), std::move(output),
                                                              ObjectStore(*std::move(storage), free), paid, free,
                                                              clock));
}

VertexGenerator::VertexGenerator(Options options, std::optional<http::Url> base, std::optional<Folder> output,
                                 ObjectStore store, http::Client& paid, http::Client& free, Clock& clock)
    : options_(std::move(options)),
      base_(std::move(base)),
      output_(std::move(output)),
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

std::string VertexGenerator::AlternativesTo(const std::string&) const { return google::Alternatives(google::kVertex); }

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
  http::Request get;
  get.url =
      absl::StrCat(absl::StripSuffix(BaseUrl(options_.location), "/"), "/v1beta1/publishers/google/models/", model);
  get.secret_headers = with->headers;
  get.limits = options_.patience.poll;
  const auto response = free_.Send(get);
  if (!response.ok()) return absl::UnavailableError(response.status().message());
  Hear(*response, *with);
  return google::StatusOfCheck(*response, {with->secret, {}});
}

absl::StatusOr<std::vector<ListedOperation>> VertexGenerator::ListOperations(const std::string&, int) {
  return absl::UnimplementedError(
      "Vertex AI does not list operations; with VIDEOJOBS_VERTEX_OUTPUT a lost start is "
      "found by itself");
}

StartOutcome VertexGenerator::Start(const StartRequest& request) {
  const std::string model = ModelId(request.options.model);
  if (!google::IsModelId(model)) return google::RefusedUnsent(kNotAModel);
  const auto with = Authorize();
  if (!with.ok()) return OutcomeOfNoToken(with.status());
  const std::string storage_uri = output_ ? ToString(FolderOf(*output_, request.start_id)) : "";
  const std::string location = IsLocation(request.location) ? request.location : options_.location;
  http::Request post = Ask(options_.project, location, model, "predictLongRunning",
                           StartBody(request, storage_uri, options_.parameters), *with, options_.patience.start);
  post.fresh_connection = true;
  const absl::StatusOr<http::Response> response = paid_.Send(post);
  if (!response.ok()) return google::OutcomeOfNoAnswer(response.status());
  Hear(*response, *with);
  const google::Hidden hidden{with->secret, {request.scene.prompt, request.options.negative_prompt}};
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
  if (absl::IsNotFound(video.status())) return google::Answer(PollKind::kRunning, 200);
  return google::AnswerOfNoPoll(Hear(video.status(), *with, absl::StatusCode::kPermissionDenied));
}

absl::Status VertexGenerator::Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) {
  google::RememberingSink remembering(sink);
  if (result == google::kInlineResult) return remembering.Or(FetchInline(operation_name, remembering));
  const auto with = Authorize();
  if (!with.ok()) return absl::UnavailableError(with.status().message());
  const absl::Status fetched =
      store_.Download(result, with->headers, {with->secret, {}}, options_.patience.fetch, remembering);
  return remembering.Or(Hear(fetched, *with, absl::StatusCode::kUnavailable));
}

absl::Status VertexGenerator::FetchInline(const std::string& operation_name, ByteSink& sink) {
  const auto with = Authorize();
  if (!with.ok()) return absl::UnavailableError(with.status().message());
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
  if (!output_) return absl::UnimplementedError("VIDEOJOBS_VERTEX_OUTPUT is not set: nothing carries a start's id");
  const auto with = Authorize();
  if (!with.ok()) return with.status();
  const Folder folder = FolderOf(*output_, start_id);
  const auto video = store_.FindVideo(folder, with->headers, {with->secret, {}});
  if (!video.ok()) return Hear(video.status(), *with, absl::StatusCode::kPermissionDenied);
  return ToString(folder);
}

}  // namespace videojobs::vertex
