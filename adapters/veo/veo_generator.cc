#include "adapters/veo/veo_generator.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/google/answers.h"
#include "adapters/google/base64_diverter.h"
#include "adapters/google/names.h"
#include "adapters/veo/names.h"
#include "adapters/veo/wire.h"

namespace videojobs::veo {
namespace {

constexpr char kNotAName[] = "the operation's name is not one of the Gemini API's";
constexpr char kNotAModel[] = "the model's name is not one that can be asked for";

}  // namespace

absl::StatusOr<std::unique_ptr<VeoGenerator>> VeoGenerator::Create(Options options, http::Client& paid,
                                                                   http::Client& free, Clock& clock) {
  absl::StatusOr<google::GeminiApi> api =
      google::GeminiApi::Create(options.base_url, options.api_key, options.plain_http);
  if (!api.ok()) return api.status();
  return std::unique_ptr<VeoGenerator>(new VeoGenerator(std::move(options), *std::move(api), paid, free, clock));
}

VeoGenerator::VeoGenerator(Options options, google::GeminiApi api, http::Client& paid, http::Client& free, Clock& clock)
    : options_(std::move(options)), api_(std::move(api)), paid_(paid), free_(free), clock_(clock) {}

std::string VeoGenerator::ModelId(const std::string& name) const { return google::ModelId(google::kGemini, name); }

std::vector<Violation> VeoGenerator::Check(const VideoOptions& options, const std::vector<Scene>& scenes) const {
  return google::Check(google::kGemini, options, scenes);
}

std::int64_t VeoGenerator::PriceMicros(const VideoOptions& options, const Scene& scene) const {
  return options_.prices.MicrosPerSecond(ModelId(options.model), options.resolution) * scene.duration_seconds;
}

absl::Duration VeoGenerator::UsualTime(const VideoOptions& options) const {
  return google::UsualTime(google::kGemini, options);
}

bool VeoGenerator::IsOperationName(const std::string& name) const { return veo::IsOperationName(name); }

std::string VeoGenerator::ModelOf(const std::string& operation_name) const { return veo::ModelOf(operation_name); }

std::string VeoGenerator::AlternativesTo(const std::string& model) const {
  return google::Alternatives(google::kGemini, model);
}

absl::Status VeoGenerator::CheckModel(const std::string& model) {
  if (!google::IsModelId(model)) return absl::NotFoundError(kNotAModel);
  const auto response = free_.Send(api_.Ask("GET", absl::StrCat("models/", model), options_.patience.question));
  if (!response.ok()) return absl::UnavailableError(response.status().message());
  return google::StatusOfCheck(*response, api_.hidden());
}

// That Google lists them is documented; nobody was seen to do it with Veo (unverified):
// https://github.com/googleapis/googleapis/tree/master/google/ai/generativelanguage/v1beta
absl::StatusOr<std::vector<ListedOperation>> VeoGenerator::ListOperations(const std::string& model, int limit) {
  if (!google::IsModelId(model)) return absl::NotFoundError(kNotAModel);
  std::vector<ListedOperation> listed;
  std::string page_token;
  do {
    http::Request get = api_.Ask("GET", absl::StrCat("models/", model, "/operations"), options_.patience.question);
    if (!page_token.empty()) absl::StrAppend(&get.url, "?pageToken=", http::EncodePathSegment(page_token));
    const absl::StatusOr<http::Response> response = free_.Send(get);
    if (!response.ok()) return absl::UnavailableError(response.status().message());
    absl::StatusOr<OperationsPage> page = OperationsIn(*response, api_.hidden());
    if (!page.ok()) return page.status();
    listed.insert(listed.end(), page->operations.begin(), page->operations.end());
    if (page->next_page_token == page_token) break;  // a server that gives one page for ever
    page_token = std::move(page->next_page_token);
  } while (!page_token.empty() && listed.size() < static_cast<std::size_t>(limit));
  if (listed.size() > static_cast<std::size_t>(limit)) listed.resize(static_cast<std::size_t>(limit));
  return listed;
}

StartOutcome VeoGenerator::Start(const StartRequest& request) {
  const std::string model = ModelId(request.options.model);
  if (!google::IsModelId(model)) return google::RefusedUnsent(kNotAModel);
  http::Request post = api_.Ask("POST", absl::StrCat("models/", model, ":predictLongRunning"), options_.patience.start);
  post.headers.push_back({"Content-Type", "application/json"});
  post.body = StartBody(request);
  post.fresh_connection = true;
  const absl::StatusOr<http::Response> response = paid_.Send(post);
  if (!response.ok()) return google::OutcomeOfNoAnswer(response.status());
  const google::Hidden hidden{api_.key(), {request.scene.prompt, request.options.negative_prompt}};
  return OutcomeOfStart(*response, hidden, clock_.Now());
}

PollAnswer VeoGenerator::Poll(const std::string& operation_name) {
  if (!veo::IsOperationName(operation_name)) return google::AnswerOfNoPoll(absl::InvalidArgumentError(kNotAName));
  google::Base64Diverter diverter(nullptr);
  auto response = free_.Download(api_.Ask("GET", operation_name, options_.patience.poll), diverter);
  if (!response.ok()) return google::AnswerOfNoPoll(response.status());
  if (response->ok()) response->body = diverter.json();
  return AnswerOfPoll(operation_name, *response, diverter.video_bytes(), api_.hidden());
}

absl::Status VeoGenerator::Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) {
  google::RememberingSink remembering(sink);
  return remembering.Or(result == google::kInlineResult
                            ? FetchInline(operation_name, remembering)
                            : api_.Download(free_, result, options_.patience.fetch, remembering));
}

absl::Status VeoGenerator::Cancel(const std::string&) {
  return absl::UnimplementedError("an operation of Veo's cannot be cancelled on the Gemini API");
}

absl::StatusOr<std::string> VeoGenerator::FindStart(const std::string&) {
  return absl::UnimplementedError("an operation of Veo's carries nothing of ours on the Gemini API");
}

absl::Status VeoGenerator::FetchInline(const std::string& operation_name, ByteSink& sink) {
  if (!veo::IsOperationName(operation_name)) return absl::UnavailableError(kNotAName);
  google::Base64Diverter diverter(&sink);
  auto response = free_.Download(api_.Ask("GET", operation_name, options_.patience.fetch), diverter);
  if (!response.ok()) return google::StatusOfNoDownload(response.status());
  if (!response->ok()) return google::StatusOfDownload(*response, api_.hidden());
  response->body = diverter.json();
  const PollAnswer answer = AnswerOfPoll(operation_name, *response, diverter.video_bytes(), api_.hidden());
  if (answer.kind == PollKind::kSucceeded && diverter.video_bytes() > 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the answer has no video inside any more; ", answer.detail));
}

}  // namespace videojobs::veo
