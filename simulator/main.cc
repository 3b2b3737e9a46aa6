// veo-simulator: a local stand-in for Google's Veo. See README.md beside this file.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "simulator/faults.h"
#include "simulator/simulator.h"

namespace {

using videojobs::simulator::Simulator;
using videojobs::simulator::SimulatorOptions;

constexpr int kExitWrongSetting = 2;

struct Flags {
  std::string listen = "127.0.0.1:8090";
  std::string latency = "1500ms";
  std::string retention = "48h";
  std::string file_processing = "1s";
  std::string token_lifetime = "3599s";
  std::optional<uint64_t> seed;
  std::string api_key;
  int pad_mib = 0;
  std::vector<std::string> faults;
};

std::string Footer() {
  return "A fault is "
         "kind=KIND[,probability=P][,count=N][,model=ID][,prompt=PART][,on=start|poll|model|file|token|storyboard]"
         "\nwith delay=, retry_after= or code= where the kind says so. The kinds:\n" +
         videojobs::simulator::DescribeFaultKinds() +
         "\nWhile it runs: GET /_simulator/starts, /_simulator/bill, /_simulator/counts, /_simulator/faults,\n"
         "/_simulator/tokens, /_simulator/credentials/service_account and .../authorized_user;\n"
         "PUT /_simulator/faults {\"faults\":[{\"kind\":\"lost_answer\",\"probability\":0.1,\"count\":5}]};\n"
         "POST /_simulator/reset. Point a client at it with the base URL it prints and any API key.";
}

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("--listen", flags.listen, "HOST:PORT on loopback; port 0 takes any free one")->capture_default_str();
  app.add_option("--latency", flags.latency, "from a start to its video, e.g. 1500ms or 2m")->capture_default_str();
  app.add_option("--retention", flags.retention, "how long a video can be fetched")->capture_default_str();
  app.add_option("--file-processing", flags.file_processing, "how long an interaction's file is PROCESSING")
      ->capture_default_str();
  app.add_option("--token-lifetime", flags.token_lifetime, "how long an access token is good")->capture_default_str();
  app.add_option(
      "--seed", flags.seed,
      "number that decides which probable faults happen, and by which tokens are known; default: a random one");
  app.add_option("--api-key", flags.api_key, "the only key accepted; default: any key, but one is required");
  app.add_option("--pad-mib", flags.pad_mib, "pad each video to this many MiB, up to 4095")->capture_default_str();
  app.add_option("--fault", flags.faults, "something that goes wrong, see below; may be repeated")
      ->allow_extra_args(false);
}

absl::Status ReadDuration(const std::string& flag, const std::string& text, absl::Duration& duration) {
  if (absl::ParseDuration(text, &duration)) return absl::OkStatus();
  return absl::InvalidArgumentError(flag + ": \"" + text + "\" is not a duration such as 1500ms, 2m or 48h");
}

absl::Status ReadOptions(const Flags& flags, SimulatorOptions& options) {
  if (absl::Status read = ParseListen(flags.listen, options); !read.ok()) return read;
  if (absl::Status read = ReadDuration("latency", flags.latency, options.latency); !read.ok()) return read;
  if (absl::Status read = ReadDuration("retention", flags.retention, options.retention); !read.ok()) return read;
  absl::Status read = ReadDuration("file-processing", flags.file_processing, options.file_processing);
  if (!read.ok()) return read;
  read = ReadDuration("token-lifetime", flags.token_lifetime, options.token_lifetime);
  if (!read.ok()) return read;
  for (const std::string& text : flags.faults) {
    auto fault = videojobs::simulator::ParseFault(text);
    if (!fault.ok()) return absl::InvalidArgumentError("fault: " + std::string(fault.status().message()));
    options.faults.push_back(*fault);
  }
  options.seed = flags.seed;
  options.api_key = flags.api_key;
  options.padded_mib = flags.pad_mib;
  return absl::OkStatus();
}

int Fail(const absl::Status& status) {
  std::cerr << "veo-simulator: " << status.message() << "\n";
  return absl::IsInvalidArgument(status) ? kExitWrongSetting : 1;
}

// Blocked before any thread exists, so that every thread leaves them to sigwait.
sigset_t BlockEndingSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A local stand-in for Google's Veo: the same wire format, faults on demand, a ledger of paid starts.",
               "veo-simulator");
  Flags flags;
  AddFlags(app, flags);
  app.footer(Footer());
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return "veo-simulator: " + std::string(error.what()) + "; veo-simulator --help lists every flag\n";
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitWrongSetting;
  }

  SimulatorOptions options;
  if (const absl::Status read = ReadOptions(flags, options); !read.ok()) return Fail(read);
  const sigset_t signals = BlockEndingSignals();
  const auto simulator = Simulator::Start(std::move(options));
  if (!simulator.ok()) return Fail(simulator.status());
  std::cout << "veo-simulator listening on " << (*simulator)->base_url() << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  (*simulator)->Stop();
  return 0;
}
