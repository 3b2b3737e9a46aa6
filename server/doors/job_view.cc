#include "server/doors/job_view.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/doors/shorten.h"

namespace videojobs {
namespace {

// Keeps 1000 jobs within the 4 MiB that a gRPC client takes by default.
constexpr std::size_t kLongestDetail = 300;

// What is due for so long has been forgotten: a schedule of 15 s, or a cron of a minute, would have come by.
constexpr absl::Duration kOverdue = absl::Minutes(3);

std::string Length(absl::Duration duration) { return absl::FormatDuration(absl::Trunc(duration, absl::Seconds(1))); }

// " It said: …", or nothing.
std::string Quote(absl::string_view who, const std::string& detail) {
  return detail.empty() ? "" : absl::StrCat(" ", who, ": ", Shorten(detail, kLongestDetail));
}

struct Words {
  absl::string_view explanation;
  absl::string_view advice;
  bool says_free = false;  // that nothing is charged
};

// In the order of LaneReason.
constexpr Words kLaneWords[] = {
    {"", ""},
    {"the provider's quota is used up", ""},
    {"the provider is overloaded or out of reach", ""},
    {"the provider refuses the credentials",
     "Set a valid GOOGLE_GENAI_API_KEY, or mend the Google Cloud credentials, on the server; the job goes on by "
     "itself."},
    {"the provider's billing is off or its credit is used up",
     "Put the provider's billing in order; the job goes on by itself."},
    {"the provider does not have the model, or no longer",
     "Set VIDEO_PROVIDER and VEO_MODEL so for the jobs to come. This one is not charged; it goes on if the model comes "
     "back, and ends by itself after VIDEOJOBS_START_DEADLINE."},
    {"a spending limit is reached",
     "Raise VIDEO_DAILY_SPEND_LIMIT_USD or VIDEO_TOTAL_SPEND_LIMIT_USD; the daily one starts anew at 00:00 UTC."},
    {"video generation is switched off", "Set VIDEO_GENERATION_ENABLED=true on the server."},
};

constexpr absl::string_view kNobodySweeps =
    "It is overdue: nobody sweeps. Set VIDEOJOBS_POLL_INTERVAL, or have PollAll called every 15 to 30 seconds.";

constexpr absl::string_view kMakeAnother = "Retry it; that is a new charge.";

// In the order of FailureReason.
constexpr Words kFailureWords[] = {
    {"Failed.", ""},
    {"The generator's safety filter held the video back; it is not charged.",
     "Retry it, or word the response differently and create another with regenerate.", true},
    {"The generator ended with an error; it is not charged.", "Retry it.", true},
    {"The generator does not know the operation any more; the video may have been charged.", kMakeAnother},
    {"The answer to the paid start was lost: a video may have been made and charged, so it is not started again.",
     "Look at the provider's usage first: to start again may be charged a second time. Then retry it with "
     "accept_possible_second_charge, naming its start_id."},
    {"The generator refused the request; it is not charged.",
     "Correct what it refused, then retry it, or create another with regenerate.", true},
    {"The video was made and charged, but its copy at the generator was lost before it could be stored.", kMakeAnother},
    {"It could not be started in time; it is not charged.",
     "See to it that starts are possible (quota, key, spending limits), then retry it.", true},
    {"It was cancelled.", "Retry it to have the video all the same; what was paid for is kept."},
    {"Its escalation was deleted.", ""},
};

// START_UNKNOWN at first; the answer that came late says that nothing was created.
constexpr Words kRefusedAfterAll = {
    "The answer to the start was lost at first; it has turned out that nothing was created, and nothing is charged.",
    "Retry it: that is no second charge.", true};

constexpr absl::string_view kChargedBesides = " Another start of it was charged.";

constexpr Words kHeldBesides = {
    " The answer to an earlier paid start was lost: that one may have been charged all the same.",
    "Look at the provider's usage first: to start again may be charged a second time. Then retry it with "
    "accept_possible_second_charge, naming the start_id of the lost answer."};

const Words& WordsFor(LaneReason reason) { return kLaneWords[static_cast<std::size_t>(reason)]; }
const Words& WordsFor(FailureReason reason) { return kFailureWords[static_cast<std::size_t>(reason)]; }

bool Has(const Job& job, ClipState state) {
  return std::any_of(job.clips.begin(), job.clips.end(), [state](const Clip& clip) { return clip.state == state; });
}

// No clip of it ever had an operation that anybody knows of.
bool HasOnlyUnpaid(const Job& job) {
  return std::all_of(job.clips.begin(), job.clips.end(), [](const Clip& clip) {
    return clip.state == ClipState::kPlanned || clip.state == ClipState::kRefused;
  });
}

const Clip* MostTroubled(const Job& job) {
  const Clip* found = nullptr;
  for (const Clip& clip : job.clips) {
    if (clip.troubles > 0 && (found == nullptr || clip.troubles > found->troubles)) found = &clip;
  }
  return found;
}

bool IsOverdue(const Job& job, const Surroundings& around) { return job.due_at && around.now - *job.due_at > kOverdue; }

bool WaitsForStart(const Job& job) { return job.state == JobState::kPending && !Has(job, ClipState::kStarting); }

std::optional<ClosedLane> LaneInTheWay(const Job& job, const Surroundings& around) {
  if (!WaitsForStart(job)) return std::nullopt;
  const LaneKey key{job.provider, job.options.model};
  if (!around.generation_enabled) return ClosedLane{key, LaneReason::kSwitchedOff, "", absl::InfiniteFuture(), {}};
  for (const ClosedLane& lane : around.closed_lanes) {
    if (lane.key.provider == key.provider && lane.key.model == key.model) return lane;
  }
  return std::nullopt;
}

// When the lane is tried again. One whose time is over shows only while it waits for its free check (Lanes::Closed).
std::string WhenTried(const ClosedLane& lane) {
  if (lane.closed_until == absl::InfiniteFuture()) return "";
  if (lane.remaining <= absl::ZeroDuration() && TakesFreeCheck(lane.reason)) {
    return " Key and model are asked for, free of charge; then one start tries it again, and the others wait for its "
           "outcome.";
  }
  return absl::StrCat(" Tried again at ", absl::FormatTime("%Y-%m-%d %H:%M:%S", lane.closed_until, absl::UTCTimeZone()),
                      " UTC.");
}

// A limit on spending is our own word.
absl::string_view WhoSays(LaneReason reason) {
  return reason == LaneReason::kSpendingCap ? "In detail" : "The provider said";
}

void DescribePending(const Job& job, const DoorFacts& door, const Surroundings& around, JobView& view) {
  if (job.stop_requested != FailureReason::kNone) {
    view.explanation = "It is being stopped; the outcome of a start under way is settled first.";
  } else if (Has(job, ClipState::kStarting)) {
    view.explanation = "Its paid start is under way.";
  } else if (door.missing) {
    view.explanation =
        absl::StrCat("Its paid start waits: this server has no credentials for its provider, ", job.provider, ".");
    view.advice = "Give a server the credentials that it had when the job was made, or cancel the job.";
  } else if (view.waiting_for_lane) {
    const ClosedLane& lane = *view.waiting_for_lane;
    view.explanation = absl::StrCat("Its paid start waits: ", WordsFor(lane.reason).explanation, ".", WhenTried(lane),
                                    Quote(WhoSays(lane.reason), lane.detail));
    view.advice = std::string(WordsFor(lane.reason).advice);
    if (lane.reason == LaneReason::kModelUnavailable && !door.alternatives.empty()) {
      view.advice = absl::StrCat(door.alternatives, " ", view.advice);
    }
  } else {
    view.explanation = "It waits for its turn to be started.";
    if (IsOverdue(job, around)) view.advice = std::string(kNobodySweeps);
  }
}

// Without a count of what failed: trouble of the storage's never adds up.
void DescribeDelivery(const Clip* troubled, JobView& view) {
  view.explanation = "The video is made and is being brought home.";
  if (troubled == nullptr || troubled->state != ClipState::kReady) return;
  view.explanation = absl::StrCat(
      "The video is made, but bringing it home failed; it is tried again as long as the generator's copy exists.",
      Quote("Last", troubled->detail));
  view.advice = "Look at what the storage said; the generator keeps its copy for two days.";
}

// What a stored clip says is why it has no URL, counted or not: whatever was said before left with its move.
void DescribeFinishing(const Job& job, JobView& view) {
  view.explanation = "Its scenes have ended; the video is being finished.";
  const auto troubled = std::find_if(job.clips.begin(), job.clips.end(), [](const Clip& clip) {
    return clip.state == ClipState::kStored && !clip.detail.empty();
  });
  if (troubled == job.clips.end()) return;
  absl::StrAppend(&view.explanation, " It is stored, and lacks only a URL to be shown by, which is tried again.",
                  Quote("Last", troubled->detail));
  view.advice =
      "Mend what the storage said, or set VIDEOJOBS_PUBLIC_URL, or make the bucket public; the job goes on by itself, "
      "and nothing is charged again.";
}

void DescribeProcessing(const Job& job, const Surroundings& around, JobView& view) {
  const Clip* troubled = MostTroubled(job);
  if (Has(job, ClipState::kReady)) return DescribeDelivery(troubled, view);
  if (!Has(job, ClipState::kRunning)) return DescribeFinishing(job, view);
  absl::Time since = job.created_at;
  for (const Clip& clip : job.clips) {
    if (clip.state == ClipState::kRunning) since = clip.accepted_at.value_or(since);
  }
  if (IsOverdue(job, around)) view.advice = std::string(kNobodySweeps);
  view.explanation =
      absl::StrCat("The generator has worked on it for ", Length(std::max(absl::ZeroDuration(), around.now - since)),
                   "; usually it takes ", Length(view.usual_duration), ".");
  if (troubled != nullptr) {
    absl::StrAppend(&view.explanation, " Asking it failed ", troubled->troubles,
                    troubled->troubles == 1 ? " time" : " times", ", and is tried again.",
                    Quote("Last", troubled->detail));
  }
}

void DescribeCompleted(const Job& job, JobView& view) {
  view.explanation = "The video is in the storage.";
  if (!job.video_is_placeholder) return;
  view.explanation =
      absl::StrCat("The video was lost before it could be stored; the configured placeholder stands for it.",
                   Quote("Last", job.detail));
  view.advice = "Create another with regenerate; that is a new charge.";
}

// What the ledger says now, which may be more than was known when the job failed.
const Words& WordsOfFailure(const Job& job) {
  const bool in_doubt = job.cost.held_micros > 0 || Has(job, ClipState::kUnknown) || Has(job, ClipState::kStarting);
  if (job.reason == FailureReason::kStartUnknown && !in_doubt && HasOnlyUnpaid(job)) return kRefusedAfterAll;
  return WordsFor(job.reason);
}

void DescribeFailed(const Job& job, JobView& view) {
  const Words& words = WordsOfFailure(job);
  view.explanation = absl::StrCat(words.explanation, Quote("In detail", job.detail));
  view.advice = std::string(words.advice);
  if (words.says_free && job.cost.charged_micros > 0) absl::StrAppend(&view.explanation, kChargedBesides);
  // An earlier start's answer is still missing, though something else ended the job.
  if (job.reason == FailureReason::kStartUnknown || job.cost.held_micros == 0) return;
  absl::StrAppend(&view.explanation, kHeldBesides.explanation);
  view.advice = std::string(kHeldBesides.advice);
}

// How much of one clip's way is behind it, 0 to 1. The generator tells no progress: the usual time stands for it, and
// what takes longer creeps towards the end without reaching it.
double Share(const Clip& clip, absl::Duration usual, absl::Time started, absl::Time now) {
  if (clip.state == ClipState::kReady) return 0.97;
  if (clip.state == ClipState::kRunning) {
    const absl::Duration passed = std::max(absl::ZeroDuration(), now - clip.accepted_at.value_or(started));
    const double x = usual > absl::ZeroDuration() ? absl::FDivDuration(passed, usual) : 0;
    return x <= 1 ? 0.9 * x : 0.96 - 0.06 / x;
  }
  return clip.state == ClipState::kStored || clip.state == ClipState::kFailed || clip.state == ClipState::kRefused;
}

int Progress(const Job& job, absl::Duration usual, absl::Time now) {
  if (job.state == JobState::kCompleted) return 100;
  if (job.state != JobState::kProcessing || job.clips.empty()) return 0;
  double sum = 0;
  for (const Clip& clip : job.clips) sum += Share(clip, usual, job.created_at, now);
  return std::min(99, static_cast<int>(100 * sum / static_cast<double>(job.clips.size())));
}

}  // namespace

JobView ViewOf(const Job& job, const DoorFacts& door, const Surroundings& around) {
  JobView view;
  view.usual_duration = door.usual;
  view.progress_percent = Progress(job, door.usual, around.now);
  view.waiting_for_lane = LaneInTheWay(job, around);
  if (view.waiting_for_lane) view.waiting_for_lane->detail = Shorten(view.waiting_for_lane->detail, kLongestDetail);
  switch (job.state) {
    case JobState::kPending:
      DescribePending(job, door, around, view);
      break;
    case JobState::kProcessing:
      DescribeProcessing(job, around, view);
      break;
    case JobState::kCompleted:
      DescribeCompleted(job, view);
      break;
    case JobState::kFailed:
      DescribeFailed(job, view);
      break;
    case JobState::kNone:
      break;
  }
  return view;
}

absl::StatusOr<std::vector<JobView>> ViewsOf(absl::Span<const Job> jobs, const DoorPorts& ports) {
  Surroundings around{{}, ports.generation_enabled, ports.clock.Now()};
  if (ports.generation_enabled && std::any_of(jobs.begin(), jobs.end(), WaitsForStart)) {
    auto closed = ports.lanes.Closed();
    if (!closed.ok()) return closed.status();
    around.closed_lanes = *std::move(closed);
  }
  std::vector<JobView> views;
  views.reserve(jobs.size());
  for (const Job& job : jobs) {
    const VideoGenerator& door = ports.generators.Of(job.provider);
    views.push_back(ViewOf(job,
                           {.usual = door.UsualTime(job.options),
                            .alternatives = ports.generators.AlternativesTo(job.provider, job.options.model),
                            .missing = !ports.generators.Has(job.provider)},
                           around));
  }
  return views;
}

}  // namespace videojobs
