#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "server/assembly/stores.h"
#include "server/doctor/examinations.h"

namespace videojobs {
namespace {

constexpr absl::Duration kOverdue = absl::Minutes(3);
constexpr int kNewestJobs = 200;

// A limit of ours lets no start try the lane.
std::string MendForLane(LaneReason reason) {
  if (reason == LaneReason::kSpendingCap) {
    return "raise VIDEO_DAILY_SPEND_LIMIT_USD or VIDEO_TOTAL_SPEND_LIMIT_USD, whichever it names, or wait: the daily "
           "one starts anew at 00:00 UTC";
  }
  return "mend what it says; a single start then tries the lane by itself";
}

void ExamineLanes(const OpenStore& store, Examination& found) {
  const auto lanes = store.lanes->Closed();
  if (!lanes.ok()) return found.Ill("lanes", lanes.status(), "see to the database, then ask again");
  for (const ClosedLane& lane : *lanes) {
    found.Warning("lanes",
                  absl::StrCat("starts of ", lane.key.provider, " ", lane.key.model,
                               " wait: ", std::string(Name(lane.reason)), ", ", lane.detail),
                  MendForLane(lane.reason));
  }
}

// Stuck in `pending` or `processing`: nobody works, whatever the jobs wait for.
void ExamineSweeps(const OpenStore& store, Examination& found) {
  const auto overdue = store.reader->CountOverdue(kOverdue);
  if (!overdue.ok()) return found.Ill("jobs", overdue.status(), "see to the database, then ask again");
  if (*overdue == 0) return found.Well("jobs", "none is overdue");
  found.Warning("jobs", absl::StrCat(*overdue, " are overdue: nobody sweeps"),
                "run a server with VIDEOJOBS_POLL_INTERVAL above 0, or have PollAll called every 15 to 30 seconds");
}

bool WaitsForItsDelivery(const Job& job) {
  return job.state == JobState::kProcessing && std::any_of(job.clips.begin(), job.clips.end(), [](const Clip& clip) {
           return clip.state == ClipState::kReady;
         });
}

void ExamineNewest(const JobPage& page, Examination& found) {
  std::map<std::string, int> failed;
  std::string newest_failed;
  int to_deliver = 0;
  for (const Job& job : page.jobs) {
    if (WaitsForItsDelivery(job)) ++to_deliver;
    if (job.state != JobState::kFailed) continue;
    ++failed[std::string(Name(job.reason))];
    if (newest_failed.empty()) newest_failed = job.id;
  }
  if (to_deliver > 0) {
    found.Warning("jobs", absl::StrCat(to_deliver, " have a video that is not in the storage yet"),
                  "mend what the line about the storage says, if it does; videojobs explain JOB tells what was tried");
  }
  if (failed.empty()) return found.Well("jobs", "none of the newest failed");
  found.Warning("jobs",
                absl::StrCat("of the newest ", page.jobs.size(),
                             " failed: ", absl::StrJoin(failed, ", ", absl::PairFormatter(" "))),
                absl::StrCat("videojobs status JOB says of each what can be done; the newest is ", newest_failed));
}

// Leases end by the database's clock alone, but logs and costs of one day are read by both.
void ExamineClock(absl::Time theirs, Clock& clock, Examination& found) {
  const absl::Duration off = absl::AbsDuration(clock.Now() - theirs);
  if (off <= kClockTolerance) return;
  found.Warning("clock",
                absl::StrCat("is ", absl::FormatDuration(absl::Trunc(off, absl::Seconds(1))),
                             " off from that of the database, whose time counts for leases and spending limits"),
                "let both machines keep time, e.g. with systemd-timesyncd or chrony");
}

void ExamineJobs(const OpenStore& store, Clock& clock, Examination& found) {
  ExamineLanes(store, found);
  ExamineSweeps(store, found);
  const auto page = store.reader->List({}, std::nullopt, kNewestJobs);
  if (!page.ok()) return found.Ill("jobs", page.status(), "see to the database, then ask again");
  ExamineNewest(*page, found);
  ExamineClock(page->now, clock, found);
}

void ExamineEscalations(const Settings& settings, const OpenStore& store, Examination& found) {
  if (settings.database_url.empty() || settings.adopt == AdoptPolicy::kOff) return;
  const auto there = store.intake->HasEscalations();
  if (!there.ok()) return found.Ill("escalations", there.status(), "see to the database, then ask again");
  found.Well("escalations", *there ? "the web app's rows become jobs by themselves"
                                   : "no such table in this database: jobs come by the API alone");
}

std::string MendFor(const absl::Status& status, bool embedded) {
  if (absl::IsPermissionDenied(status)) return "give the server's user that right, then ask again";
  if (absl::IsUnavailable(status) && !embedded) {
    return "see to it that the database of DATABASE_URL runs, can be reached from here, and takes this user and "
           "password";
  }
  if (absl::IsInvalidArgument(status)) return "set DATABASE_URL so, or do not set it for SQLite in the data folder";
  if (embedded) return "do what it says, or name another folder by VIDEOJOBS_DATA_DIR";
  return "do what it says; videojobs migrate makes the tables of an empty database";
}

}  // namespace

void ExamineDatabase(const Settings& settings, Clock& clock, Examination& found) {
  const bool embedded = settings.database_url.empty();
  const std::string what = embedded ? absl::StrCat("SQLite in ", settings.data_dir) : "Postgres";
  const std::string file = SqliteFile(settings);
  std::error_code none;
  if (embedded && !std::filesystem::exists(file, none)) {
    return found.Well("database", absl::StrCat(what, ": not there yet; the server makes it when it starts"));
  }
  if (embedded && access(file.c_str(), R_OK | W_OK) != 0) {
    return found.Ill("database", absl::StrCat(file, " cannot be read and written"),
                     "let the server's user own it, or name another folder by VIDEOJOBS_DATA_DIR");
  }
  const auto store = OpenTheStoreToLook(settings, clock);
  if (embedded && absl::IsOutOfRange(store.status())) {
    return found.Warning(
        "database", std::string(store.status().message()),
        "a server that starts brings it up to date by itself; nothing is known of its jobs until then");
  }
  const absl::Status checked = store.ok() ? store->reader->Check() : store.status();
  if (!checked.ok()) return found.Ill("database", checked, MendFor(checked, embedded));
  found.Well("database", absl::StrCat(what, ": answers, rights, migrations and legal edges are as they must be"));
  ExamineJobs(*store, clock, found);
  ExamineEscalations(settings, *store, found);
}

}  // namespace videojobs
