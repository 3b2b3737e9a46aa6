#ifndef VIDEOJOBS_ADAPTERS_VEO_VEO_GENERATOR_H_
#define VIDEOJOBS_ADAPTERS_VEO_VEO_GENERATOR_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/clock.h"
#include "adapters/google/gemini_api.h"
#include "adapters/google/models.h"
#include "adapters/http/client.h"
#include "adapters/price_table.h"
#include "adapters/video_generator.h"

namespace videojobs::veo {

struct Options {
  std::string api_key;
  std::string base_url = google::kGeminiBaseUrl;
  bool plain_http = false;  // the base URL may be http:// beyond this machine
  PriceTable prices = google::ListPrices();
  google::Patience patience{};
};

// Veo on the Gemini API (https://ai.google.dev/gemini-api/docs/video): an operation is started, polled, and its video
// downloaded within two days. The contract is VideoGenerator's. Thread-safe.
class VeoGenerator : public VideoGenerator {
 public:
  // `paid` makes the starts, which nobody cuts off; `free` the polls and downloads, which whoever stops may shut down.
  // Both, and `clock`, are borrowed and must outlive the generator. INVALID_ARGUMENT as google::GeminiApi::Create.
  static absl::StatusOr<std::unique_ptr<VeoGenerator>> Create(Options options, http::Client& paid, http::Client& free,
                                                              Clock& clock);

  std::string provider() const override { return std::string(google::kGemini); }
  std::string location() const override { return ""; }
  std::string ModelId(const std::string& name) const override;
  std::vector<Violation> Check(const VideoOptions& options, const std::vector<Scene>& scenes) const override;
  std::int64_t PriceMicros(const VideoOptions& options, const Scene& scene) const override;
  absl::Duration UsualTime(const VideoOptions& options) const override;
  bool IsOperationName(const std::string& name) const override;
  std::string ModelOf(const std::string& operation_name) const override;
  std::string AlternativesTo(const std::string& model) const override;

  absl::Status CheckModel(const std::string& model) override;
  absl::StatusOr<std::vector<ListedOperation>> ListOperations(const std::string& model, int limit) override;
  StartOutcome Start(const StartRequest& request) override;
  PollAnswer Poll(const std::string& operation_name) override;
  absl::Status Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) override;
  // Operations of Veo's cannot be cancelled there, nor do they carry anything of ours.
  absl::Status Cancel(const std::string& operation_name) override;
  absl::StatusOr<std::string> FindStart(const std::string& start_id) override;

 private:
  VeoGenerator(Options options, google::GeminiApi api, http::Client& paid, http::Client& free, Clock& clock);

  absl::Status FetchInline(const std::string& operation_name, ByteSink& sink);

  const Options options_;
  const google::GeminiApi api_;
  http::Client& paid_;
  http::Client& free_;
  Clock& clock_;
};

}  // namespace videojobs::veo

#endif  // VIDEOJOBS_ADAPTERS_VEO_VEO_GENERATOR_H_
