#include "adapters/interactions/interactions_generator.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/google/answers.h"
#include "adapters/google/base64_diverter.h"
#include "adapters/google/names.h"
#include "adapters/http/url.h"
#include "adapters/interactions/names.h"
#include "adapters/interactions/wire.h"

namespace videojobs::interactions {
namespace {

constexpr char kNotAName[] = "the operation's name is not an interaction's";
constexpr char kNotAModel[] = "the model's name is not one that can be asked for";
constexpr std::size_t kMostJson = std::size_t{1} << 20;

// Counts what passes, to know whether anything did.
class CountingSink : public ByteSink {
 public:
  explicit CountingSink(ByteSink& sink) : sink_(sink) {}
  absl::Status Write(absl::string_view bytes) override {
    bytes_ += bytes.size();
    return sink_.Write(bytes);
  }
  bool untouched() const { return bytes_ == 0; }

 private:
  ByteSink& sink_;
  std::size_t bytes_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<InteractionsGenerator>> InteractionsGenerator::Create(Options options,
                                                                                     http::Client& paid,
                                                                                     http::Client& free, Clock& clock) {
  absl::StatusOr<google::GeminiApi> api =
      google::GeminiApi::Create(options.base_url, options.api_key, options.plain_http);
  if (!api.ok()) return api.status();
  return std::unique_ptr<InteractionsGenerator>(
      new InteractionsGenerator(std::move(options), *std::move(api), paid, free, clock));
}

InteractionsGenerator::InteractionsGenerator(Options options, google::GeminiApi api, http::Client& paid,
                                             http::Client& free, Clock& clock)
    : options_(std::move(options)), api_(std::move(api)), paid_(paid), free_(free), clock_(clock) {}

std::string InteractionsGenerator::ModelId(const std::string& name) const {
  return google::ModelId(google::kInteractions, name);
}

std::vector<Violation> InteractionsGenerator::Check(const VideoOptions& options,
                                                    const std::vector<Scene>& scenes) const {
  return google::Check(google::kInteractions, options, scenes);
}

std::int64_t InteractionsGenerator::PriceMicros(const VideoOptions& options, const Scene& scene) const {
  return options_.prices.MicrosPerSecond(ModelId(options.model), options.resolution) * scene.duration_seconds;
}

absl::Duration InteractionsGenerator::UsualTime(const VideoOptions& options) const {
  return google::UsualTime(google::kInteractions, options);
}

bool InteractionsGenerator::IsOperationName(const std::string& name) const {
  return interactions::IsOperationName(name);
}

std::string InteractionsGenerator::AlternativesTo(const std::string& model) const {
  return google::Alternatives(google::kInteractions, model);
}

absl::Status InteractionsGenerator::CheckModel(const std::string& model) {
  if (!google::IsModelId(model)) return absl::NotFoundError(kNotAModel);
  const auto response = free_.Send(api_.Ask("GET", absl::StrCat("models/", model), options_.patience.question));
  if (!response.ok()) return absl::UnavailableError(response.status().message());
  return google::StatusOfCheck(*response, api_.hidden());
}

absl::StatusOr<std::vector<ListedOperation>> InteractionsGenerator::ListOperations(const std::string&, int) {
  return absl::UnimplementedError("the Interactions API lists no interactions");
}

StartOutcome InteractionsGenerator::Start(const StartRequest& request) {
  const std::string model = ModelId(request.options.model);
  if (!google::IsModelId(model)) return google::RefusedUnsent(kNotAModel);
  http::Request post = api_.Ask("POST", "interactions", options_.patience.start);
  post.headers.push_back({"Content-Type", "application/json"});
  post.body = StartBody(request, model);
  post.fresh_connection = true;
  const absl::StatusOr<http::Response> response = paid_.Send(post);
  if (!response.ok()) return google::OutcomeOfNoAnswer(response.status());
  return OutcomeOfStart(*response, google::Hidden{api_.key(), {request.scene.prompt}}, clock_.Now());
}

std::string InteractionsGenerator::ModelOf(const std::string&) const { return ModelId("omni"); }

PollAnswer InteractionsGenerator::Poll(const std::string& operation_name) {
  if (!interactions::IsOperationName(operation_name)) {
    return google::AnswerOfNoPoll(absl::InvalidArgumentError(kNotAName));
  }
  google::Base64Diverter diverter(nullptr, kMostJson, google::kOmniVideoKeys);
  auto response = free_.Download(api_.Ask("GET", operation_name, options_.patience.poll), diverter);
  if (!response.ok()) return google::AnswerOfNoPoll(response.status());
  if (response->ok()) response->body = diverter.json();
  return AnswerOfPoll(operation_name, *response, diverter.video_bytes(), api_.hidden());
}

absl::Status InteractionsGenerator::Fetch(const std::string& operation_name, const std::string& result,
                                          ByteSink& sink) {
  google::RememberingSink remembering(sink);
  if (result != google::kInlineResult) return remembering.Or(FetchFile(operation_name, result, remembering));
  const absl::Status without = absl::UnavailableError("the answer has no video inside any more");
  return remembering.Or(FetchInline(operation_name, without, remembering));
}

// A file that is not ready, never will be, or is gone may still be had out of the interaction itself, which Google
// keeps longer and gives with its video inside, however it was created.
absl::Status InteractionsGenerator::FetchFile(const std::string& operation_name, const std::string& uri,
                                              ByteSink& sink) {
  if (!http::ParseUrl(uri).ok()) {
    return FetchInstead(operation_name, absl::DataLossError("the video's address is not a URL"), sink);
  }
  const std::optional<std::string> file = api_.FileAt(uri);
  absl::Status missing = file ? CheckFile(*file) : absl::OkStatus();
  if (missing.ok()) {
    missing = api_.Download(free_, uri, options_.patience.fetch, sink);
    if (!absl::IsNotFound(missing)) return missing;
  }
  return FetchInstead(operation_name, missing, sink);
}

absl::Status InteractionsGenerator::CheckFile(const std::string& file) {
  const auto about = free_.Send(api_.Ask("GET", absl::StrCat("files/", file), options_.patience.question));
  if (!about.ok()) return google::StatusOfNoDownload(about.status());
  if (!about->ok()) return google::StatusOfDownload(*about, api_.hidden());
  switch (StateOfFile(*about)) {
    case FileState::kActive:
      return absl::OkStatus();
    case FileState::kFailed:
      return absl::DataLossError("Google could not make the video's file");
    case FileState::kNotReady:
      break;
  }
  return absl::UnavailableError("the video's file is not ready yet");
}

absl::Status InteractionsGenerator::FetchInstead(const std::string& operation_name, const absl::Status& missing,
                                                 ByteSink& sink) {
  CountingSink counting(sink);
  const absl::Status instead = FetchInline(operation_name, missing, counting);
  if (instead.ok() || !counting.untouched()) return instead;
  // Lost for good only where the interaction has no video either: its passing trouble may hide one.
  const bool is_lost = absl::IsNotFound(missing) || absl::IsDataLoss(missing);
  const bool neither_has_it = instead == missing || absl::IsNotFound(instead);
  return is_lost && !neither_has_it ? instead : missing;
}

absl::Status InteractionsGenerator::FetchInline(const std::string& operation_name, const absl::Status& without,
                                                ByteSink& sink) {
  if (!interactions::IsOperationName(operation_name)) return absl::UnavailableError(kNotAName);
  google::Base64Diverter diverter(&sink, kMostJson, google::kOmniVideoKeys);
  auto response = free_.Download(api_.Ask("GET", operation_name, options_.patience.fetch), diverter);
  if (!response.ok()) return google::StatusOfNoDownload(response.status());
  if (IsUnknownInteraction(*response)) return absl::NotFoundError(google::WordsOf(*response, api_.hidden()));
  if (!response->ok()) return google::StatusOfDownload(*response, api_.hidden());
  response->body = diverter.json();
  const PollAnswer answer = AnswerOfPoll(operation_name, *response, diverter.video_bytes(), api_.hidden());
  if (answer.kind == PollKind::kSucceeded && diverter.video_bytes() > 0) return absl::OkStatus();
  if (answer.kind == PollKind::kSucceeded || answer.kind == PollKind::kFailed) return without;
  return absl::UnavailableError(absl::StrCat("the answer has no video inside; ", answer.detail));
}

absl::Status InteractionsGenerator::Cancel(const std::string& operation_name) {
  if (!interactions::IsOperationName(operation_name)) return absl::NotFoundError(kNotAName);
  const auto response =
      free_.Send(api_.Ask("POST", absl::StrCat(operation_name, "/cancel"), options_.patience.question));
  if (!response.ok()) return absl::UnavailableError(response.status().message());
  return google::StatusOfCheck(*response, api_.hidden());
}

absl::StatusOr<std::string> InteractionsGenerator::FindStart(const std::string&) {
  return absl::UnimplementedError("an interaction carries nothing of ours");
}

}  // namespace videojobs::interactions
