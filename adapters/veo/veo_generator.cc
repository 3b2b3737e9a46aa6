#include "adapters/veo/veo_generator.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "adapters/http/failure.h"
#include "adapters/http/redirect.h"
#include "adapters/veo/base64_diverter.h"
#include "adapters/veo/models.h"
#include "adapters/veo/names.h"
#include "adapters/veo/wire.h"

namespace videojobs::veo {
namespace {

// The host in the URIs of results, whatever the base URL is: a proxy or a simulator hands them on as they are.
constexpr absl::string_view kGoogleHost = "generativelanguage.googleapis.com";

// Remembers what the sink said, to tell it from what the network did.
class RememberingSink : public ByteSink {
 public:
  explicit RememberingSink(ByteSink& sink) : sink_(sink) {}

  absl::Status Write(absl::string_view bytes) override {
    status_ = sink_.Write(bytes);
    return status_;
  }
  const absl::Status& status() const { return status_; }

 private:
  ByteSink& sink_;
  absl::Status status_;
};

// A download's transport error in the words of VideoGenerator::Fetch. Another attempt may go another way, so all is
// passing but the codes that say more; CANCELLED is the server's own stop.
absl::Status FetchError(const absl::Status& status) {
  if (absl::IsDataLoss(status) || absl::IsDeadlineExceeded(status) || absl::IsCancelled(status))
    return {status.code(), status.message()};
  return absl::UnavailableError(status.message());
}

bool IsHeaderValue(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isgraph(c); });
}

absl::StatusOr<http::Url> ParseBase(const std::string& base_url) {
  absl::StatusOr<http::Url> url = http::ParseUrl(base_url);
  if (!url.ok()) return absl::InvalidArgumentError(absl::StrCat("base URL: ", std::string(url.status().message())));
  if (url->scheme != "https" && !http::IsLoopback(*url)) {
    return absl::InvalidArgumentError("base URL: is in clear text; must be https, or on this machine");
  }
  if (!url->query.empty()) return absl::InvalidArgumentError("base URL: has a query; must end with its path");
  url->path = std::string(absl::StripSuffix(url->path, "/"));
  return url;
}

}  // namespace

absl::StatusOr<std::unique_ptr<VeoGenerator>> VeoGenerator::Create(Options options, http::Client& paid,
                                                                   http::Client& free, Clock& clock) {
  if (!IsHeaderValue(options.api_key)) {
    return absl::InvalidArgumentError("API key: is empty or has characters that no key has; must be one word");
  }
  absl::StatusOr<http::Url> base = ParseBase(options.base_url);
  if (!base.ok()) return base.status();
  return std::unique_ptr<VeoGenerator>(new VeoGenerator(std::move(options), *std::move(base), paid, free, clock));
}

VeoGenerator::VeoGenerator(Options options, http::Url base, http::Client& paid, http::Client& free, Clock& clock)
    : options_(std::move(options)),
      base_(std::move(base)),
      key_only_{options_.api_key, {}},
      paid_(paid),
      free_(free),
      clock_(clock) {}

std::string VeoGenerator::ModelId(const std::string& name) const { return veo::ModelId(name); }

std::vector<Violation> VeoGenerator::Check(const VideoOptions& options, const std::vector<Scene>& scenes) const {
  return veo::Check(options, scenes);
}

std::int64_t VeoGenerator::PriceMicros(const VideoOptions& options, const Scene& scene) const {
  return options_.prices.MicrosPerSecond(veo::ModelId(options.model), options.resolution) * scene.duration_seconds;
}

absl::Duration VeoGenerator::UsualTime(const VideoOptions& options) const { return veo::UsualTime(options); }

bool VeoGenerator::IsOperationName(const std::string& name) const { return veo::IsOperationName(name); }

absl::Status VeoGenerator::CheckModel(const std::string& model) {
  if (!IsModelId(model)) return absl::NotFoundError("the model's name is not one that can be asked for");
  const absl::StatusOr<http::Response> response = free_.Send(Ask("GET", absl::StrCat("models/", model), options_.poll));
  if (!response.ok()) return absl::UnavailableError(response.status().message());
  return StatusOfCheck(*response, key_only_);
}

// That Google lists them is documented; nobody was seen to do it with Veo (unverified):
// https://github.com/googleapis/googleapis/tree/master/google/ai/generativelanguage/v1beta
absl::StatusOr<std::vector<ListedOperation>> VeoGenerator::ListOperations(const std::string& model, int limit) {
  if (!IsModelId(model)) return absl::NotFoundError("the model's name is not one that can be asked for");
  std::vector<ListedOperation> listed;
  std::string page_token;
  do {
    http::Request get = Ask("GET", absl::StrCat("models/", model, "/operations"), options_.poll);
    if (!page_token.empty()) absl::StrAppend(&get.url, "?pageToken=", http::EncodePathSegment(page_token));
    const absl::StatusOr<http::Response> response = free_.Send(get);
    if (!response.ok()) return absl::UnavailableError(response.status().message());
    absl::StatusOr<OperationsPage> page = OperationsIn(*response, key_only_);
    if (!page.ok()) return page.status();
    listed.insert(listed.end(), page->operations.begin(), page->operations.end());
    if (page->next_page_token == page_token) break;  // a server that gives one page for ever
    page_token = std::move(page->next_page_token);
  } while (!page_token.empty() && listed.size() < static_cast<std::size_t>(limit));
  if (listed.size() > static_cast<std::size_t>(limit)) listed.resize(static_cast<std::size_t>(limit));
  return listed;
}

StartOutcome VeoGenerator::Start(const StartRequest& request) {
  const std::string model = veo::ModelId(request.options.model);
  if (!IsModelId(model)) {
    StartOutcome refused;
    refused.kind = OutcomeKind::kRefused;
    refused.detail = "the model's name is not one that can be asked for";
    return refused;
  }
  http::Request post = Ask("POST", absl::StrCat("models/", model, ":predictLongRunning"), options_.start);
  post.headers.push_back({"Content-Type", "application/json"});
  post.body = StartBody(request);
  post.fresh_connection = true;
  const absl::StatusOr<http::Response> response = paid_.Send(post);
  if (!response.ok()) return OutcomeOfNoAnswer(response.status());
  const Hidden hidden{options_.api_key, {request.scene.prompt, request.options.negative_prompt}};
  return OutcomeOfStart(*response, hidden, clock_.Now());
}

PollAnswer VeoGenerator::Poll(const std::string& operation_name) {
  if (!veo::IsOperationName(operation_name)) {
    return AnswerOfNoPoll(absl::InvalidArgumentError("the operation's name is not one of the Gemini API's"));
  }
  Base64Diverter diverter(nullptr);
  absl::StatusOr<http::Response> response = free_.Download(Ask("GET", operation_name, options_.poll), diverter);
  if (!response.ok()) return AnswerOfNoPoll(response.status());
  if (response->ok()) response->body = diverter.json();
  return AnswerOfPoll(operation_name, *response, diverter.video_bytes(), key_only_);
}

absl::Status VeoGenerator::Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) {
  RememberingSink remembering(sink);
  const absl::Status fetched =
      result == kInlineResult ? FetchInline(operation_name, remembering) : FetchFile(result, remembering);
  return remembering.status().ok() ? fetched : remembering.status();
}

absl::Status VeoGenerator::FetchFile(const std::string& uri, ByteSink& sink) {
  const absl::StatusOr<http::Request> get = AskForFile(uri);
  if (!get.ok()) return get.status();
  const absl::StatusOr<http::Response> response = free_.Download(*get, sink);
  if (!response.ok()) return FetchError(response.status());
  return response->ok() ? absl::OkStatus() : StatusOfDownload(*response, key_only_);
}

absl::Status VeoGenerator::FetchInline(const std::string& operation_name, ByteSink& sink) {
  if (!veo::IsOperationName(operation_name)) {
    return absl::UnavailableError("the operation's name is not one of the Gemini API's");
  }
  Base64Diverter diverter(&sink);
  absl::StatusOr<http::Response> response = free_.Download(Ask("GET", operation_name, options_.fetch), diverter);
  if (!response.ok()) return FetchError(response.status());
  if (!response->ok()) return StatusOfDownload(*response, key_only_);
  response->body = diverter.json();
  const PollAnswer answer = AnswerOfPoll(operation_name, *response, diverter.video_bytes(), key_only_);
  if (answer.kind == PollKind::kSucceeded && diverter.video_bytes() > 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the answer has no video inside any more; ", answer.detail));
}

http::Request VeoGenerator::Ask(const std::string& method, const std::string& path, const http::Limits& limits) const {
  http::Url url = base_;
  absl::StrAppend(&url.path, "/v1beta/", path);
  http::Request request;
  request.method = method;
  request.url = http::ToString(url);
  request.secret_headers.push_back({"x-goog-api-key", options_.api_key});
  request.limits = limits;
  return request;
}

// Never in clear text over a network, and never from elsewhere into this machine.
bool VeoGenerator::MayFetch(const http::Url& url) const {
  return http::IsLoopback(url) ? http::IsLoopback(base_) : url.scheme == "https";
}

// A file of Google's is asked of the base URL, since that is where the key may go; anything else is fetched without it.
absl::StatusOr<http::Request> VeoGenerator::AskForFile(const std::string& uri) const {
  const absl::StatusOr<http::Url> url = http::ParseUrl(uri);
  if (!url.ok()) return absl::UnavailableError("the video's address is not a URL");
  const std::optional<std::string> file = FileIdIn(url->path);
  http::Request get;
  if (file && (url->host == kGoogleHost || http::SameOrigin(*url, base_))) {
    get = Ask("GET", absl::StrCat("files/", *file, ":download"), options_.fetch);
    absl::StrAppend(&get.url, "?alt=media");
  } else if (MayFetch(*url)) {
    get.url = uri;
    get.limits = options_.fetch;
  } else {
    return absl::UnavailableError(absl::StrCat("the video lies at ", http::Describe(*url),
                                               ", which is not fetched: it is in clear text, or on this machine"));
  }
  get.max_redirects = http::kMaxRedirects;
  return get;
}

}  // namespace videojobs::veo
