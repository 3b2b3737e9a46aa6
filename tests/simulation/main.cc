// The whole system in one thread under a seed: hours of trouble in a moment, judged at their end.
//
//   simulate [--seed N] [--seeds COUNT] [--hours H] [--outage storage|starts|silence|missing|each]
//            [--without-intents | --sends-again | --twice]
//
// A broken promise, and a crash, print the command that repeats it. With --outage something is broken for days, "each"
// in turn. With --without-intents a start is recorded only after its call, and with --sends-again some arrive twice:
// then a second payment must be found. With --twice every seed runs twice and must do exactly the same.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/simulation/crash.h"
#include "tests/simulation/simulation.h"

namespace videojobs::simulation {
namespace {

constexpr std::array<const char*, 5> kOutageNames = {"none", "storage", "starts", "silence", "missing"};
// So many seeds meet a death at every place.
constexpr int kSeedsThatMeetAll = 3;

struct Flags {
  Setup setup;
  int seeds = 1;
  bool each_outage = false;
  bool twice = false;
};

int Usage() {
  std::cerr << "simulate [--seed N] [--seeds COUNT] [--hours H] [--outage storage|starts|silence|missing|each] "
               "[--without-intents | --sends-again | --twice]\n";
  return 2;
}

bool ParseWord(const std::string& flag, Flags& flags) {
  flags.setup.without_intents |= flag == "--without-intents";
  flags.setup.sends_again |= flag == "--sends-again";
  flags.twice |= flag == "--twice";
  return flag == "--without-intents" || flag == "--sends-again" || flag == "--twice";
}

bool ParseOutage(const std::string& name, Flags& flags) {
  const auto found = absl::c_find(kOutageNames, name);
  flags.each_outage = name == "each";
  if (found != kOutageNames.end()) flags.setup.outage = static_cast<OutageKind>(found - kOutageNames.begin());
  return flags.each_outage || found != kOutageNames.end();
}

bool Parse(int argc, char** argv, Flags& flags) {
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (ParseWord(flag, flags)) continue;
    if (i + 1 == argc) return false;
    const std::string value = argv[++i];
    std::uint64_t number = 0;
    if (flag == "--outage") {
      if (!ParseOutage(value, flags)) return false;
    } else if (!absl::SimpleAtoi(value, &number)) {
      return false;
    } else if (flag == "--seed") {
      flags.setup.seed = number;
    } else if (flag == "--seeds") {
      flags.seeds = static_cast<int>(number);
    } else if (flag == "--hours") {
      flags.setup.length = absl::Hours(static_cast<int>(number));
    } else {
      return false;
    }
  }
  return true;
}

// The command that runs this one seed again.
std::string CommandOf(const std::string& program, const Setup& setup) {
  std::string command = absl::StrCat(program, " --seed ", setup.seed);
  if (setup.outage == OutageKind::kNone) {
    absl::StrAppend(&command, " --hours ", absl::ToInt64Hours(setup.length));
  } else {
    absl::StrAppend(&command, " --outage ", kOutageNames[static_cast<std::size_t>(setup.outage)]);
  }
  if (setup.without_intents) absl::StrAppend(&command, " --without-intents");
  if (setup.sends_again) absl::StrAppend(&command, " --sends-again");
  return command;
}

bool IsControl(const Setup& setup) { return setup.without_intents || setup.sends_again; }

void Add(const Verdict& verdict, Verdict& sum) {
  sum.jobs += verdict.jobs;
  sum.completed += verdict.completed;
  sum.starts += verdict.starts;
  sum.unknown += verdict.unknown;
  sum.expired += verdict.expired;
  sum.deaths += verdict.deaths;
  for (std::size_t i = 0; i < sum.deaths_at.size(); ++i) sum.deaths_at[i] += verdict.deaths_at[i];
  sum.words += verdict.words;
  sum.found += verdict.found;
  sum.troubled += verdict.troubled;
  sum.simulated += verdict.simulated;
  sum.trace ^= verdict.trace;
  sum.broken.insert(sum.broken.end(), verdict.broken.begin(), verdict.broken.end());
}

// What a single seed must keep beyond the promises themselves: it repeats itself, and its outage was long enough.
void Demand(const Flags& flags, Verdict& verdict) {
  if (flags.twice) {
    const Verdict again = Simulate(flags.setup);
    Setup other = flags.setup;
    ++other.seed;
    if (again.trace != verdict.trace || again.broken != verdict.broken || again.deaths != verdict.deaths) {
      verdict.broken.push_back("the same seed did not run the same");
    }
    if (Simulate(other).trace == verdict.trace) verdict.broken.push_back("another seed ran the same");
  }
  const FailureReason reason = ReasonOf(flags.setup.outage);
  if (reason != FailureReason::kNone && verdict.failures[reason] == 0) {
    verdict.broken.push_back(absl::StrCat("the outage was never felt: no job is ", std::string(Name(reason))));
  }
}

void RunOne(const std::string& program, const Flags& flags, Verdict& sum) {
  const std::string command = CommandOf(program, flags.setup);
  SayOnCrash(absl::StrCat("crashed; repeat with: ", command, "\n"));
  Verdict verdict = Simulate(flags.setup);
  Demand(flags, verdict);
  Add(verdict, sum);
  if (verdict.broken.empty() || IsControl(flags.setup)) return;
  for (const std::string& sentence : verdict.broken) std::cout << "BROKEN " << sentence << "\n";
  std::cout << "repeat with: " << command << std::endl;
}

// A few seeds must meet every kind of death, and all that persons and lost answers lead to, or they prove less than
// they say.
void DemandAll(const Flags& flags, Verdict& sum) {
  if (flags.seeds < kSeedsThatMeetAll || IsControl(flags.setup)) return;
  const auto demand = [&sum](bool met, const std::string& otherwise) {
    if (met) return;
    sum.broken.push_back(otherwise);
    std::cout << "BROKEN " << otherwise << "\n";
  };
  for (std::size_t i = 0; i < sum.deaths_at.size(); ++i) {
    demand(sum.deaths_at[i] > 0, absl::StrCat("no process died ", kPlaceNames[i]));
  }
  if (flags.each_outage || flags.setup.outage != OutageKind::kNone) return;
  demand(sum.completed > 0, "no job was completed");
  demand(sum.unknown > 0, "no answer was lost");
  demand(sum.words > 0, "no person said a word");
  demand(sum.found > 0, "no lost start was found again");
}

// What a control must find, and no other sentence will do: a video that was really paid for twice.
bool FoundSecondPayment(const Setup& setup, const Verdict& sum) {
  return absl::c_any_of(sum.broken, [&](const std::string& sentence) {
    return absl::StrContains(sentence, setup.sends_again ? "with one intent" : "times, retried");
  });
}

std::string Summary(const Verdict& sum, double minutes) {
  const auto a_minute = [&](absl::Duration time) { return static_cast<int>(absl::ToDoubleHours(time) / minutes); };
  std::string text = absl::StrFormat(
      "%d troubled hours (%d a minute), %d simulated (%d a minute): %d jobs, %d completed, %d paid starts, %d unknown, "
      "%d found again, %d results expired, %d words of persons, %d deaths",
      absl::ToInt64Hours(sum.troubled), a_minute(sum.troubled), absl::ToInt64Hours(sum.simulated),
      a_minute(sum.simulated), sum.jobs, sum.completed, sum.starts, sum.unknown, sum.found, sum.expired, sum.words,
      sum.deaths);
  for (std::size_t i = 1; i < sum.deaths_at.size(); ++i) {
    absl::StrAppend(&text, i == 1 ? " (" : ", ", sum.deaths_at[i], " calls ended ", kPlaceNames[i]);
  }
  return absl::StrCat(text, "); trace ", absl::Hex(sum.trace), "; ", sum.broken.size(), " promises broken");
}

int Main(int argc, char** argv) {
  Flags flags;
  if (!Parse(argc, argv, flags)) return Usage();
  const auto began = std::chrono::steady_clock::now();
  Verdict sum;
  for (int i = 0; i < flags.seeds; ++i, ++flags.setup.seed) {
    if (flags.each_outage) flags.setup.outage = kOutages[static_cast<std::size_t>(i) % kOutages.size()];
    RunOne(argv[0], flags, sum);
  }
  DemandAll(flags, sum);
  const double minutes = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() / 60;
  std::cout << flags.seeds << " seeds, " << Summary(sum, minutes) << "\n";
  return IsControl(flags.setup) ? !FoundSecondPayment(flags.setup, sum) : !sum.broken.empty();
}

}  // namespace
}  // namespace videojobs::simulation

int main(int argc, char** argv) { return videojobs::simulation::Main(argc, argv); }
