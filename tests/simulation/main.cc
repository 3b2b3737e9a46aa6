// The whole system in one thread under a seed: hours of trouble in a moment, judged at their end.
//
//   simulate [--seed N] [--seeds COUNT] [--hours H] [--without-intents]
//
// A broken promise prints the command that repeats it. With --without-intents a start is recorded only after its call,
// and then a second or an unknown payment must be found.

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/simulation/simulation.h"

namespace videojobs::simulation {
namespace {

struct Flags {
  Setup setup;
  int seeds = 1;
};

int Usage() {
  std::cerr << "simulate [--seed N] [--seeds COUNT] [--hours H] [--without-intents]\n";
  return 2;
}

bool Parse(int argc, char** argv, Flags& flags) {
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag == "--without-intents") {
      flags.setup.without_intents = true;
      continue;
    }
    std::uint64_t number = 0;
    if (i + 1 == argc || !absl::SimpleAtoi(argv[++i], &number)) return false;
    if (flag == "--seed") {
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

// Adds `verdict` to `sum`, and says what it broke.
void Tell(const Setup& setup, const Verdict& verdict, Verdict& sum) {
  sum.jobs += verdict.jobs;
  sum.completed += verdict.completed;
  sum.starts += verdict.starts;
  sum.unknown += verdict.unknown;
  sum.deaths += verdict.deaths;
  sum.deaths_in_starts += verdict.deaths_in_starts;
  sum.words += verdict.words;
  sum.simulated += verdict.simulated;
  sum.broken.insert(sum.broken.end(), verdict.broken.begin(), verdict.broken.end());
  if (verdict.broken.empty() || setup.without_intents) return;
  for (const std::string& sentence : verdict.broken) std::cout << "BROKEN " << sentence << "\n";
  std::cout << "repeat with: build/release/tests/simulate --seed " << setup.seed << " --hours "
            << absl::ToInt64Hours(setup.length) << std::endl;
}

// What the control must find, and no other sentence will do.
bool FoundSecondPayment(const Verdict& sum) {
  return absl::c_any_of(sum.broken, [](const std::string& sentence) {
    return absl::StrContains(sentence, "was paid for") || absl::StrContains(sentence, "the ledger knows nothing");
  });
}

int Main(int argc, char** argv) {
  Flags flags;
  if (!Parse(argc, argv, flags)) return Usage();
  const auto began = std::chrono::steady_clock::now();
  Verdict sum;
  for (int i = 0; i < flags.seeds; ++i, ++flags.setup.seed) Tell(flags.setup, Simulate(flags.setup), sum);
  const double minutes = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() / 60;
  std::cout << flags.seeds << " seeds, " << absl::ToInt64Hours(sum.simulated) << " troubled hours ("
            << static_cast<int>(absl::ToDoubleHours(sum.simulated) / minutes) << " a minute): " << sum.jobs << " jobs, "
            << sum.completed << " completed, " << sum.starts << " paid starts, " << sum.unknown << " unknown, "
            << sum.deaths << " deaths (" << sum.deaths_in_starts << " inside a paid start), " << sum.words
            << " words of persons; " << sum.broken.size() << " promises broken\n";
  return flags.setup.without_intents ? !FoundSecondPayment(sum) : !sum.broken.empty();
}

}  // namespace
}  // namespace videojobs::simulation

int main(int argc, char** argv) { return videojobs::simulation::Main(argc, argv); }
