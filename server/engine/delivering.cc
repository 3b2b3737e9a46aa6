#include "server/engine/delivering.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/mp4_check.h"
#include "server/engine/poll_pace.h"

namespace videojobs {
namespace {

bool IsDueClip(const Clip& clip, absl::Time now) {
  return clip.state == ClipState::kReady && (!clip.next_poll_at || *clip.next_poll_at <= now);
}

// What is downloaded goes to the scratch file and through the check, unless the server is about to stop.
class Arrival : public ByteSink {
 public:
  Arrival(ScratchFile& file, Mp4Check& check, const std::atomic<bool>& stopping)
      : file_(file), check_(check), stopping_(stopping) {}

  absl::Status Write(absl::string_view bytes) override {
    if (stopping_) return absl::CancelledError("the server is stopping");
    if (absl::Status written = file_.Write(bytes); !written.ok()) return own_trouble_ = written;
    return check_.Write(bytes);
  }
  // Of this machine's disk: says nothing about the provider's copy.
  const absl::Status& own_trouble() const { return own_trouble_; }

 private:
  absl::Status own_trouble_;
  ScratchFile& file_;
  Mp4Check& check_;
  const std::atomic<bool>& stopping_;
};

// An upload's source that ends early when the server is about to stop.
class Departure : public ByteSource {
 public:
  Departure(ByteSource& file, const std::atomic<bool>& stopping) : file_(file), stopping_(stopping) {}

  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t capacity) override {
    if (stopping_) return absl::CancelledError("the server is stopping");
    return file_.Read(buffer, capacity);
  }

 private:
  ByteSource& file_;
  const std::atomic<bool>& stopping_;
};

// Names carry a piece of the content's hash: an object of the same name is the same video.
std::string ObjectName(const Clip& clip, const std::string& sha256) {
  return absl::StrCat(clip.object_stem, "-", sha256.substr(0, 16), ".mp4");
}

}  // namespace

bool Delivering::IsDue(const HeldJob& held) {
  return held.job().state == JobState::kProcessing &&
         std::any_of(held.job().clips.begin(), held.job().clips.end(),
                     [now = held.Now()](const Clip& clip) { return IsDueClip(clip, now); });
}

void Delivering::Run(HeldJob& held) {
  for (std::size_t i = 0; i < held.job().clips.size() && !held.abandoned(); ++i) {
    if (IsDueClip(held.job().clips[i], held.Now())) DeliverClip(held, static_cast<int>(i));
  }
}

void Delivering::DeliverClip(HeldJob& held, int index) {
  absl::Status fetched;
  const auto stored = BringHome(held.clip(index), held.job().provider, fetched);
  if (stored.ok()) {
    auto url = UrlOf(*stored);
    if (!url.ok()) return TryAgainLater(held, index, url.status());
    held.SetDeliveredUrl(*std::move(url));
    return held.Record(index, {.event = ClipEvent::kStored, .stored = *stored});
  }
  const absl::Duration done_for = held.Now() - held.clip(index).done_at.value_or(held.Now());
  const bool proven_unusable = absl::IsDataLoss(fetched) || absl::IsInvalidArgument(fetched);
  const bool gone = done_for >= kGoogleKeepsFor && (absl::IsNotFound(fetched) || proven_unusable);
  const bool silent = done_for >= kSilenceLimit && !fetched.ok() && !absl::IsCancelled(fetched);
  if (gone || silent) {
    held.Say(Severity::kError, Component::kWorker, "the result is lost: the provider's copy is gone or unusable",
             {{"error", fetched.ToString()}});
    return held.Record(index, {.event = ClipEvent::kResultLost,
                               .reason = FailureReason::kDeliveryFailed,
                               .detail = std::string(fetched.message())});
  }
  TryAgainLater(held, index, stored.status());
}

// `fetched` is how the download and its check ended, told apart from the upload.
absl::StatusOr<StoredVideo> Delivering::BringHome(const Clip& clip, const std::string& provider,
                                                  absl::Status& fetched) {
  auto file = ports_.scratch.Create();
  if (!file.ok()) return file.status();
  Mp4Check check;
  Arrival arrival(**file, check, stopping_);
  fetched = ports_.generators.Of(provider).Fetch(clip.operation_name, clip.result, arrival);
  if (!arrival.own_trouble().ok()) return std::exchange(fetched, absl::OkStatus());
  if (!fetched.ok()) return fetched;
  const auto facts = check.Finish();
  fetched = facts.status();
  if (!facts.ok()) return facts.status();

  StoredVideo video{ObjectName(clip, facts->sha256), facts->bytes, facts->sha256, facts->duration};
  auto reader = (*file)->OpenForReading();
  if (!reader.ok()) return reader.status();
  Departure departure(**reader, stopping_);
  if (absl::Status put = ports_.storage.Put(video.object_name, departure, video.bytes); !put.ok()) return put;
  return video;
}

absl::StatusOr<std::string> Delivering::UrlOf(const StoredVideo& video) {
  auto url = ports_.storage.PublicUrl(video.object_name);
  if (!url.ok() || !url->empty()) return url;
  if (settings_.public_url.empty()) {
    return absl::FailedPreconditionError(
        "the storage is private and there is no HTTP door to play from; set VIDEOJOBS_PUBLIC_URL or "
        "VIDEOJOBS_HTTP_LISTEN, or make the bucket public");
  }
  return absl::StrCat(settings_.public_url, "/videos/", video.object_name);
}

void Delivering::TryAgainLater(HeldJob& held, int index, const absl::Status& why) {
  if (absl::IsCancelled(why)) return;
  const Clip& clip = held.clip(index);
  const absl::Duration wait = NextDeliveryIn(clip.troubles + 1, ports_.ids.NewFraction());
  held.Count(Counted::kDeferred);
  held.Say(Severity::kWarning, Component::kWorker, "delivery in trouble; tried again until the provider's copy expires",
           {{"operation", clip.operation_name},
            {"again_in", absl::FormatDuration(absl::Trunc(wait, absl::Seconds(1)))},
            {"error", why.ToString()}});
  held.Note({.clip = index, .troubled = true, .detail = std::string(why.message()), .next_poll_in = wait});
}

}  // namespace videojobs
