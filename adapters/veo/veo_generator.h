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
#include "adapters/http/client.h"
#include "adapters/http/message.h"
#include "adapters/http/url.h"
#include "adapters/price_table.h"
#include "adapters/veo/detail.h"
#include "adapters/veo/prices.h"
#include "adapters/video_generator.h"

namespace videojobs::veo {

inline constexpr char kGoogleBaseUrl[] = "https://generativelanguage.googleapis.com";

struct Options {
  std::string api_key;                    // sent to the base URL's host only, as a header only
  std::string base_url = kGoogleBaseUrl;  // a path in front of "/v1beta" is allowed

  PriceTable prices = ListPrices();

  // A start that is cut off may have been paid for: patience is cheap here.
  http::Limits start{absl::Seconds(10), absl::Seconds(150), absl::Seconds(60), absl::Seconds(180)};
  // Long enough for a whole video inside the answer.
  http::Limits poll{absl::Seconds(10), absl::Seconds(30), absl::Seconds(30), absl::Minutes(5)};
  http::Limits fetch{absl::Seconds(10), absl::Seconds(60), absl::Seconds(30), absl::Minutes(15)};
};

// Veo on the Gemini API (https://ai.google.dev/gemini-api/docs/video): an operation is started, polled, and its video
// downloaded within two days. The contract is VideoGenerator's. Thread-safe.
class VeoGenerator : public VideoGenerator {
 public:
  // `paid` makes the starts, which nobody cuts off; `free` the polls and downloads, which whoever stops may shut down.
  // Both, and `clock`, are borrowed and must outlive the generator. INVALID_ARGUMENT: the key cannot be a header, or
  // the base URL is no URL, has a query, or is neither https nor on this machine (the key would travel in clear).
  static absl::StatusOr<std::unique_ptr<VeoGenerator>> Create(Options options, http::Client& paid, http::Client& free,
                                                              Clock& clock);

  std::string provider() const override { return "gemini"; }
  std::string ModelId(const std::string& name) const override;
  std::vector<Violation> Check(const VideoOptions& options, const std::vector<Scene>& scenes) const override;
  std::int64_t PriceMicros(const VideoOptions& options, const Scene& scene) const override;
  absl::Duration UsualTime(const VideoOptions& options) const override;
  bool IsOperationName(const std::string& name) const override;

  absl::Status CheckModel(const std::string& model) override;
  absl::StatusOr<std::vector<ListedOperation>> ListOperations(const std::string& model, int limit) override;
  StartOutcome Start(const StartRequest& request) override;
  PollAnswer Poll(const std::string& operation_name) override;
  absl::Status Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) override;

 private:
  VeoGenerator(Options options, http::Url base, http::Client& paid, http::Client& free, Clock& clock);

  // A GET or POST of `path` below the base URL, with the key.
  http::Request Ask(const std::string& method, const std::string& path, const http::Limits& limits) const;
  bool MayFetch(const http::Url& url) const;
  absl::StatusOr<http::Request> AskForFile(const std::string& uri) const;
  absl::Status FetchFile(const std::string& uri, ByteSink& sink);
  absl::Status FetchInline(const std::string& operation_name, ByteSink& sink);

  const Options options_;
  const http::Url base_;
  const Hidden key_only_;
  http::Client& paid_;
  http::Client& free_;
  Clock& clock_;
};

}  // namespace videojobs::veo

#endif  // VIDEOJOBS_ADAPTERS_VEO_VEO_GENERATOR_H_
