// The body of AtFaultPoint() in videojobs-server-armed: what the environment says goes wrong does.
//
//   ARMED_FAULT=die|KIND|NAME|MOMENT|NTH             SIGKILL itself when the point is passed the NTH time
//   ARMED_FAULT=die_within|KIND|NAME|before|MS       SIGKILL itself MS milliseconds after the first such call began
//   ARMED_FAULT=lose_answer|commit|NAME|after|NTH    the NTH commit is made, and its caller told that nobody knows
//   ARMED_FAULT=forget|commit|NAME|before            no such commit is made, and every caller told that it was
//   ARMED_POINTS=FILE                                appends "KIND|NAME|MOMENT" of every point that is passed

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
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

void Die() { kill(getpid(), SIGKILL); }

void DieWithin(int milliseconds) {
  std::thread([milliseconds] {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    Die();
  }).detach();
}

// One write per line: lines of several threads do not mix.
void Record(absl::string_view kind, absl::string_view name, absl::string_view moment) {
  static const std::string path = Variable("ARMED_POINTS");
  if (path.empty()) return;
  static const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const std::string line = absl::StrCat(kind, "|", name, "|", moment, "\n");
  if (write(file, line.data(), line.size()) < 0) Die();
}

}  // namespace

Fault AtFaultPoint(absl::string_view kind, absl::string_view name, FaultMoment moment) {
  static const Armed armed = ReadArmed();
  static std::atomic<int> passed = 0;
  const absl::string_view when = moment == FaultMoment::kBefore ? "before" : "after";
  Record(kind, name, when);
  if (armed.kind != kind || armed.name != name || armed.moment != when) return Fault::kNone;
  if (armed.action == "forget") return Fault::kForget;
  if (++passed != armed.number && armed.action != "die_within") return Fault::kNone;
  if (armed.action == "die") Die();
  if (armed.action == "die_within" && passed == 1) DieWithin(armed.number);
  return armed.action == "lose_answer" ? Fault::kLoseAnswer : Fault::kNone;
}

}  // namespace videojobs
