#include "server/doctor/doctor.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "adapters/http/client.h"
#include "adapters/system/system_clock.h"
#include "server/assembly/generators.h"
#include "server/assembly/storages.h"
#include "server/assembly/stores.h"
#include "server/assembly/storyboards.h"
#include "server/settings.h"

namespace videojobs {
namespace {

// One tiny object under one name: looked at again and again, it stays one.
constexpr char kProbeName[] = "videojobs-doctor.mp4";
constexpr char kProbeText[] = "videojobs doctor was here\n";
constexpr absl::Duration kClockTolerance = absl::Minutes(1);
constexpr std::uint64_t kLeastFreeMiB = 2048;  // several videos on their way, and a database
constexpr absl::Duration kOverdue = absl::Minutes(3);
constexpr int kNewestJobs = 200;
constexpr char kGoogle[] = "https://generativelanguage.googleapis.com";

class TextSource : public ByteSource {
 public:
  explicit TextSource(absl::string_view text) : rest_(text) {}
  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t capacity) override {
    const std::size_t size = rest_.copy(buffer, std::min(capacity, rest_.size()));
    rest_.remove_prefix(size);
    return size;
  }

 private:
  absl::string_view rest_;
};

class Doctor {
 public:
  explicit Doctor(const Settings& settings) : settings_(settings) {}

  std::vector<Finding> Examine() {
    ExamineGoogle();
    ExamineStoryboards();
    ExamineDatabase();
    ExamineStorage();
    ExamineClock();
    ExamineDisk();
    ExamineSwitches();
    return found_.findings();
  }

 private:
  void ExamineGoogle();
  void ExamineModel(VideoGenerator& door, const std::string& model);
  void ExamineOutputFolder(VideoGenerator& door);
  void ExamineStoryboards();
  void ExamineDatabase();
  void ExamineJobs(const OpenStore& store);
  void ExamineStorage();
  void ExamineClock();
  void ExamineDisk();
  void ExamineSwitches();

  const Settings& settings_;
  SystemClock clock_;
  http::Client client_;
  Examination found_;
};

void Doctor::ExamineGoogle() {
  if (settings_.mock) return found_.Well("google", "MOCK_MODE: the built-in simulator stands for it, at no cost");
  const auto prices = PricesOf(settings_);
  if (!prices.ok()) return found_.Ill("prices", prices.status());
  const auto doors = OpenTheGenerators(settings_, "", *prices, client_, client_, clock_);
  if (!doors.ok()) return found_.Ill("credentials", doors.status());
  ExamineModel(*doors->chosen, doors->chosen->ModelId(settings_.model));
  ExamineOutputFolder(*doors->chosen);
  for (const std::string& why : doors->closed) {
    found_.Warning("other doors", why, "jobs of that door wait until it is mended; new ones are not touched by it");
  }
  for (const auto& other : doors->others) {
    found_.Well("other doors", absl::StrCat("jobs of ", other->provider(), " can be brought home as well"));
  }
}

void Doctor::ExamineModel(VideoGenerator& door, const std::string& model) {
  const std::string what =
      absl::StrCat(door.provider(), door.location().empty() ? "" : " in ", door.location(), ", ", model);
  const absl::Status asked = door.CheckModel(model);
  if (asked.ok()) return found_.Well("google", absl::StrCat(what, ": credentials and model are accepted"));
  const std::string words = absl::StrCat(what, ": ", std::string(asked.message()));
  if (absl::IsNotFound(asked)) return found_.Ill("model", words, door.AlternativesTo(model));
  if (absl::IsPermissionDenied(asked)) {
    return found_.Ill(
        "credentials", words,
        "set a valid GOOGLE_GENAI_API_KEY; for Vertex AI see to it that the API is enabled in the project "
        "and that the account has the role Vertex AI User");
  }
  if (absl::IsFailedPrecondition(asked)) return found_.Ill("billing", words, "put Google's billing in order");
  found_.Warning("google", words, "nothing is known of credentials and model; see to the network, or try again");
}

void Doctor::ExamineOutputFolder(VideoGenerator& door) {
  if (!door.KeepsEvidence()) return;
  const absl::Status looked = door.FindStart("videojobs-doctor").status();
  if (looked.ok() || absl::IsNotFound(looked)) return found_.Well("output", settings_.cloud.output + " can be read");
  found_.Ill("output", looked, "the account needs the roles Storage Object Viewer and Creator on the bucket");
}

void Doctor::ExamineStoryboards() {
  const auto opened = OpenTheStoryboarder(settings_, settings_.mock ? kGoogle : "", client_);
  if (!opened.ok()) return found_.Ill("storyboards", opened.status());
  found_.Well("storyboards", settings_.gemini_storyboards
                                 ? absl::StrCat("by ", settings_.storyboard_model, "; where it fails, by rule")
                                 : "by rule, at no cost");
}

void Doctor::ExamineDatabase() {
  const bool embedded = settings_.database_url.empty();
  const std::string what = embedded ? absl::StrCat("SQLite in ", settings_.data_dir) : "Postgres";
  std::error_code none;
  if (embedded && !std::filesystem::exists(SqliteFile(settings_), none)) {
    return found_.Well("database", absl::StrCat(what, ": not there yet; the server makes it when it starts"));
  }
  const auto store = OpenTheStore(settings_, clock_);
  if (absl::IsFailedPrecondition(store.status()) && embedded) {
    return found_.Well("database", absl::StrCat(std::string(store.status().message()),
                                                "; a running server keeps it in order: videojobs list"));
  }
  if (!store.ok()) {
    return found_.Ill("database", store.status(),
                      "see to DATABASE_URL and to the database behind it; videojobs migrate makes its tables");
  }
  if (absl::Status checked = store->reader->Check(); !checked.ok()) return found_.Ill("database", checked);
  found_.Well("database", absl::StrCat(what, ": answers, rights, migrations and legal edges are as they must be"));
  ExamineJobs(*store);
}

// What keeps jobs from going on, as far as the database knows.
void Doctor::ExamineJobs(const OpenStore& store) {
  const auto lanes = store.lanes->Closed();
  if (!lanes.ok()) return found_.Ill("lanes", lanes.status());
  for (const ClosedLane& lane : *lanes) {
    found_.Warning("lanes",
                   absl::StrCat("starts of ", lane.key.provider, " ", lane.key.model,
                                " wait: ", std::string(Name(lane.reason)), ", ", lane.detail),
                   "mend what it says; a single start then tries the lane by itself");
  }
  const auto page = store.reader->List({}, std::nullopt, kNewestJobs);
  if (!page.ok()) return found_.Ill("jobs", page.status());
  int overdue = 0;
  std::map<std::string, int> failed;
  for (const Job& job : page->jobs) {
    if (job.due_at && page->now - *job.due_at > kOverdue) ++overdue;
    if (job.state == JobState::kFailed) ++failed[std::string(Name(job.reason))];
  }
  if (overdue > 0) {
    found_.Warning("jobs", absl::StrCat(overdue, " are overdue: nobody sweeps"),
                   "run a server with VIDEOJOBS_POLL_INTERVAL above 0, or have PollAll called every 15 to 30 seconds");
  }
  if (!failed.empty()) {
    found_.Warning("jobs",
                   absl::StrCat("of the newest ", page->jobs.size(),
                                " failed: ", absl::StrJoin(failed, ", ", absl::PairFormatter(" "))),
                   "videojobs status JOB says of each what can be done");
  }
  if (overdue == 0 && failed.empty()) found_.Well("jobs", "none is overdue, none of the newest failed");
}

void Doctor::ExamineStorage() {
  const auto storage = OpenTheStorage(settings_, client_);
  if (!storage.ok()) return found_.Ill("storage", storage.status());
  const std::string what = settings_.storage == StorageKind::kFilesystem
                               ? settings_.storage_directory
                               : absl::StrCat("Supabase, bucket ", settings_.supabase_bucket);
  TextSource text(kProbeText);
  const std::int64_t bytes = sizeof(kProbeText) - 1;
  if (absl::Status put = (*storage)->Put(kProbeName, text, bytes); !put.ok()) return found_.Ill("storage", put);
  const auto size = (*storage)->Size(kProbeName);
  if (!size.ok()) return found_.Ill("storage", size.status());
  const auto url = (*storage)->PublicUrl(kProbeName);
  if (!url.ok()) return found_.Ill("storage", url.status());
  found_.Well("storage", absl::StrCat(what, ": an object can be written and read back (", kProbeName, ")"));
  if (url->empty() && settings_.public_url.empty() && settings_.http_listen.empty()) {
    found_.Ill("storage", "is not public, and there is no HTTP door to play videos from",
               "set VIDEOJOBS_HTTP_LISTEN or VIDEOJOBS_PUBLIC_URL, or make the bucket public");
  }
}

// Google refuses signed claims of a clock that is minutes off, and logs of two clocks cannot be compared.
void Doctor::ExamineClock() {
  http::Request get;
  get.url = settings_.veo_base_url.empty() ? kGoogle : settings_.veo_base_url;
  get.limits = {absl::Seconds(5), absl::Seconds(10), absl::Seconds(10), absl::Seconds(15)};
  const auto answer = settings_.mock ? absl::StatusOr<http::Response>(absl::UnavailableError("")) : client_.Send(get);
  const std::string* date = answer.ok() ? answer->FindHeader("Date") : nullptr;
  absl::Time theirs;
  std::string error;
  if (date == nullptr || !absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", *date, &theirs, &error)) {
    return found_.Well("clock", "nothing to compare it with");
  }
  const absl::Duration off = absl::AbsDuration(clock_.Now() - theirs);
  if (off <= kClockTolerance) return found_.Well("clock", "agrees with that of the other side");
  found_.Ill("clock", absl::StrCat("is ", absl::FormatDuration(absl::Trunc(off, absl::Seconds(1))), " off"),
             "let the machine keep time, e.g. with systemd-timesyncd or chrony");
}

void Doctor::ExamineDisk() {
  std::error_code problem;
  std::filesystem::create_directories(settings_.data_dir, problem);
  if (problem || access(settings_.data_dir.c_str(), W_OK) != 0) {
    return found_.Ill("disk", absl::StrCat(settings_.data_dir, " cannot be written"),
                      "set VIDEOJOBS_DATA_DIR to a folder that the server may write");
  }
  struct statvfs facts = {};
  if (statvfs(settings_.data_dir.c_str(), &facts) != 0) {
    return found_.Warning("disk", absl::StrCat(settings_.data_dir, " says nothing about its free space"), "");
  }
  const std::uint64_t mib = std::uint64_t{facts.f_bavail} * facts.f_frsize / (1024 * 1024);
  const std::string words = absl::StrCat(settings_.data_dir, ": ", mib, " MiB are free");
  if (mib >= kLeastFreeMiB) return found_.Well("disk", words);
  found_.Warning("disk", words, absl::StrCat("videos pass through it on their way; keep ", kLeastFreeMiB, " MiB free"));
}

// What the settings themselves keep from happening.
void Doctor::ExamineSwitches() {
  if (!settings_.generation_enabled) {
    found_.Warning("switches", "VIDEO_GENERATION_ENABLED=false: no start is made", "set it to true to make videos");
  }
  if (settings_.poll_interval == absl::ZeroDuration()) {
    found_.Warning("switches", "VIDEOJOBS_POLL_INTERVAL=0: the server does nothing by itself",
                   "see to it that something calls PollAll every 15 to 30 seconds");
  }
  if (!settings_.database_url.empty() && settings_.adopt == AdoptPolicy::kOff) {
    found_.Warning("switches", "rows of escalations do not become jobs by themselves (VIDEOJOBS_ADOPT, MOCK_MODE)",
                   "set VIDEOJOBS_ADOPT=new if they shall");
  }
}

}  // namespace

std::vector<Finding> Examine(const std::map<std::string, std::string>& env) {
  const auto settings = ReadSettings(env);
  if (settings.ok()) return Doctor(*settings).Examine();
  Examination found;
  for (const absl::string_view line : absl::StrSplit(settings.status().message(), '\n')) {
    found.Ill("settings", std::string(line), "");
  }
  return found.findings();
}

}  // namespace videojobs
