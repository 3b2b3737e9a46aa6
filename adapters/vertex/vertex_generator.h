#ifndef VIDEOJOBS_ADAPTERS_VERTEX_VERTEX_GENERATOR_H_
#define VIDEOJOBS_ADAPTERS_VERTEX_VERTEX_GENERATOR_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/clock.h"
#include "adapters/google/gemini_api.h"
#include "adapters/google/models.h"
#include "adapters/http/client.h"
#include "adapters/http/url.h"
#include "adapters/price_table.h"
#include "adapters/vertex/credentials.h"
#include "adapters/vertex/names.h"
#include "adapters/vertex/object_store.h"
#include "adapters/vertex/parameters.h"
#include "adapters/vertex/token_cache.h"
#include "adapters/video_generator.h"

namespace videojobs::vertex {

struct Options {
  // One of the two. A key is "express mode": no project, no location, no output folder.
  std::string api_key{};
  std::optional<Credentials> credentials{};

  std::string project{};  // empty: the credentials' own
  std::string location = "us-central1";
  // "gs://BUCKET/PREFIX": videos are written there; empty: they come inside the answers. Further ones behind commas
  // were in use before: starts of theirs are still found.
  std::string output{};
  Parameters parameters{};  // said with every start
  std::string base_url{};   // in place of the location's own
  bool plain_http = false;  // it may be http:// beyond this machine
  std::string storage_url = kGoogleStorageUrl;

  PriceTable prices = google::ListPrices();
  google::Patience patience{};
};

// Veo on Vertex AI (https://cloud.google.com/vertex-ai/generative-ai/docs/video/overview). With an output folder every
// start writes into one of its own, named by its id: so a start whose answer was lost is found again. The contract is
// VideoGenerator's. Thread-safe.
class VertexGenerator : public VideoGenerator {
 public:
  // Clients and clock as veo::VeoGenerator::Create. Asks the metadata server, where the credentials are to come from
  // it, for the project that nothing else names. INVALID_ARGUMENT: an option is wrong, in words that name it.
  // UNAVAILABLE: there is no metadata server.
  static absl::StatusOr<std::unique_ptr<VertexGenerator>> Create(Options options, http::Client& paid,
                                                                 http::Client& free, Clock& clock);

  std::string provider() const override { return std::string(google::kVertex); }
  std::string location() const override { return Express() ? "" : options_.location; }
  std::string ModelId(const std::string& name) const override;
  std::vector<Violation> Check(const VideoOptions& options, const std::vector<Scene>& scenes) const override;
  std::int64_t PriceMicros(const VideoOptions& options, const Scene& scene) const override;
  absl::Duration UsualTime(const VideoOptions& options) const override;
  bool IsOperationName(const std::string& name) const override;
  std::string ModelOf(const std::string& operation_name) const override;
  std::string AlternativesTo(const std::string& model) const override;

  // By a question for an operation that is none, which takes project, location and credentials; and by one for the
  // publisher's model, which knows no project. Nobody was seen to ask Veo either of them (unverified), so that a
  // lasting "no such model" is believed for a while only: then a start finds out, which costs nothing where it is
  // refused. https://cloud.google.com/vertex-ai/docs/reference/rest/v1/publishers.models/get
  absl::Status CheckModel(const std::string& model) override;
  // Vertex AI does not list operations of a publisher's models.
  absl::StatusOr<std::vector<ListedOperation>> ListOperations(const std::string& model, int limit) override;
  StartOutcome Start(const StartRequest& request) override;
  // Of an operation's name, or of a folder that FindStart gave.
  PollAnswer Poll(const std::string& operation_name) override;
  absl::Status Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) override;
  // Vertex AI cannot stop it.
  absl::Status Cancel(const std::string& operation_name) override;
  bool KeepsEvidence() const override { return !outputs_.empty(); }
  // The folder of a start, once a video lies in it.
  absl::StatusOr<std::string> FindStart(const std::string& start_id) override;

 private:
  // What goes with a call, and what of it must not be shown.
  struct Authorization {
    std::vector<http::Header> headers;
    std::string secret;
  };

  VertexGenerator(Options options, std::optional<http::Url> base, std::vector<Folder> outputs, ObjectStore store,
                  http::Client& paid, http::Client& free, Clock& clock);

  bool Express() const { return !options_.credentials.has_value(); }
  absl::StatusOr<Authorization> Authorize();
  // Of a POST to a model's method, in the location of the operation or job that it is about.
  http::Request Ask(const std::string& project, const std::string& location, const std::string& model,
                    const std::string& method, std::string body, const Authorization& with,
                    const http::Limits& limits) const;
  std::string BaseUrl(const std::string& location) const;
  // Whatever a call was answered: a token that was refused is not used again.
  void Hear(const http::Response& response, const Authorization& with);
  // The same of what the object store said; a token that was refused is `refused` to the caller.
  absl::Status Hear(const absl::Status& said, const Authorization& with, absl::StatusCode refused);
  absl::StatusOr<http::Request> AskForOperation(const std::string& operation_name, const Authorization& with,
                                                const http::Limits& limits) const;
  // A start, sent once.
  StartOutcome StartWith(const Authorization& with, const StartRequest& request);
  // Whether project and credentials are let through, by a question for an operation that is none.
  absl::Status AskForNoOperation(const std::string& model, const Authorization& with);
  absl::Status AskForModel(const std::string& model, const Authorization& with);
  // Counts an answer as if there were no such model. False: it is time that a start finds out.
  bool Doubt(const std::string& model);
  PollAnswer PollFolder(const Folder& folder);
  absl::Status FetchInline(const std::string& operation_name, ByteSink& sink);

  const Options options_;
  const std::optional<http::Url> base_;
  const std::vector<Folder> outputs_;  // the first is written to
  const ObjectStore store_;
  http::Client& paid_;
  http::Client& free_;
  Clock& clock_;
  TokenCache tokens_;
  std::mutex mutex_;  // guards the next
  std::map<std::string, int> doubts_;
};

}  // namespace videojobs::vertex

#endif  // VIDEOJOBS_ADAPTERS_VERTEX_VERTEX_GENERATOR_H_
