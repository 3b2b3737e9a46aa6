#include "simulator/gemini_files.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "simulator/operation_id.h"
#include "simulator/serving.h"
#include "simulator/videos.h"

namespace videojobs::simulator {
namespace {

std::string Timestamp(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone()); }

// Whoever has it may read the file: like a key it must show nowhere.
constexpr char kSignature[] = "simulated-signature-5f0c2a9e";

class GeminiFiles {
 public:
  explicit GeminiFiles(Backend& backend) : backend_(backend) {}

  Answer Describe(const httplib::Request& request, const std::string& id) {
    if (auto refusal = backend_.RefuseKey(request, kOccasion)) return *refusal;
    const std::optional<Operation> operation = Find(id);
    if (!operation.has_value()) return FileForbidden(id);
    const std::string uri = "https://generativelanguage.googleapis.com/v1beta/files/" + id;
    return JsonAnswer({{"name", "files/" + id},
                       {"mimeType", kVideoType},
                       {"sizeBytes", absl::StrCat(Video(*operation).size())},
                       {"createTime", Timestamp(operation->DoneAt())},
                       {"updateTime", Timestamp(operation->DoneAt())},
                       {"expirationTime", Timestamp(operation->DoneAt() + backend_.options.retention)},
                       {"uri", uri},
                       {"downloadUri", uri + ":download?alt=media"},
                       {"state", StateOf(*operation)},
                       {"source", "GENERATED"}});
  }

  void Download(const httplib::Request& request, httplib::Response& response, const std::string& id) {
    if (auto refusal = backend_.RefuseKey(request, kOccasion)) return Send(*refusal, response);
    const std::optional<Operation> operation = Find(id);
    if (!operation.has_value()) return Send(FileForbidden(id), response);
    if (!IsActive(*operation)) return Send(NotActive(id), response);
    backend_.ledger.CountDownload(OperationName(*operation));
    const Whereabouts where{"/download/v1beta/files/" + id + ":download?alt=media", SignedPath(id, 0),
                            FileForbidden(id)};
    ServeVideo(backend_, request, Video(*operation), where, response);
  }

  // Where a redirect to the same host leads: as on the first path, the key is needed.
  void DownloadRedirected(const httplib::Request& request, httplib::Response& response, const std::string& id) {
    if (auto refusal = backend_.RefuseKey(request, kOccasion)) return Send(*refusal, response);
    SendIfFound(request, id, response);
  }

  // Where a redirect to another host leads: like a signed URL it asks for no key, and must not be given one.
  void DownloadSigned(const httplib::Request& request, httplib::Response& response, const std::string& id) {
    const bool shows_credentials =
        request.has_header("x-goog-api-key") || request.has_header("Authorization") || request.has_param("key");
    if (shows_credentials) backend_.ledger.CountLeakedKey();
    if (request.get_param_value("X-Goog-Signature") != kSignature) return Send(FileForbidden(id), response);
    SendIfFound(request, id, response);
  }

 private:
  static constexpr Occasion kOccasion{Call::kFile, {}, {}};

  static Answer NotActive(const std::string& id) {
    return ErrorAnswer(400, "FAILED_PRECONDITION",
                       "The File " + id + " is not in an ACTIVE state and usage is not allowed.");
  }

  // A file is there from the end of its operation until it expires.
  std::optional<Operation> Find(const std::string& id) const {
    std::optional<Operation> operation = DecodeFileId(id);
    if (!operation.has_value() || !operation->IsBilled()) return std::nullopt;
    const absl::Time now = backend_.Now();
    if (now < operation->DoneAt() || now >= operation->DoneAt() + backend_.options.retention) return std::nullopt;
    const bool can_be_cancelled = operation->door() == Door::kInteractions;
    if (can_be_cancelled && backend_.ledger.IsCancelled(OperationName(*operation))) return std::nullopt;
    return operation;
  }

  const char* StateOf(const Operation& operation) const {
    if (operation.outcome == Outcome::kFileFailed) return "FAILED";
    return IsActive(operation) ? "ACTIVE" : "PROCESSING";
  }

  // Veo's files are ready with their operation, an interaction's some time after it.
  bool IsActive(const Operation& operation) const {
    if (operation.door() != Door::kInteractions) return true;
    if (operation.outcome == Outcome::kFileProcessing || operation.outcome == Outcome::kFileFailed) return false;
    return backend_.Now() >= operation.DoneAt() + backend_.options.file_processing;
  }

  void SendIfFound(const httplib::Request& request, const std::string& id, httplib::Response& response) {
    const std::optional<Operation> operation = Find(id);
    if (!operation.has_value()) return Send(FileForbidden(id), response);
    int sample = 0;
    if (request.has_param("sample")) static_cast<void>(absl::SimpleAtoi(request.get_param_value("sample"), &sample));
    SendVideo(request, Video(*operation, sample), response);
  }

  Backend& backend_;
};

}  // namespace

std::string SignedPath(const std::string& id, int sample) {
  return absl::StrCat("/signed/", id, "?sample=", sample, "&X-Goog-Signature=", kSignature);
}

// No pattern may contain "/:": newer versions of cpp-httplib would not read it as a regular expression then.
void AddGeminiFiles(httplib::Server& server, Backend& backend) {
  using httplib::Request;
  server.Get(R"(/v1beta/files/([^:/]+))", [&backend](const Request& request, auto& response) {
    Send(GeminiFiles(backend).Describe(request, request.matches[1]), response);
  });
  server.Get(R"(/v1beta/files/([^:/]+):download)", [&backend](const Request& request, auto& response) {
    GeminiFiles(backend).Download(request, response, request.matches[1]);
  });
  server.Get(R"(/download/v1beta/files/([^:/]+):download)", [&backend](const Request& request, auto& response) {
    GeminiFiles(backend).DownloadRedirected(request, response, request.matches[1]);
  });
  server.Get(R"(/signed/([^:/]+))", [&backend](const Request& request, auto& response) {
    GeminiFiles(backend).DownloadSigned(request, response, request.matches[1]);
  });
}

}  // namespace videojobs::simulator
