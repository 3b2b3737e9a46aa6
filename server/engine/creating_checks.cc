#include "server/engine/creating_checks.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "adapters/sha256/sha256.h"
#include "server/engine/text_check.h"
#include "server/engine/uuid.h"

namespace videojobs {
namespace {

constexpr int kMostVideos = 1000;
constexpr int kMostResponse = 20'000;
constexpr int kMostScenePrompt = 4'000;
constexpr int kMostName = 200;
constexpr int kMostNegativePrompt = 1'000;
constexpr int kMostModel = 100;
constexpr int kMostWord = 20;
constexpr std::size_t kMostRequestId = 128;
constexpr std::size_t kMostAccepted = 100;

// White space beyond ASCII (https://www.unicode.org/Public/UCD/latest/ucd/PropList.txt, White_Space), and the byte
// order mark, which shows as little.
constexpr absl::string_view kWhiteSpaces[] = {"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
                                              "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
                                              "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"};

bool ConsumeWhiteSpace(absl::string_view& text) {
  return std::any_of(std::begin(kWhiteSpaces), std::end(kWhiteSpaces),
                     [&text](absl::string_view space) { return absl::ConsumePrefix(&text, space); });
}

bool IsBlank(absl::string_view text) {
  do {
    text = absl::StripLeadingAsciiWhitespace(text);
  } while (ConsumeWhiteSpace(text));
  return text.empty();
}

// Gathers what is wrong with one video.
class VideoChecker {
 public:
  VideoChecker(std::size_t index, std::vector<Violation>& violations)
      : path_(absl::StrCat("videos[", index, "].")), violations_(violations) {}

  void Text(const std::string& field, const std::string& text, int least, int most) {
    if (std::string problem = TextProblem(text, least, most); !problem.empty()) Add(field, std::move(problem));
  }
  // What a video is made of: white space alone would be paid for and say nothing. `least` decides on an empty text.
  void Words(const std::string& field, const std::string& text, int least, int most) {
    std::string problem = TextProblem(text, least, most);
    if (problem.empty() && !text.empty() && IsBlank(text)) {
      problem = absl::StrCat("is only white space; it must say something, in up to ", most, " characters");
    }
    if (!problem.empty()) Add(field, std::move(problem));
  }
  void Add(const std::string& field, std::string problem) {
    violations_.push_back({path_ + field, std::move(problem)});
  }

 private:
  std::string path_;
  std::vector<Violation>& violations_;
};

void CheckScenes(const AskedVideo& video, VideoChecker& check) {
  if (video.options.max_scenes < 0) check.Add("options.max_scenes", "is negative; it must be 1");
  if (video.options.max_scenes > 1) {
    check.Add("options.max_scenes",
              absl::StrCat("is ", video.options.max_scenes,
                           "; only 1 is possible so far, because several scenes cannot be joined into one video yet"));
  }
  if (video.scenes.size() > 1) {
    check.Add("scenes", absl::StrCat("has ", video.scenes.size(),
                                     " scenes; only 1 is possible so far, because several scenes cannot be joined into "
                                     "one video yet"));
  }
  for (std::size_t i = 0; i < video.scenes.size(); ++i) {
    check.Words(absl::StrCat("scenes[", i, "].prompt"), video.scenes[i].prompt, 1, kMostScenePrompt);
  }
}

bool IsPrintable(const std::string& id) {
  return std::all_of(id.begin(), id.end(), [](char c) { return c >= 0x21 && c <= 0x7e; });
}

// Only names that are in doubt indeed are recorded; here it is seen to that a name can be one.
std::vector<Violation> WrongAccepted(const std::vector<std::string>& accepted) {
  const std::string field = "accept_possible_second_charge";
  if (accepted.size() > kMostAccepted) {
    return {{field, absl::StrCat("has ", accepted.size(), " entries; send up to ", kMostAccepted)}};
  }
  std::vector<Violation> violations;
  for (std::size_t i = 0; i < accepted.size(); ++i) {
    if (!accepted[i].empty() && accepted[i].size() <= kMostRequestId && IsPrintable(accepted[i])) continue;
    violations.push_back({absl::StrCat(field, "[", i, "]"),
                          "is no start's id: these have 1 to 128 printable ASCII characters without spaces"});
  }
  return violations;
}

void CheckVideo(const AskedVideo& video, VideoChecker check) {
  if (video.escalation_id.empty() && video.response_text.empty()) {
    check.Add("response_text", "is empty; send 1 to 20000 characters, or an escalation_id to read them from");
  } else {
    check.Words("response_text", video.response_text, 0, kMostResponse);
  }
  check.Text("escalation_id", video.escalation_id, 0, kMostName);
  check.Text("context.student_name", video.context.student_name, 0, kMostName);
  check.Text("context.category", video.context.category, 0, kMostName);
  check.Text("context.course_name", video.context.course_name, 0, kMostName);
  check.Text("options.model", video.options.model, 0, kMostModel);
  check.Text("options.aspect_ratio", video.options.aspect_ratio, 0, kMostWord);
  check.Text("options.resolution", video.options.resolution, 0, kMostWord);
  check.Text("options.person_generation", video.options.person_generation, 0, kMostWord);
  check.Text("options.negative_prompt", video.options.negative_prompt, 0, kMostNegativePrompt);
  for (Violation& wrong : WrongAccepted(video.accepted_starts)) check.Add(wrong.field, std::move(wrong.description));
  CheckScenes(video, check);
}

void CheckRequestId(const CreateRequest& request, std::vector<Violation>& violations) {
  const std::string& id = request.request_id;
  if (id.size() > kMostRequestId || !IsPrintable(id)) {
    violations.push_back({"request_id", "must have up to 128 printable ASCII characters without spaces, best a UUID"});
  }
  const bool required = std::any_of(request.videos.begin(), request.videos.end(), [](const AskedVideo& video) {
    return video.escalation_id.empty() || video.regenerate;
  });
  if (id.empty() && required) {
    violations.push_back({"request_id",
                          "is required where a video has no escalation_id or says regenerate, so that a repeated "
                          "call cannot be paid twice; send a new UUID per request"});
  }
}

// Each escalation that is named again, with where it was named before.
std::vector<Violation> RepeatedEscalations(const CreateRequest& request) {
  std::vector<Violation> violations;
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < request.videos.size(); ++i) {
    const std::string id = NormalEscalationId(request.videos[i].escalation_id);
    if (id.empty()) continue;
    const auto [first, is_new] = seen.emplace(id, i);
    if (!is_new) {
      violations.push_back({absl::StrCat("videos[", i, "].escalation_id"),
                            absl::StrCat("is the same as that of videos[", first->second, "]; name it once")});
    }
  }
  return violations;
}

void AppendText(const std::string& text, std::string& out) { absl::StrAppend(&out, text.size(), ":", text); }
void AppendNumber(std::int64_t number, std::string& out) { absl::StrAppend(&out, number, ";"); }

void AppendVideo(const AskedVideo& video, std::string& out) {
  for (const std::string* text :
       {&video.escalation_id, &video.response_text, &video.context.student_name, &video.context.category,
        &video.context.course_name, &video.options.model, &video.options.aspect_ratio, &video.options.resolution,
        &video.options.negative_prompt}) {
    AppendText(*text, out);
  }
  AppendNumber(video.options.duration_seconds, out);
  AppendNumber(video.options.seed ? static_cast<std::int64_t>(*video.options.seed) : -1, out);
  AppendNumber(video.options.max_scenes, out);
  AppendNumber(video.regenerate ? 1 : 0, out);
  AppendNumber(static_cast<std::int64_t>(video.scenes.size()), out);
  for (const Scene& scene : video.scenes) {
    AppendText(scene.prompt, out);
    AppendNumber(scene.duration_seconds, out);
  }
  // Last, and only where there are any: requests without them keep the fingerprints that are stored.
  if (!video.options.person_generation.empty()) {
    AppendText(absl::StrCat("persons:", video.options.person_generation), out);
  }
  if (video.options.generate_audio) AppendText(*video.options.generate_audio ? "sound" : "silence", out);
  if (video.accepted_starts.empty()) return;
  AppendText(
      "\x01"
      "accepted",
      out);
  for (const std::string& start_id : video.accepted_starts) AppendText(start_id, out);
  AppendNumber(static_cast<std::int64_t>(video.accepted_starts.size()), out);
}

}  // namespace

absl::Status RefuseRequest(std::vector<Violation> violations) {
  const std::string message = absl::StrCat(violations.front().field, " ", violations.front().description);
  return Refuse(absl::StatusCode::kInvalidArgument, message, {"INVALID_REQUEST", std::move(violations), {}});
}

absl::Status CheckRequest(const CreateRequest& request) {
  const std::size_t count = request.videos.size();
  if (count == 0 || count > kMostVideos) {
    return RefuseRequest({{"videos", absl::StrCat("has ", count, " entries; send 1 to ", kMostVideos)}});
  }
  std::vector<Violation> violations;
  for (std::size_t i = 0; i < count; ++i) CheckVideo(request.videos[i], VideoChecker(i, violations));
  CheckRequestId(request, violations);
  if (!violations.empty()) return RefuseRequest(std::move(violations));

  if (auto repeated = RepeatedEscalations(request); !repeated.empty()) {
    const std::string message = absl::StrCat(repeated.front().field, " ", repeated.front().description);
    return Refuse(absl::StatusCode::kInvalidArgument, message, {"DUPLICATE_ESCALATION", std::move(repeated), {}});
  }
  return absl::OkStatus();
}

absl::Status CheckAcceptedStarts(const std::vector<std::string>& accepted) {
  auto violations = WrongAccepted(accepted);
  return violations.empty() ? absl::OkStatus() : RefuseRequest(std::move(violations));
}

absl::Status CheckEscalationResponse(const std::string& response, const std::string& field) {
  if (IsBlank(response)) {
    const std::string problem = "is empty, and so is the escalation's own response: it is not answered yet";
    return Refuse(absl::StatusCode::kFailedPrecondition, absl::StrCat(field, " ", problem),
                  {"NO_RESPONSE", {{field, problem}}, {}});
  }
  if (std::string problem = TextProblem(response, 1, kMostResponse); !problem.empty()) {
    return RefuseRequest({{field, absl::StrCat("as read from the escalation ", problem)}});
  }
  return absl::OkStatus();
}

std::string Fingerprint(const CreateRequest& request) {
  std::string said;
  for (const AskedVideo& video : request.videos) AppendVideo(video, said);
  return Sha256Hex(said);
}

void MergeContext(const Context& from_row, Context& context) {
  if (context.student_name.empty()) context.student_name = from_row.student_name;
  if (context.category.empty()) context.category = from_row.category;
  if (context.course_name.empty()) context.course_name = from_row.course_name;
}

}  // namespace videojobs
