#ifndef VIDEOJOBS_TESTS_CLI_COMMAND_LINE_FIXTURE_H_
#define VIDEOJOBS_TESTS_CLI_COMMAND_LINE_FIXTURE_H_

#include <map>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "cli/command_line.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_video_jobs.h"
#include "tests/support/sequence_ids.h"
#include "tests/support/settable_clock.h"

namespace videojobs::cli {

inline constexpr const char* kJobId = "01920000-0000-7000-8000-000000000001";
inline constexpr const char* kUrl = "http://127.0.0.1:8080/videos/abc.mp4";

// A job in that state, as the server would show it.
inline v1::Job JobIn(v1::JobState state) {
  v1::Job job;
  job.set_job_id(kJobId);
  job.set_state(state);
  job.set_explanation("As it is.");
  job.mutable_create_time()->set_seconds(1'700'000'000);
  job.mutable_usual_duration()->set_seconds(150);
  if (state == v1::JOB_STATE_PROCESSING) job.set_progress_percent(40);
  if (state == v1::JOB_STATE_COMPLETED) {
    job.set_progress_percent(100);
    job.set_video_url(kUrl);
  }
  if (state == v1::JOB_STATE_FAILED) {
    job.set_failure_reason(v1::FAILURE_REASON_FILTERED);
    job.set_explanation("The safety filter held the video back.");
    job.set_advice("Word the response differently.");
  }
  return job;
}

// Runs the command line against a server that answers what a test tells it to.
class CommandLineTest : public ::testing::Test {
 protected:
  CommandLineTest() { env_["VIDEOJOBS_SERVER"] = server_.address(); }

  int Run(std::vector<std::string> arguments) {
    std::istringstream in(input_);
    out_.str("");
    err_.str("");
    // As a full disk takes it: nothing of what is written gets there.
    std::ostream full(nullptr);
    Console console{in, disk_is_full_ ? full : out_, err_, false, on_terminal_, env_, clock_, ids_, interrupt_};
    console.refresh = absl::Milliseconds(1);
    console.patience = patience_;
    console.reader_left = [this] { return reader_left_; };
    return RunCommandLine(std::move(arguments), console);
  }

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

  FakeVideoJobs server_;
  std::map<std::string, std::string> env_;
  std::string input_;
  bool on_terminal_ = false;
  bool disk_is_full_ = false;
  bool reader_left_ = false;
  absl::Duration patience_ = absl::ZeroDuration();
  SettableClock clock_;
  SequenceIds ids_;
  Interrupt interrupt_;

 private:
  std::ostringstream out_;
  std::ostringstream err_;
};

}  // namespace videojobs::cli

#endif  // VIDEOJOBS_TESTS_CLI_COMMAND_LINE_FIXTURE_H_
