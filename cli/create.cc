#include <fstream>
#include <optional>

#include "absl/strings/str_cat.h"
#include "cli/call_error.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/follow.h"
#include "cli/job_text.h"
#include "cli/utf8.h"

namespace videojobs::cli {
namespace {

// More than any text that the server takes.
constexpr std::size_t kMostTextBytes = 1 << 20;

std::optional<std::string> ReadAll(std::istream& in, absl::string_view name, Console& console) {
  std::string text(kMostTextBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad() || text.size() > kMostTextBytes) {
    console.err << "videojobs: " << name << (in.bad() ? " cannot be read" : " is over 1 MiB; an answer is a text")
                << "\n";
    return std::nullopt;
  }
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::optional<std::string> ReadFile(const std::string& path, Console& console) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    console.err << "videojobs: --file " << path << " cannot be opened; name a file with the answer's text, or -\n";
    return std::nullopt;
  }
  return ReadAll(file, path, console);
}

// The answer's text, from wherever it is to come; empty where the server reads it from the escalation.
std::optional<std::string> TextFor(const CreateOptions& options, Console& console) {
  if (options.text && options.text->empty()) {
    console.err << "videojobs: --text is empty; give the answer's text, or leave --text out to read it from standard "
                   "input\n";
    return std::nullopt;
  }
  if (options.text) return options.text;
  if (!options.file.empty() && options.file != "-") return ReadFile(options.file, console);
  if (options.file.empty() && !options.escalation_id.empty()) return "";
  if (options.file.empty() && console.in_is_terminal) console.err << "The answer's text, then Ctrl-D:\n";
  return ReadAll(console.in, "standard input", console);
}

void FillOptions(const CreateOptions& options, v1::VideoOptions& wanted) {
  wanted.set_model(options.model);
  wanted.set_duration_seconds(options.seconds);
  wanted.set_aspect_ratio(options.aspect_ratio);
  wanted.set_resolution(options.resolution);
  wanted.set_negative_prompt(options.negative_prompt);
  if (options.seed) wanted.set_seed(*options.seed);
  wanted.set_person_generation(options.person_generation);
  if (options.silent) wanted.set_generate_audio(false);
  wanted.set_max_scenes(options.max_scenes);
}

v1::CreateJobsRequest RequestFor(const CreateOptions& options, const std::string& text, Console& console) {
  v1::CreateJobsRequest request;
  request.set_request_id(options.request_id.empty() ? console.ids.NewId() : options.request_id);
  v1::Video& video = *request.add_videos();
  video.set_escalation_id(options.escalation_id);
  video.set_response_text(text);
  video.mutable_context()->set_student_name(options.student_name);
  video.mutable_context()->set_category(options.category);
  video.mutable_context()->set_course_name(options.course_name);
  FillOptions(options, *video.mutable_options());
  for (const std::string& scene : options.scenes) video.add_scenes()->set_prompt(scene);
  video.set_regenerate(options.regenerate);
  for (const std::string& start_id : options.accepted_starts) video.add_accept_possible_second_charge(start_id);
  return request;
}

// After some errors nobody knows whether the job was created.
bool MayHaveBeenCreated(const grpc::Status& error) {
  const grpc::StatusCode code = error.error_code();
  return code == grpc::StatusCode::UNAVAILABLE || code == grpc::StatusCode::CANCELLED ||
         code == grpc::StatusCode::DEADLINE_EXCEEDED || code == grpc::StatusCode::UNKNOWN ||
         code == grpc::StatusCode::INTERNAL;
}

int Fail(const grpc::Status& error, const std::string& request_id, Client& client, Console& console) {
  console.err << Describe(error, client.server());
  if (MayHaveBeenCreated(error)) {
    console.err << "  To be sure that it is created once, repeat the command with --request-id " << request_id << "\n";
  }
  return ExitCodeFor(error);
}

int FollowAndPrint(const std::string& job_id, const CreateOptions& options, Client& client, Console& console) {
  const Followed followed = Follow(job_id, options.timeout, client, console);
  if (followed.exit_code == kOk || followed.exit_code == kJobFailed) {
    console.out << (options.json ? JsonText(followed.job) : JobText(followed.job)) << std::flush;
  }
  return followed.exit_code;
}

}  // namespace

int Create(const CreateOptions& options, Client& client, Console& console) {
  const auto text = TextFor(options, console);
  if (!text) return kUsage;
  if (!IsUtf8(*text)) {
    console.err << "videojobs: the answer's text is not valid UTF-8\n";
    return kUsage;
  }
  const v1::CreateJobsRequest request = RequestFor(options, *text, console);
  console.err << "request id " << Printable(request.request_id()) << "\n";
  v1::CreateJobsResponse response;
  const grpc::Status status = client.CreateJobs(request, response);
  if (!status.ok()) return Fail(status, request.request_id(), client, console);
  if (response.jobs().empty())
    return Fail({grpc::StatusCode::INTERNAL, "the server answered without a job"}, "", client, console);
  const v1::Job& job = response.jobs(0);
  if (options.wait) {
    console.err << "job " << Printable(job.job_id()) << "\n";
    return FollowAndPrint(job.job_id(), options, client, console);
  }
  console.out << (options.json ? JsonText(job) : Printable(job.job_id()) + "\n") << std::flush;
  return kOk;
}

}  // namespace videojobs::cli
