// The body of AtFaultPoint() in videojobs-server-armed: what the environment says goes wrong does.
//
//   ARMED_FAULT=die|KIND|NAME|MOMENT|NTH             SIGKILL itself when the point is passed the NTH time
//   ARMED_FAULT=die_within|KIND|NAME|before|MS       SIGKILL itself inside the first such call that takes MS
//   milliseconds ARMED_FAULT=lose_answer|commit|NAME|after|NTH    the NTH commit is made, and its caller told that
//   nobody knows ARMED_FAULT=forget|commit|NAME|before            no such commit is made, and every caller told that it
//   was ARMED_POINTS=FILE                                appends "KIND|NAME|MOMENT" of every point that is passed
//   ARMED_DEEDS=FILE                                 appends "ACTION|KIND|NAME|MOMENT|PID|MS SINCE 1970" of whatever it
//                                                    makes go wrong, just before it does

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "adapters/fault_point.h"

namespace videojobs {
namespace {

struct Armed {
  std::string action;
  std::string kind;
  std::string name;
  std::string moment;
  int number = 1;
};

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Armed ReadArmed() {
  std::vector<std::string> words = absl::StrSplit(Variable("ARMED_FAULT"), '|');
  words.resize(5);
  Armed armed{words[0], words[1], words[2], words[3], 1};
  if (!words[4].empty()) armed.number = std::atoi(words[4].c_str());
  return armed;
}

// A file that a variable names, which lines are appended to. One write per line: those of several threads do not mix.
class Lines {
 public:
  explicit Lines(const char* variable) : path_(Variable(variable)) {
    if (!path_.empty()) file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  }

  void Append(const std::string& line) {
    if (!path_.empty() && write(file_, line.data(), line.size()) < 0) abort();
  }

 private:
  std::string path_;
  int file_ = -1;
};

void Tell(const Armed& armed) {
  static Lines deeds("ARMED_DEEDS");
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  deeds.Append(absl::StrCat(armed.action, "|", armed.kind, "|", armed.name, "|", armed.moment, "|", getpid(), "|",
                            milliseconds, "\n"));
}

void Die(const Armed& armed) {
  Tell(armed);
  kill(getpid(), SIGKILL);
}

// The armed calls that are under way, each known to the thread that makes it. A call cannot end while Die is decided.
class CallsUnderWay {
 public:
  long Begin() {
    const std::lock_guard lock(mutex_);
    mine_ = ++last_;
    open_.insert(mine_);
    return mine_;
  }

  void End() {
    const std::lock_guard lock(mutex_);
    open_.erase(mine_);
  }

  void DieIfInside(long call, const Armed& armed) {
    const std::lock_guard lock(mutex_);
    if (open_.count(call) == 1) Die(armed);
  }

 private:
  std::mutex mutex_;
  std::set<long> open_;
  long last_ = 0;
  static inline thread_local long mine_ = 0;
};

void DieWithin(const Armed& armed, FaultMoment moment) {
  static CallsUnderWay* calls = new CallsUnderWay();
  if (moment == FaultMoment::kAfter) return calls->End();
  std::thread([call = calls->Begin(), &armed] {
    std::this_thread::sleep_for(std::chrono::milliseconds(armed.number));
    calls->DieIfInside(call, armed);
  }).detach();
}

}  // namespace

Fault AtFaultPoint(absl::string_view kind, absl::string_view name, FaultMoment moment) {
  static const Armed& armed = *new Armed(ReadArmed());
  static Lines points("ARMED_POINTS");
  static std::atomic<int> passed = 0;
  const absl::string_view when = moment == FaultMoment::kBefore ? "before" : "after";
  points.Append(absl::StrCat(kind, "|", name, "|", when, "\n"));
  if (armed.kind != kind || armed.name != name) return Fault::kNone;
  if (armed.action == "die_within") DieWithin(armed, moment);
  if (armed.action == "die_within" || armed.moment != when) return Fault::kNone;
  const bool due = ++passed == armed.number;
  if (armed.action == "die" && due) Die(armed);
  if (armed.action == "forget" || (armed.action == "lose_answer" && due)) Tell(armed);
  if (armed.action == "forget") return Fault::kForget;
  return armed.action == "lose_answer" && due ? Fault::kLoseAnswer : Fault::kNone;
}

}  // namespace videojobs
