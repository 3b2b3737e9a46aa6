#include "tests/generator/simulated_google.h"

#include <utility>

namespace videojobs::veo {
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

SimulatedGoogle::SimulatedGoogle() {
  simulator::SimulatorOptions simulator_options;
  simulator_options.latency = kLatency;
  simulator_options.seed = 1;
  simulator_options.now = [this] { return clock_.Now(); };
  simulator_options.api_key = kTestKey;
  simulator_ = simulator::Simulator::Start(std::move(simulator_options)).value();
  Options generator_options;
  generator_options.api_key = kTestKey;
  generator_options.base_url = simulator_->base_url();
  generator_ = VeoGenerator::Create(std::move(generator_options), client_, client_, clock_).value();
}

VideoOptions SimulatedGoogle::options() {
  VideoOptions options;
  options.model = "veo-3.1-fast-generate-preview";
  return options;
}

void SimulatedGoogle::Arrange(Happening happening) { simulator_->AddFault({FaultOf(happening), 1}); }

std::string SimulatedGoogle::VideoOf(const std::string& operation_name) {
  return simulator_->ExpectedVideo(operation_name).value();
}

}  // namespace videojobs::veo
