#include "tests/generator/simulated_google.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "adapters/interactions/interactions_generator.h"
#include "adapters/veo/veo_generator.h"
#include "adapters/vertex/credentials.h"
#include "adapters/vertex/vertex_generator.h"

namespace videojobs {
namespace {

using simulator::FaultKind;

FaultKind FaultOf(Happening happening) {
  switch (happening) {
    case Happening::kRefused:
      return FaultKind::kRefused;
    case Happening::kQuota:
      return FaultKind::kQuota;
    case Happening::kOverloaded:
      return FaultKind::kOverloaded;
    case Happening::kBadKey:
      return FaultKind::kBadKey;
    case Happening::kBilling:
      return FaultKind::kBilling;
    case Happening::kModelGone:
      return FaultKind::kModelGone;
    case Happening::kLostAnswer:
      return FaultKind::kLostAnswer;
    case Happening::kFiltered:
      return FaultKind::kFiltered;
    case Happening::kOperationError:
      return FaultKind::kOperationError;
    case Happening::kNoVideo:
      return FaultKind::kEmptyResult;
    case Happening::kPollGone:
      return FaultKind::kPollNotFound;
    case Happening::kPollTrouble:
      return FaultKind::kPollInternal;
    case Happening::kTruncated:
      return FaultKind::kTruncated;
    case Happening::kDownloadGone:
      return FaultKind::kDownloadForbidden;
    case Happening::kDownloadTrouble:
      return FaultKind::kDownloadInternal;
    case Happening::kInlineResult:
      return FaultKind::kInline;
    case Happening::kRedirect:
      return FaultKind::kRedirect;
    case Happening::kRedirectToOtherHost:
      return FaultKind::kRedirectOtherHost;
    case Happening::kGarbageAnswer:
      return FaultKind::kGarbageAnswer;
    case Happening::kInternalError:
      return FaultKind::kInternal;
    case Happening::kProxyError:
      return FaultKind::kProxyUnavailable;
    case Happening::kPollGarbage:
      return FaultKind::kPollGarbage;
  }
  return FaultKind::kRefused;
}

}  // namespace

std::string Name(Door door) {
  switch (door) {
    case Door::kVeo:
      return "Veo";
    case Door::kInteractions:
      return "Interactions";
    case Door::kVertexKey:
      return "VertexKey";
    case Door::kVertexAccount:
      return "VertexAccount";
    case Door::kVertexOutput:
      return "VertexOutput";
    case Door::kVertexUser:
      return "VertexUser";
    case Door::kVertexMetadata:
      return "VertexMetadata";
  }
  return "";
}

SimulatedGoogle::SimulatedGoogle(Door door, std::string project) : door_(door), project_(std::move(project)) {
  simulator::SimulatorOptions simulator_options;
  simulator_options.latency = kLatency;
  simulator_options.seed = 1;
  simulator_options.now = [this] { return clock_.Now(); };
  simulator_options.api_key = kTestKey;
  simulator_ = simulator::Simulator::Start(std::move(simulator_options)).value();
  generator_ = NewGenerator();
}

void SimulatedGoogle::Use(const google::Patience& patience) {
  patience_ = patience;
  generator_ = NewGenerator();
}

std::unique_ptr<VideoGenerator> SimulatedGoogle::NewGenerator() {
  if (door_ == Door::kVeo) {
    veo::Options options;
    options.api_key = kTestKey;
    options.base_url = simulator_->base_url();
    options.patience = patience_;
    return veo::VeoGenerator::Create(std::move(options), client_, client_, clock_).value();
  }
  if (door_ != Door::kInteractions) return OnVertex();
  interactions::Options options;
  options.api_key = kTestKey;
  options.base_url = simulator_->base_url();
  options.patience = patience_;
  return interactions::InteractionsGenerator::Create(std::move(options), client_, client_, clock_).value();
}

std::string SimulatedGoogle::Get(const std::string& path) {
  http::Request get;
  get.url = simulator_->base_url() + path;
  return client_.Send(get).value().body;
}

std::unique_ptr<VideoGenerator> SimulatedGoogle::OnVertex() {
  vertex::Options options;
  options.patience = patience_;
  options.base_url = options.storage_url = simulator_->base_url();
  options.project = project_;
  if (door_ == Door::kVertexOutput) {
    options.output = "gs://bucket-1/videos";
    options.parameters = vertex::ParseParameters(R"({"compressionQuality": "LOSSLESS", "enhancePrompt": true, "fps": 24,
        "pubsubTopic": "projects/project-1/topics/videos", "labels": {"team": "media"}})")
                             .value();
  }
  if (door_ == Door::kVertexKey) {
    options.api_key = kTestKey;
  } else if (door_ == Door::kVertexMetadata) {
    options.credentials = vertex::Credentials{};
    options.credentials->metadata_host = simulator_->base_url().substr(std::string("http://").size());
    options.project = "";
  } else {
    const char* kind = door_ == Door::kVertexUser ? "authorized_user" : "service_account";
    options.credentials = vertex::ParseCredentials(Get(std::string("/_simulator/credentials/") + kind)).value();
  }
  return vertex::VertexGenerator::Create(std::move(options), client_, client_, clock_).value();
}

VideoOptions SimulatedGoogle::options() {
  VideoOptions options;
  options.model = generator_->ModelId(door_ == Door::kInteractions ? "omni" : "veo-3.1-fast");
  return options;
}

void SimulatedGoogle::Arrange(Happening happening) {
  // Of the user's own bucket 403 says that a role is missing, not that the video is.
  const bool deleted = door_ == Door::kVertexOutput && happening == Happening::kDownloadGone;
  // After a token that is refused another one is tried.
  const bool has_tokens = door_ != Door::kVeo && door_ != Door::kInteractions && door_ != Door::kVertexKey;
  const int count = has_tokens && happening == Happening::kBadKey ? 2 : 1;
  simulator_->AddFault({deleted ? FaultKind::kDownloadNotFound : FaultOf(happening), count});
}

std::string SimulatedGoogle::VideoOf(const std::string& operation_name) {
  absl::string_view name = operation_name;
  absl::ConsumePrefix(&name, "interactions/");
  // A folder in which a lost start was found: the simulator knows it by its operation alone, of which there is one.
  if (absl::StartsWith(name, "gs://")) return simulator_->ExpectedVideo(simulator_->starts().at(0).operation).value();
  return simulator_->ExpectedVideo(std::string(name)).value();
}

}  // namespace videojobs
