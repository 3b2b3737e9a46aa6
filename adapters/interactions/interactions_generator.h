#ifndef VIDEOJOBS_ADAPTERS_INTERACTIONS_INTERACTIONS_GENERATOR_H_
#define VIDEOJOBS_ADAPTERS_INTERACTIONS_INTERACTIONS_GENERATOR_H_

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

namespace videojobs::interactions {

struct Options {
  std::string api_key;
  std::string base_url = google::kGeminiBaseUrl;
  bool plain_http = false;  // the base URL may be http:// beyond this machine
  PriceTable prices = google::ListPrices();
  google::Patience patience{};
};

// Gemini Omni on the Gemini API's interactions (https://ai.google.dev/gemini-api/docs/interactions): one is created in
// the background, polled, and its video downloaded within two days, as a file or out of the answer. The contract is
// VideoGenerator's. Thread-safe.
class InteractionsGenerator : public VideoGenerator {
 public:
  // Clients, clock and errors as veo::VeoGenerator::Create.
  static absl::StatusOr<std::unique_ptr<InteractionsGenerator>> Create(Options options, http::Client& paid,
                                                                       http::Client& free, Clock& clock);

  std::string provider() const override { return std::string(google::kInteractions); }
  std::string location() const override { return ""; }
  std::string ModelId(const std::string& name) const override;
  std::vector<Violation> Check(const VideoOptions& options, const std::vector<Scene>& scenes) const override;
  std::int64_t PriceMicros(const VideoOptions& options, const Scene& scene) const override;
  absl::Duration UsualTime(const VideoOptions& options) const override;
  bool IsOperationName(const std::string& name) const override;
  std::string ModelOf(const std::string& operation_name) const override;
  std::string AlternativesTo(const std::string& model) const override;

  absl::Status CheckModel(const std::string& model) override;
  // Interactions are not listed.
  absl::StatusOr<std::vector<ListedOperation>> ListOperations(const std::string& model, int limit) override;
  StartOutcome Start(const StartRequest& request) override;
  PollAnswer Poll(const std::string& operation_name) override;
  absl::Status Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) override;
  absl::Status Cancel(const std::string& operation_name) override;
  // An interaction carries nothing of ours.
  absl::StatusOr<std::string> FindStart(const std::string& start_id) override;

 private:
  InteractionsGenerator(Options options, google::GeminiApi api, http::Client& paid, http::Client& free, Clock& clock);

  absl::Status FetchFile(const std::string& operation_name, const std::string& uri, ByteSink& sink);
  // OK: the file can be downloaded.
  absl::Status CheckFile(const std::string& file);
  // The video inside the interaction, in place of the file that is `missing`.
  absl::Status FetchInstead(const std::string& operation_name, const absl::Status& missing, ByteSink& sink);
  // `without`: what to say of an interaction that has ended, and has no video inside.
  absl::Status FetchInline(const std::string& operation_name, const absl::Status& without, ByteSink& sink);

  const Options options_;
  const google::GeminiApi api_;
  http::Client& paid_;
  http::Client& free_;
  Clock& clock_;
};

}  // namespace videojobs::interactions

#endif  // VIDEOJOBS_ADAPTERS_INTERACTIONS_INTERACTIONS_GENERATOR_H_
