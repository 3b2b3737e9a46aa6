#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/assembly/generators.h"
#include "server/assembly/looking.h"
#include "server/assembly/storyboards.h"
#include "server/doctor/examinations.h"
#include "server/provider_choice.h"

namespace videojobs {
namespace {

// Nobody is asked there: what the settings themselves have wrong is found out without.
constexpr char kNowhere[] = "http://127.0.0.1:9";
constexpr char kMendCredentials[] =
    "set a valid GOOGLE_GENAI_API_KEY; for Vertex AI see to it that the API is enabled in the project and that the "
    "account has the role Vertex AI User";
constexpr char kMendNetwork[] =
    "see to this machine's network, its name servers and https_proxy, and to VEO_BASE_URL where it is set";

std::string NameOf(const VideoGenerator& door, const std::string& model) {
  return absl::StrCat(door.provider(), door.location().empty() ? "" : " in ", door.location(), ", ", model);
}

// A key alone opens Vertex AI's express mode.
bool HasExpressKey(const Settings& settings) {
  return settings.provider == "vertex" && !settings.cloud.is_named && !settings.google_api_key.empty();
}

// `asked`: what the chosen door's CheckModel said.
void ExamineModel(const Generators& doors, const std::string& model, const absl::Status& asked, Examination& found) {
  const VideoGenerator& door = doors.chosen();
  const std::string what = NameOf(door, model);
  if (asked.ok()) return found.Well("google", absl::StrCat(what, ": credentials and model are accepted"));
  const std::string words = absl::StrCat(what, ": ", std::string(asked.message()));
  if (absl::IsNotFound(asked)) {
    const std::string others = doors.AlternativesTo(door.provider(), model);
    return found.Ill("model", words, others.empty() ? "set VEO_MODEL to a model that is there for you" : others);
  }
  if (absl::IsPermissionDenied(asked)) return found.Ill("credentials", words, kMendCredentials);
  if (absl::IsFailedPrecondition(asked)) return found.Ill("billing", words, "put Google's billing in order");
  found.Ill("google", words, kMendNetwork);
}

// Nothing is started there any more: a model that is gone is no trouble for what runs. `vertex_key`: the key is one of
// Vertex AI's, which lets it in; another in its place would close the door that works.
void ExamineOtherDoor(VideoGenerator& door, bool vertex_key, Examination& found) {
  const std::string model = door.ModelId(DefaultModel(door.provider()));
  const absl::Status asked = door.CheckModel(model);
  if (asked.ok() || absl::IsNotFound(asked)) {
    return found.Well("other doors", absl::StrCat("jobs of ", door.provider(), " can be brought home as well"));
  }
  if (vertex_key && absl::IsPermissionDenied(asked)) {
    return found.Well("other doors", absl::StrCat(door.provider(),
                                                  ": the key is Vertex AI's alone; jobs of that door, "
                                                  "if there are any, need a key of the Gemini API"));
  }
  const bool refused = absl::IsPermissionDenied(asked) || absl::IsFailedPrecondition(asked);
  found.Warning("other doors", absl::StrCat(NameOf(door, model), ": ", std::string(asked.message())),
                absl::StrCat("jobs of that door wait until it is mended: ", refused ? kMendCredentials : kMendNetwork));
}

void ExamineOutputFolder(const Settings& settings, VideoGenerator& door, Examination& found) {
  if (!door.KeepsEvidence()) return;
  const absl::Status looked = door.FindStart("videojobs-doctor").status();
  if (looked.ok() || absl::IsNotFound(looked)) return found.Well("output", settings.cloud.output + " can be read");
  found.Ill("output", absl::StrCat(settings.cloud.output, ": ", std::string(looked.message())),
            "see to it that the bucket of VIDEOJOBS_VERTEX_OUTPUT is there, and that the account has the roles Storage "
            "Object Viewer and Storage Object Creator on it");
}

// Google refuses signed claims of a clock that is minutes off, and logs of two clocks cannot be compared.
void ExamineClock(const std::string& address, http::Client& client, Clock& clock, Examination& found) {
  http::Request get;
  get.url = address;
  get.limits = {absl::Seconds(5), absl::Seconds(10), absl::Seconds(10), absl::Seconds(15)};
  const auto answer = client.Send(get);
  const std::string* date = answer.ok() ? answer->FindHeader("Date") : nullptr;
  absl::Time theirs;
  std::string error;
  if (date == nullptr || !absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", *date, &theirs, &error)) {
    return found.Warning("clock", absl::StrCat("could not be compared: no time came from ", address),
                         "see to it yourself that the machine keeps time, e.g. by timedatectl");
  }
  const absl::Duration off = absl::AbsDuration(clock.Now() - theirs);
  if (off <= kClockTolerance) return found.Well("clock", absl::StrCat("agrees with that of ", address));
  found.Ill("clock", absl::StrCat("is ", absl::FormatDuration(absl::Trunc(off, absl::Seconds(1))), " off"),
            "let the machine keep time, e.g. with systemd-timesyncd or chrony");
}

void ExamineDoors(const Settings& settings, const OpenGenerators& doors, http::Client& client, Clock& clock,
                  Examination& found) {
  const std::string model = doors.chosen->ModelId(settings.model);
  const absl::Status asked = doors.chosen->CheckModel(model);
  ExamineModel(doors.All(), model, asked, found);
  ExamineOutputFolder(settings, *doors.chosen, found);
  if (!doors.warning.empty()) found.Warning("google", doors.warning, "new jobs wait until it is mended");
  for (const std::string& why : doors.closed) {
    found.Warning("other doors", why, "jobs of that door wait until it is mended; new ones are not touched by it");
  }
  const bool vertex_key = HasExpressKey(settings) && !absl::IsPermissionDenied(asked);
  for (const auto& other : doors.others) ExamineOtherDoor(*other, vertex_key, found);
  ExamineClock(AddressOfProvider(settings, doors.chosen->location()), client, clock, found);
}

void ExamineStoryboards(const Settings& settings, http::Client& client, Examination& found) {
  const auto opened = OpenTheStoryboarder(settings, settings.mock ? kNowhere : "", client);
  if (!opened.ok()) return found.Ill("storyboards", opened.status(), "or set VIDEOJOBS_STORYBOARDS=plain");
  if (!settings.gemini_storyboards) return found.Well("storyboards", "by rule, at no cost");
  const absl::Status asked = settings.mock ? absl::OkStatus() : CheckStoryboardModel(settings, client);
  if (asked.ok()) {
    return found.Well("storyboards", absl::StrCat("by ", settings.storyboard_model, "; where it fails, by rule"));
  }
  found.Warning("storyboards", absl::StrCat(settings.storyboard_model, ": ", std::string(asked.message())),
                "until then they are written by rule; VIDEOJOBS_STORYBOARDS=plain says so for good");
}

}  // namespace

void ExamineGoogle(const Settings& settings, http::Client& client, Clock& clock, Examination& found) {
  const auto prices = PricesOf(settings);
  if (!prices.ok()) {
    return found.Ill("prices", prices.status(), "put the file of VIDEOJOBS_PRICE_FILE in order, or do not set it");
  }
  const auto doors = OpenTheGenerators(settings, settings.mock ? kNowhere : "", *prices, client, client, clock);
  if (!doors.ok()) {
    found.Ill("credentials", doors.status(), "set it so; the README says which settings each door takes");
  } else if (settings.mock) {
    found.Well("google", "MOCK_MODE: the built-in simulator stands for it, at no cost");
  } else {
    ExamineDoors(settings, *doors, client, clock, found);
  }
  ExamineStoryboards(settings, client, found);
}

}  // namespace videojobs
