#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "cli/call_error.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_text.h"

namespace videojobs::cli {
namespace {

// To the millisecond: much happens within one second.
std::string MomentText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E3S", TimeOf(time), absl::UTCTimeZone());
}

// ", NAME: TEXT", or nothing.
std::string With(absl::string_view name, const std::string& text) {
  return text.empty() ? "" : absl::StrCat(", ", name, " ", Printable(text));
}

std::string EventText(const v1::JobEvent& event) {
  std::string text = absl::StrCat("  ", MomentText(event.time()), "  ",
                                  event.has_clip() ? absl::StrCat("clip ", event.clip()) : std::string("job"), "  ",
                                  Printable(event.event()));
  if (event.from_state() != event.to_state()) {
    absl::StrAppend(&text, "  ", Printable(event.from_state()), event.from_state().empty() ? "" : " ", "-> ",
                    Printable(event.to_state()));
  }
  if (event.failure_reason() != v1::FAILURE_REASON_UNSPECIFIED) {
    absl::StrAppend(&text, "  ", absl::StripPrefix(v1::FailureReason_Name(event.failure_reason()), "FAILURE_REASON_"));
  }
  return absl::StrCat(text, With("start", event.start_id()), With("detail", event.detail()), "\n");
}

std::string StartText(const v1::Start& start) {
  const std::string outcome(absl::StripPrefix(v1::StartOutcome_Name(start.outcome()), "START_OUTCOME_"));
  std::string text =
      absl::StrCat("  ", MomentText(start.intend_time()), "  clip ", start.clip(), ", attempt ", start.attempt(), ": ",
                   absl::AsciiStrToLower(outcome), ", price ", DollarsText(start.price_micros()));
  absl::StrAppend(&text, start.has_settled_micros() ? absl::StrCat(", settled at ", DollarsText(start.settled_micros()))
                                                    : std::string(", not settled"));
  if (start.http_status() != 0) absl::StrAppend(&text, ", HTTP ", start.http_status());
  if (start.has_outcome_time()) absl::StrAppend(&text, ", answered ", MomentText(start.outcome_time()));
  return absl::StrCat(text, "\n    start ", Printable(start.start_id()), With("provider", start.provider()),
                      With("location", start.location()), With("model", start.model()),
                      With("operation", start.operation_name()), With("detail", start.detail()), "\n");
}

std::string ClipText(const v1::Clip& clip) {
  std::string text = absl::StrCat("  clip ", clip.index(), ": ", Words(v1::ClipState_Name(clip.state()), "CLIP_STATE_"),
                                  ", ", clip.attempts(), clip.attempts() == 1 ? " start, " : " starts, ", clip.polls(),
                                  clip.polls() == 1 ? " poll" : " polls");
  return absl::StrCat(text, With("operation", clip.operation_name()), With("detail", clip.detail()), "\n");
}

// A text of several lines keeps them, and nothing else that steers a terminal.
std::string PrintableLines(absl::string_view text) {
  std::string lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) absl::StrAppend(&lines, Printable(line), "\n");
  return lines;
}

std::string ExplanationText(const v1::ExplainJobResponse& explained) {
  std::string text = JobText(explained.job());
  absl::StrAppend(&text, "\nresponse    SHA-256 ", Printable(explained.response_sha256()), "\n");
  if (const v1::VideoFile& file = explained.job().video_file(); !file.sha256().empty()) {
    absl::StrAppend(&text, "video       SHA-256 ", Printable(file.sha256()), ", ", file.bytes(), " bytes\n");
  }
  absl::StrAppend(&text, "provider    ", Printable(explained.job().provider()), "\n\nclips\n");
  for (const v1::Clip& clip : explained.job().clips()) text += ClipText(clip);
  if (explained.job().clips().empty()) text += "  none yet\n";
  text += "\nwhat happened (UTC)\n";
  for (const v1::JobEvent& event : explained.events()) text += EventText(event);
  absl::StrAppend(&text, "\npaid starts\n");
  for (const v1::Start& start : explained.starts()) text += StartText(start);
  if (explained.starts().empty()) text += "  none\n";
  if (!explained.candidates().empty())
    text += "\nthe generator's operations that no job has: one may be the lost start\n";
  for (const v1::CandidateOperation& candidate : explained.candidates()) {
    absl::StrAppend(&text, "  ", Printable(candidate.operation_name()), candidate.done() ? "  done" : "  running",
                    "\n");
  }
  if (!explained.candidates_problem().empty()) {
    absl::StrAppend(
        &text, "\nthe generator's operations could not be listed: ", Printable(explained.candidates_problem()), "\n");
  }
  if (!explained.response_text().empty()) {
    absl::StrAppend(&text, "\nresponse text\n", PrintableLines(explained.response_text()));
  }
  for (int i = 0; i < explained.prompts_size(); ++i) {
    absl::StrAppend(&text, "\nprompt of clip ", i, "\n", PrintableLines(explained.prompts(i)));
  }
  return text;
}

}  // namespace

int Explain(const ExplainOptions& options, Client& client, Console& console) {
  v1::ExplainJobRequest request;
  request.set_job_id(options.job_id);
  request.set_include_texts(options.texts);
  v1::ExplainJobResponse response;
  if (const grpc::Status status = client.ExplainJob(request, response); !status.ok()) {
    console.err << Describe(status, client.server());
    return ExitCodeFor(status);
  }
  console.out << (options.json ? JsonText(response) : ExplanationText(response)) << std::flush;
  return kOk;
}

}  // namespace videojobs::cli
