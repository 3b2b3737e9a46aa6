#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "cli/call_error.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_text.h"

namespace videojobs::cli {
namespace {

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E3S", TimeOf(time), absl::UTCTimeZone());
}

std::string Dollars(std::int64_t micros) { return absl::StrFormat("$%.2f", static_cast<double>(micros) / 1e6); }

// ", NAME: TEXT", or nothing.
std::string With(absl::string_view name, const std::string& text) {
  return text.empty() ? "" : absl::StrCat(", ", name, " ", text);
}

std::string EventText(const v1::JobEvent& event) {
  std::string text =
      absl::StrCat("  ", TimeText(event.time()), "  ",
                   event.has_clip() ? absl::StrCat("clip ", event.clip()) : std::string("job"), "  ", event.event());
  if (event.from_state() != event.to_state()) {
    absl::StrAppend(&text, "  ", event.from_state(), event.from_state().empty() ? "" : " ", "-> ", event.to_state());
  }
  if (event.failure_reason() != v1::FAILURE_REASON_UNSPECIFIED) {
    absl::StrAppend(&text, "  ", absl::StripPrefix(v1::FailureReason_Name(event.failure_reason()), "FAILURE_REASON_"));
  }
  return absl::StrCat(text, With("start", event.start_id()), With("detail", event.detail()), "\n");
}

std::string StartText(const v1::Start& start) {
  const std::string outcome(absl::StripPrefix(v1::StartOutcome_Name(start.outcome()), "START_OUTCOME_"));
  std::string text =
      absl::StrCat("  ", TimeText(start.intend_time()), "  clip ", start.clip(), ", attempt ", start.attempt(), ": ",
                   absl::AsciiStrToLower(outcome), ", price ", Dollars(start.price_micros()));
  absl::StrAppend(&text, start.has_settled_micros() ? absl::StrCat(", settled at ", Dollars(start.settled_micros()))
                                                    : std::string(", not settled"));
  if (start.http_status() != 0) absl::StrAppend(&text, ", HTTP ", start.http_status());
  if (start.has_outcome_time()) absl::StrAppend(&text, ", answered ", TimeText(start.outcome_time()));
  return absl::StrCat(text, "\n    start ", start.start_id(), With("model", start.model()),
                      With("operation", start.operation_name()), With("detail", start.detail()), "\n");
}

std::string ExplanationText(const v1::ExplainJobResponse& explained) {
  std::string text = JobText(explained.job());
  absl::StrAppend(&text, "\nresponse    SHA-256 ", explained.response_sha256(), "\n\nwhat happened (UTC)\n");
  for (const v1::JobEvent& event : explained.events()) text += EventText(event);
  absl::StrAppend(&text, "\npaid starts\n");
  for (const v1::Start& start : explained.starts()) text += StartText(start);
  if (explained.starts().empty()) text += "  none\n";
  if (!explained.candidates().empty())
    text += "\nthe generator's operations that no job has: one may be the lost start\n";
  for (const v1::CandidateOperation& candidate : explained.candidates()) {
    absl::StrAppend(&text, "  ", candidate.operation_name(), candidate.done() ? "  done" : "  running", "\n");
  }
  if (!explained.candidates_problem().empty()) {
    absl::StrAppend(&text, "\nthe generator's operations could not be listed: ", explained.candidates_problem(), "\n");
  }
  if (!explained.response_text().empty()) {
    absl::StrAppend(&text, "\nresponse text\n", explained.response_text(), "\n");
  }
  for (int i = 0; i < explained.prompts_size(); ++i) {
    absl::StrAppend(&text, "\nprompt of clip ", i, "\n", explained.prompts(i), "\n");
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
