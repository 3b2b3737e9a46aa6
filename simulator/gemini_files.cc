#include "simulator/gemini_files.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "simulator/operation_id.h"
#include "simulator/videos.h"

namespace videojobs::simulator {
namespace {

constexpr size_t kBlock = 64 * 1024;
constexpr char kVideoType[] = "video/mp4";

// cpp-httplib writes -1 for an end that was left open, and checks none of this itself in all its versions.
bool IsSatisfiable(const httplib::Ranges& ranges, uint64_t size) {
  if (ranges.empty()) return true;
  if (ranges.size() != 1) return false;
  const auto [first, last] = ranges.front();
  if (first < 0) return last > 0;
  return static_cast<uint64_t>(first) < size && (last < 0 || first <= last);
}

std::string Timestamp(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone()); }

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
                       {"state", "ACTIVE"},
                       {"source", "GENERATED"}});
  }

  void Download(const httplib::Request& request, httplib::Response& response, const std::string& id) {
    if (auto refusal = backend_.RefuseKey(request, kOccasion)) return Send(*refusal, response);
    const std::optional<Operation> operation = Find(id);
    if (!operation.has_value()) return Send(FileForbidden(id), response);
    backend_.ledger.CountDownload(OperationName(*operation));
    backend_.Delay(kOccasion);
    const std::optional<Fault> fault = backend_.faults.Draw(Moment::kDownload, kOccasion);
    if (!fault.has_value()) return SendVideo(request, *operation, response);
    Spoil(*fault, *operation, id, response);
  }

  // Where a redirect to the same host leads: as on the first path, the key is needed.
  void DownloadRedirected(const httplib::Request& request, httplib::Response& response, const std::string& id) {
    if (auto refusal = backend_.RefuseKey(request, kOccasion)) return Send(*refusal, response);
    SendIfFound(request, id, response);
  }

  // Where a redirect to another host leads: like a signed URL it asks for no key, and must not be given one.
  void DownloadSigned(const httplib::Request& request, httplib::Response& response, const std::string& id) {
    if (request.has_header("x-goog-api-key") || request.has_param("key")) backend_.ledger.CountLeakedKey();
    SendIfFound(request, id, response);
  }

 private:
  static constexpr Occasion kOccasion{Call::kFile, {}, {}};

  // A file is there from the end of its operation until it expires.
  std::optional<Operation> Find(const std::string& id) const {
    const std::optional<Operation> operation = DecodeFileId(id);
    if (!operation.has_value() || operation->outcome != Outcome::kVideo) return std::nullopt;
    const absl::Time now = backend_.Now();
    if (now < operation->DoneAt() || now >= operation->DoneAt() + backend_.options.retention) return std::nullopt;
    return operation;
  }

  void SendIfFound(const httplib::Request& request, const std::string& id, httplib::Response& response) {
    const std::optional<Operation> operation = Find(id);
    if (!operation.has_value()) return Send(FileForbidden(id), response);
    SendVideo(request, *operation, response);
  }

  // cpp-httplib answers ranges and HEAD from this too.
  static void SendVideo(const httplib::Request& request, const Operation& operation, httplib::Response& response) {
    const Video video(operation);
    if (!IsSatisfiable(request.ranges, video.size())) {
      response.set_header("Content-Range", absl::StrCat("bytes */", video.size()));
      return Send(ErrorAnswer(416, "OUT_OF_RANGE", "The requested range is not satisfiable."), response);
    }
    response.set_header("Accept-Ranges", "bytes");
    response.set_content_provider(static_cast<size_t>(video.size()), kVideoType,
                                  [video](size_t offset, size_t length, httplib::DataSink& sink) {
                                    std::vector<char> block(std::min(length, kBlock));
                                    const size_t count = video.Read(offset, block.data(), block.size());
                                    return count > 0 && sink.write(block.data(), count);
                                  });
  }

  // Promises the whole file and breaks off in the middle, after `pause`.
  void SendHalf(const Operation& operation, absl::Duration pause, httplib::Response& response) {
    const Video video(operation);
    const uint64_t half = video.size() / 2;
    response.set_content_provider(
        static_cast<size_t>(video.size()), kVideoType,
        [this_backend = &backend_, video, half, pause](size_t offset, size_t length, httplib::DataSink& sink) {
          if (offset >= half) {
            this_backend->Wait(pause);
            this_backend->connections.Cut();
            return false;
          }
          std::vector<char> block(static_cast<size_t>(std::min<uint64_t>({length, kBlock, half - offset})));
          const size_t count = video.Read(offset, block.data(), block.size());
          return sink.write(block.data(), count);
        });
  }

  void Spoil(const Fault& fault, const Operation& operation, const std::string& id, httplib::Response& response) {
    switch (fault.kind) {
      case FaultKind::kRedirect:
        return response.set_redirect(backend_.BaseUrl() + "/download/v1beta/files/" + id + ":download?alt=media");
      case FaultKind::kRedirectOtherHost:
        return response.set_redirect(backend_.OtherHostUrl() + "/signed/" + id);
      case FaultKind::kTruncated:
        return SendHalf(operation, absl::ZeroDuration(), response);
      case FaultKind::kStalled:
        return SendHalf(operation, fault.delay, response);
      case FaultKind::kEmptyFile:
        return Send({200, "", kVideoType}, response);
      case FaultKind::kDownloadForbidden:
        return Send(FileForbidden(id), response);
      default:
        return Send(AnswerOf(fault, {}), response);
    }
  }

  Backend& backend_;
};

}  // namespace

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
