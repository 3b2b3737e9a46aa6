#include "server/engine/delivering.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/mp4_check.h"
#include "server/engine/poll_pace.h"
#include "server/engine/text_check.h"

namespace videojobs {
namespace {

constexpr absl::Duration kNoRoomWait = absl::Seconds(5);

bool IsDueClip(const HeldJob& held, const Clip& clip) {
  const bool waits = clip.state == ClipState::kReady || held.ClipLackingUrl() == clip.index;
  return waits && (!clip.next_poll_at || *clip.next_poll_at <= held.Now());
}

// What is downloaded goes to the scratch file and through the check, unless the server is about to stop. Of what the
// check refuses the rest is only counted: whether all of it came decides what that proves.
class Arrival : public ByteSink {
 public:
  Arrival(ScratchFile& file, Mp4Check& check, const std::atomic<bool>& stopping)
      : file_(file), check_(check), stopping_(stopping) {}

  absl::Status Write(absl::string_view bytes) override {
    if (stopping_) return absl::CancelledError("the server is stopping");
    bytes_ += static_cast<std::int64_t>(bytes.size());
    if (!check_.Write(bytes).ok()) return absl::OkStatus();
    return own_trouble_ = file_.Write(bytes);
  }
  // Of this machine's disk: says nothing about the provider's copy.
  const absl::Status& own_trouble() const { return own_trouble_; }
  std::int64_t bytes() const { return bytes_; }

 private:
  absl::Status own_trouble_;
  std::int64_t bytes_ = 0;
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
                     [&held](const Clip& clip) { return IsDueClip(held, clip); });
}

void Delivering::Run(HeldJob& held) {
  for (std::size_t i = 0; i < held.job().clips.size() && !held.abandoned(); ++i) {
    const Clip& clip = held.job().clips[i];
    if (!IsDueClip(held, clip)) continue;
    if (clip.state == ClipState::kReady) {
      DeliverClip(held, clip.index);
    } else {
      PublishStored(held, clip.index);
    }
  }
}

void Delivering::Postpone(HeldJob& held) {
  held.Count(Counted::kDeferred);
  for (const Clip& clip : held.job().clips) {
    if (!IsDueClip(held, clip)) continue;
    held.Note({.clip = clip.index, .next_poll_in = kNoRoomWait * (1 + ports_.ids.NewFraction())});
  }
}

void Delivering::DeliverClip(HeldJob& held, int index) {
  Download download;
  const auto stored = BringHome(held.clip(index), held.job().provider, download);
  if (!stored.ok()) return TryAgainOrGiveUp(held, index, download, stored.status());
  // The video is the user's from here on: without a URL it is stored all the same, and not fetched again.
  auto url = UrlOf(*stored);
  if (url.ok()) held.SetDeliveredUrl(*std::move(url));
  held.Record(index, {.event = ClipEvent::kStored, .stored = *stored});
  if (!url.ok()) TryAgainLater(held, index, url.status(), Download{});
}

// The storage may be another one by now: what is completed is never looked at again.
void Delivering::PublishStored(HeldJob& held, int index) {
  const StoredVideo& stored = *held.clip(index).stored;
  if (absl::Status there = IsThere(stored); !there.ok()) return TryAgainLater(held, index, there, Download{});
  auto url = UrlOf(stored);
  if (!url.ok()) return TryAgainLater(held, index, url.status(), Download{});
  held.SetDeliveredUrl(*std::move(url));
  held.Conclude();
}

bool Delivering::WasLetIn(const HeldJob& held, const Download& download) const {
  return ports_.generators.Has(held.job().provider) && !absl::IsPermissionDenied(download.status);
}

// Broken off, empty, or a page in the place of a video: the way here, or a proxy on it. Only the provider's own "gone",
// or the very same unusable file twice, says what its copy is; and only to a server with the provider's credentials.
bool Delivering::IsLost(const HeldJob& held, const Clip& clip, const Download& download) const {
  if (!WasLetIn(held, download)) return false;
  const absl::Time now = held.Now();
  const absl::Time done = clip.done_at.value_or(now);
  const bool same_again = clip.troubles > 0 && clip.detail == AsLine(std::string(download.status.message()));
  const bool gone = absl::IsNotFound(download.status) || (download.unusable && same_again);
  if (gone && now - done >= kGoogleKeepsFor) return true;
  // What its start was told to write into the user's own folder does not expire.
  const bool keeps = ports_.generators.Of(held.job().provider).KeepsEvidence();
  if (keeps && now - done < kEvidenceWaitsFor) return false;
  return WasSilentTooLong(now - LastHeard(done, clip.last_answer_at, now), clip.troubles + 1);
}

void Delivering::TryAgainOrGiveUp(HeldJob& held, int index, const Download& download, const absl::Status& why) {
  const bool tried = !download.status.ok() && !absl::IsCancelled(download.status) && !stopping_;
  if (!tried || !IsLost(held, held.clip(index), download)) return TryAgainLater(held, index, why, download);
  held.Say(Severity::kError, Component::kWorker, "the result is lost: the provider's copy is gone or unusable",
           {{"error", download.status.ToString()}});
  held.Record(index, {.event = ClipEvent::kResultLost,
                      .reason = FailureReason::kDeliveryFailed,
                      .detail = std::string(download.status.message())});
}

absl::StatusOr<StoredVideo> Delivering::BringHome(const Clip& clip, const std::string& provider, Download& download) {
  auto file = ports_.scratch.Create();
  if (!file.ok()) return file.status();
  Mp4Check check;
  Arrival arrival(**file, check, stopping_);
  const absl::Status fetched = ports_.generators.Of(provider).Fetch(clip.operation_name, clip.result, arrival);
  if (!arrival.own_trouble().ok()) return arrival.own_trouble();
  download.status = fetched;
  if (!fetched.ok()) return fetched;
  const auto facts = check.Finish();
  download.status = facts.status();
  download.unusable = !facts.ok() && arrival.bytes() > 0 && check.BeganAsMp4();
  if (!facts.ok()) return facts.status();
  download.whole = true;

  StoredVideo video{ObjectName(clip, facts->sha256), facts->bytes, facts->sha256, facts->duration};
  auto reader = (*file)->OpenForReading();
  if (!reader.ok()) return reader.status();
  Departure departure(**reader, stopping_);
  if (absl::Status put = ports_.storage.Put(video.object_name, departure, video.bytes); !put.ok()) return put;
  return video;
}

absl::Status Delivering::IsThere(const StoredVideo& video) {
  const auto bytes = ports_.storage.Size(video.object_name);
  if (!bytes.ok() && !absl::IsNotFound(bytes.status())) return bytes.status();
  if (bytes.ok() && *bytes == video.bytes) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(video.object_name, " of ", video.bytes, " bytes was stored, and ",
                                                    bytes.ok() ? absl::StrCat("has ", *bytes, " bytes") : "is not",
                                                    " in the storage of today's settings; "
                                                    "name the storage again that has it, or copy it there"));
}

absl::StatusOr<std::string> Delivering::UrlOf(const StoredVideo& video) {
  auto url = ports_.storage.PublicUrl(video.object_name);
  if (!url.ok() || !url->empty()) return url;
  if (settings_.public_url.empty()) {
    return absl::FailedPreconditionError(
        "the storage is private, and no URL is known at which browsers reach the HTTP door; set VIDEOJOBS_PUBLIC_URL "
        "to it, or VIDEOJOBS_HTTP_LISTEN to one address that they reach, or make the bucket public");
  }
  return absl::StrCat(settings_.public_url, "/videos/", video.object_name);
}

// Only a download that was tried by a server with the right credentials counts, from the last good one on. Any other
// trouble is shown, but never adds up to giving up.
void Delivering::TryAgainLater(HeldJob& held, int index, const absl::Status& why, const Download& download) {
  if (absl::IsCancelled(why) || stopping_) return;
  const Clip& clip = held.clip(index);
  const bool counts = !download.status.ok() && WasLetIn(held, download);
  const absl::Duration waiting = held.Now() - clip.done_at.value_or(held.Now());
  const double fraction = ports_.ids.NewFraction();
  const absl::Duration wait =
      counts ? NextDeliveryIn(clip.troubles + 1, fraction) : NextDeliveryAfter(waiting, fraction);
  held.Count(Counted::kDeferred);
  held.Say(Severity::kWarning, Component::kWorker, "delivery in trouble; tried again until the provider's copy expires",
           {{"operation", clip.operation_name},
            {"again_in", absl::FormatDuration(absl::Trunc(wait, absl::Seconds(1)))},
            {"error", why.ToString()}});
  held.Note({.clip = index,
             .answered = download.whole,
             .troubled = counts || download.whole || clip.troubles == 0,
             .detail = std::string(why.message()),
             .next_poll_in = wait});
}

}  // namespace videojobs
