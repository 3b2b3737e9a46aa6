#include "simulator/serving.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace videojobs::simulator {
namespace {

constexpr size_t kBlock = 64 * 1024;

// cpp-httplib writes -1 for an end that was left open, and checks none of this itself in all its versions.
bool IsSatisfiable(const httplib::Ranges& ranges, uint64_t size) {
  if (ranges.empty()) return true;
  if (ranges.size() != 1) return false;
  const auto [first, last] = ranges.front();
  if (first < 0) return last > 0;
  return static_cast<uint64_t>(first) < size && (last < 0 || first <= last);
}

// Promises the whole file and breaks off in the middle, after `pause`.
void SendHalf(Backend& backend, const Video& video, absl::Duration pause, httplib::Response& response) {
  const uint64_t half = video.size() / 2;
  response.set_content_provider(
      static_cast<size_t>(video.size()), kVideoType,
      [&backend, video, half, pause](size_t offset, size_t length, httplib::DataSink& sink) {
        if (offset >= half) {
          backend.Wait(pause);
          backend.connections.Cut();
          return false;
        }
        std::vector<char> block(static_cast<size_t>(std::min<uint64_t>({length, kBlock, half - offset})));
        const size_t count = video.Read(offset, block.data(), block.size());
        return sink.write(block.data(), count);
      });
}

void Spoil(Backend& backend, const Fault& fault, const Video& video, const Whereabouts& where,
           httplib::Response& response) {
  switch (fault.kind) {
    case FaultKind::kRedirect:
      return response.set_redirect(backend.BaseUrl() + where.redirect);
    case FaultKind::kRedirectOtherHost:
      return response.set_redirect(backend.OtherHostUrl() + where.other_redirect);
    case FaultKind::kTruncated:
      return SendHalf(backend, video, absl::ZeroDuration(), response);
    case FaultKind::kStalled:
      return SendHalf(backend, video, fault.delay, response);
    case FaultKind::kEmptyFile:
      return Send({200, "", kVideoType}, response);
    case FaultKind::kDownloadForbidden:
      return Send(where.forbidden, response);
    default:
      return Send(AnswerOf(fault, {}), response);
  }
}

}  // namespace

// cpp-httplib answers ranges and HEAD from the provider too.
void SendVideo(const httplib::Request& request, const Video& video, httplib::Response& response) {
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

void ServeVideo(Backend& backend, const httplib::Request& request, const Video& video, const Whereabouts& where,
                httplib::Response& response) {
  constexpr Occasion kOccasion{Call::kFile, {}, {}};
  backend.Delay(kOccasion);
  const std::optional<Fault> fault = backend.faults.Draw(Moment::kDownload, kOccasion);
  if (!fault.has_value()) return SendVideo(request, video, response);
  Spoil(backend, *fault, video, where, response);
}

}  // namespace videojobs::simulator
