#include "cli/follow.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/call_error.h"
#include "cli/job_text.h"

namespace videojobs::cli {
namespace {

constexpr absl::Duration kQuietForAtMost = absl::Seconds(30);
constexpr absl::string_view kClearLine = "\r\x1b[K";

// Where progress is shown.
class Display {
 public:
  explicit Display(Console& console) : console_(console) {}
  ~Display() { Clear(); }
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  void Show(const v1::Job& job) {
    const std::string text = ProgressText(job, console_.clock.Now() - TimeOf(job.create_time()));
    if (console_.err_is_terminal) {
      console_.err << kClearLine << text << std::flush;
      line_is_open_ = true;
    } else if (IsWorthALine(job)) {
      console_.err << text << std::endl;
    }
  }

  void Say(absl::string_view text) {
    Clear();
    console_.err << text << std::endl;
  }

 private:
  bool IsWorthALine(const v1::Job& job) {
    const absl::Duration now = console_.clock.Elapsed();
    if (job.state() == last_state_ && now - last_line_ < kQuietForAtMost) return false;
    last_state_ = job.state();
    last_line_ = now;
    return true;
  }

  void Clear() {
    if (line_is_open_) console_.err << kClearLine << std::flush;
    line_is_open_ = false;
  }

  Console& console_;
  bool line_is_open_ = false;
  v1::JobState last_state_ = v1::JOB_STATE_UNSPECIFIED;
  absl::Duration last_line_;
};

class Follower {
 public:
  Follower(const std::string& job_id, absl::Duration timeout, Client& client, Console& console)
      : job_id_(job_id),
        until_(console.clock.Elapsed() + timeout),
        client_(client),
        console_(console),
        display_(console) {}

  Followed Run() {
    while (!Look()) {
      const absl::Duration left = until_ - console_.clock.Elapsed();
      if (left <= absl::ZeroDuration()) return End(kTimedOut, "the time is over");
      console_.interrupt.WaitFor([] { return false; }, std::min(console_.refresh, left));
      if (console_.interrupt.triggered()) return End(kInterrupted, "interrupted");
    }
    return std::move(followed_);
  }

 private:
  // Whether there is nothing more to wait for.
  bool Look() {
    v1::GetStatusRequest request;
    request.set_job_id(job_id_);
    v1::GetStatusResponse response;
    const grpc::Status status = client_.GetStatus(request, response);
    if (!status.ok()) return IsHopeless(status);
    out_of_reach_since_ = absl::InfiniteDuration();
    followed_.job = std::move(*response.mutable_job());
    display_.Show(followed_.job);
    followed_.exit_code = followed_.job.state() == v1::JOB_STATE_FAILED ? kJobFailed : kOk;
    return IsFinished(followed_.job);
  }

  bool IsHopeless(const grpc::Status& status) {
    const bool passing = status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
    const absl::Duration now = console_.clock.Elapsed();
    if (passing && out_of_reach_since_ == absl::InfiniteDuration()) {
      out_of_reach_since_ = now;
      display_.Say(absl::StrCat("the server at ", client_.server(), " is out of reach; trying again"));
    }
    if (passing && now - out_of_reach_since_ < console_.patience) return false;
    if (status.error_code() == grpc::StatusCode::CANCELLED) {
      followed_ = End(kInterrupted, "interrupted");
      return true;
    }
    display_.Say(Describe(status, client_.server()));
    followed_.exit_code = ExitCodeFor(status);
    return true;
  }

  Followed End(ExitCode exit_code, absl::string_view why) {
    display_.Say(absl::StrCat("videojobs: ", why, "; the job goes on, see: videojobs status ", job_id_, " --wait"));
    followed_.exit_code = exit_code;
    return std::move(followed_);
  }

  const std::string job_id_;
  const absl::Duration until_;
  Client& client_;
  Console& console_;
  Display display_;
  Followed followed_;
  absl::Duration out_of_reach_since_ = absl::InfiniteDuration();
};

}  // namespace

Followed Follow(const std::string& job_id, absl::Duration timeout, Client& client, Console& console) {
  return Follower(job_id, timeout, client, console).Run();
}

}  // namespace videojobs::cli
