// The server: reads its settings, puts the house together (concrete adapters by server/assembly/), and runs it until it
// is asked to stop.

#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "adapters/filesystem/file_scratch.h"
#include "adapters/http/client.h"
#include "adapters/plain/plain_storyboarder.h"
#include "adapters/system/process.h"
#include "adapters/system/random_id_source.h"
#include "adapters/system/system_clock.h"
#include "server/assembly/generators.h"
#include "server/assembly/storages.h"
#include "server/assembly/stores.h"
#include "server/assembly/storyboards.h"
#include "server/doors/grpc_server.h"
#include "server/doors/http_door.h"
#include "server/engine/creating.h"
#include "server/engine/engine.h"
#include "server/engine/executor.h"
#include "server/engine/periodic.h"
#include "server/engine/sweeping.h"
#include "server/logging/spdlog_log.h"
#include "server/setting_names.h"
#include "server/settings.h"
#include "simulator/simulator.h"

namespace videojobs {
namespace {

constexpr int kExitFailure = 1;
constexpr int kExitSettings = 2;
// One scheduled sweep takes on so much at most; the next one follows soon.
constexpr int kScheduledJobs = 1000;
// How long a video takes in MOCK_MODE: long enough to see the progress, short enough not to wait.
constexpr absl::Duration kMockLatency = absl::Seconds(6);
// A paid start under way is waited for: its adapter gives up after three minutes, and then its outcome is recorded.
constexpr absl::Duration kStopGrace = absl::Seconds(200);
// How often a replica looks, between its rounds, whether another one left work behind.
constexpr absl::Duration kLookEvery = absl::Seconds(3);
constexpr absl::Duration kDoorGrace = absl::Seconds(5);

absl::StatusOr<std::unique_ptr<simulator::Simulator>> StartMock(const Settings& settings) {
  if (!settings.mock) return nullptr;
  simulator::SimulatorOptions options;
  options.latency = kMockLatency;
  return simulator::Simulator::Start(std::move(options));
}

EngineSettings ForEngine(const Settings& settings, std::string public_url) {
  EngineSettings engine;
  engine.generation_enabled = settings.generation_enabled;
  engine.mock = settings.mock;
  engine.adopt = settings.adopt;
  engine.default_model = settings.model;
  engine.daily_cap_micros = settings.daily_cap_micros;
  engine.total_cap_micros = settings.total_cap_micros;
  engine.most_under_way = settings.most_under_way;
  engine.most_per_minute = settings.most_per_minute;
  engine.placeholder_url = settings.placeholder_url;
  engine.public_url = std::move(public_url);
  engine.start_deadline = settings.start_deadline;
  engine.lease = settings.lease;
  engine.concurrent_calls = settings.concurrency;
  return engine;
}

// A paid start has passed the check of its lease: it must not wait for its turn behind others any more.
http::Options ForPaidCalls(const Settings& settings) {
  http::Options options;
  options.max_calls_per_host = std::max(options.max_calls_per_host, settings.concurrency);
  return options;
}

// The address that a listener got: HOST:PORT with the port that it really has.
std::string Bound(const std::string& listen, int port) {
  return absl::StrCat(listen.substr(0, listen.rfind(':')), ":", port);
}

void WaitForSignal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
}

// Everything that runs, in the order in which it depends on each other: what is below may use what is above.
class House {
 public:
  House(const Settings& settings, PriceTable prices, Log& log)
      : settings_(settings), prices_(std::move(prices)), log_(log), paid_client_(ForPaidCalls(settings)) {}

  // Opens everything and serves from then on. A status says why it could not begin.
  absl::Status Open();
  // Finishes or hands back what is held. False: some of it does not end; the process must, without its destructors.
  bool Close();

 private:
  absl::Status OpenAdapters();
  absl::Status OpenDoors();
  void OpenEngine();
  DoorPorts PortsForDoors();
  EnginePorts PortsForEngine();
  void Wake() const;
  void Look();
  std::string HttpAddress() const;

  const Settings& settings_;
  const PriceTable prices_;
  Log& log_;
  SystemClock clock_;
  RandomIdSource ids_{clock_};
  PlainStoryboarder plain_storyboarder_;
  http::Client paid_client_;  // makes paid starts: never cut off
  http::Client client_;       // everything else: cut off when the server stops
  std::unique_ptr<simulator::Simulator> mock_;
  OpenGenerators generators_;
  std::unique_ptr<Storyboarder> storyboarder_;
  std::unique_ptr<FileScratch> scratch_;
  std::unique_ptr<VideoStorage> storage_;
  OpenStore store_;
  // URLs name the port that the HTTP door got, so the doors are open before the engine is there; callers wait for it.
  absl::Notification ready_;
  bool serving_ = false;  // said before ready_: whether the engine is there
  std::unique_ptr<Creating> creating_;
  std::unique_ptr<Retrying> retrying_;
  std::unique_ptr<Cancelling> cancelling_;
  // What the executors run uses what is above them, and calls_ hands on to deliveries_: so they end first, in this
  // order.
  std::unique_ptr<Sweeping> sweeping_;
  std::unique_ptr<ThreadExecutor> deliveries_;
  std::unique_ptr<ThreadExecutor> calls_;
  std::unique_ptr<Periodic> renewals_;
  std::unique_ptr<Periodic> schedule_;
  std::unique_ptr<Periodic> looks_;
  std::unique_ptr<HttpDoor> http_door_;
  std::unique_ptr<GrpcServer> grpc_server_;
};

absl::Status House::Open() {
  if (absl::Status opened = OpenAdapters(); !opened.ok()) return opened;
  const absl::Status doors = OpenDoors();
  if (doors.ok()) OpenEngine();
  serving_ = doors.ok();
  ready_.Notify();
  if (!doors.ok()) return doors;
  Wake();
  log_.Write({Severity::kInfo,
              Component::kWorker,
              "serving",
              {{"grpc", Bound(settings_.listen, grpc_server_->port())},
               {"http", http_door_ ? HttpAddress() : "off"},
               {"provider", settings_.provider},
               {"model", generators_.chosen->ModelId(settings_.model)},
               {"database", settings_.database_url.empty() ? "sqlite" : "postgres"},
               {"mock", settings_.mock ? "true" : "false"}}});
  return absl::OkStatus();
}

absl::Status House::OpenAdapters() {
  auto mock = StartMock(settings_);
  if (!mock.ok()) return mock.status();
  mock_ = *std::move(mock);
  const std::string mock_url = mock_ ? mock_->base_url() : "";
  auto storyboarder = OpenTheStoryboarder(settings_, mock_url, client_);
  if (!storyboarder.ok()) return storyboarder.status();
  storyboarder_ = *std::move(storyboarder);
  auto generators = OpenTheGenerators(settings_, mock_url, prices_, paid_client_, client_, clock_);
  if (!generators.ok()) return generators.status();
  generators_ = *std::move(generators);
  if (!generators_.warning.empty()) {
    log_.Write({Severity::kWarning, Component::kWorker, generators_.warning, {}});
  }
  for (const std::string& why : generators_.closed) {
    log_.Write(
        {Severity::kWarning, Component::kWorker, "a door for jobs of another provider stays closed", {{"error", why}}});
  }
  auto scratch = FileScratch::Open(absl::StrCat(settings_.data_dir, "/scratch"));
  if (!scratch.ok()) return scratch.status();
  scratch_ = *std::move(scratch);
  auto storage = OpenTheStorage(settings_, client_);
  if (!storage.ok()) return storage.status();
  storage_ = *std::move(storage);
  auto store = OpenTheStore(settings_, clock_);
  if (!store.ok()) return store.status();
  store_ = *std::move(store);
  return store_.reader->Check();
}

absl::Status House::OpenDoors() {
  creating_ = std::make_unique<Creating>(
      CreatingSettings{.default_model = settings_.model, .generation_enabled = settings_.generation_enabled},
      *store_.intake, *generators_.chosen, ids_, [this] { Wake(); });
  retrying_ = std::make_unique<Retrying>(*store_.changes, settings_.generation_enabled, [this] { Wake(); });
  cancelling_ = std::make_unique<Cancelling>(*store_.changes, [this] { Wake(); });
  if (!settings_.http_listen.empty()) {
    HttpSettings http;
    http.listen = settings_.http_listen;
    http.cron_secret = settings_.cron_secret.Reveal();
    http.public_url = settings_.public_url;
    http.allowed_hosts = settings_.allowed_hosts;
    auto door = HttpDoor::Start(http, PortsForDoors());
    if (!door.ok()) return door.status();
    http_door_ = *std::move(door);
  }
  GrpcSettings grpc;
  grpc.listen = settings_.listen;
  auto server = GrpcServer::Start(grpc, PortsForDoors());
  if (!server.ok()) return server.status();
  grpc_server_ = *std::move(server);
  return absl::OkStatus();
}

void House::OpenEngine() {
  std::string public_url = settings_.public_url;
  const bool has_address = http_door_ && !settings_.http_everywhere;
  if (public_url.empty() && has_address) public_url = absl::StrCat("http://", HttpAddress());
  const EngineSettings engine = ForEngine(settings_, std::move(public_url));
  calls_ = std::make_unique<ThreadExecutor>(engine.concurrent_calls);
  deliveries_ = std::make_unique<ThreadExecutor>(engine.concurrent_deliveries);
  sweeping_ = std::make_unique<Sweeping>(PortsForEngine(), engine, *calls_, *deliveries_, [this](absl::Duration wait) {
    if (settings_.poll_interval > absl::ZeroDuration()) schedule_->WakeIn(wait);
  });
  renewals_ = std::make_unique<Periodic>(engine.lease / 3, [this] { sweeping_->RenewLeases(); });
  schedule_ = std::make_unique<Periodic>(settings_.poll_interval, [this] { sweeping_->Begin(kScheduledJobs); });
  const bool scheduled = settings_.poll_interval > absl::ZeroDuration();
  looks_ = std::make_unique<Periodic>(scheduled ? kLookEvery : absl::ZeroDuration(), [this] { Look(); });
}

// With an interval of 0 all work is left to PollAll.
void House::Wake() const {
  ready_.WaitForNotification();
  if (serving_ && settings_.poll_interval > absl::ZeroDuration()) schedule_->Wake();
}

// A dead replica's leases end, and a stopped one hands back: both are found here within seconds.
void House::Look() {
  const auto due_in = sweeping_->NextDueIn();
  if (due_in && *due_in < kLookEvery) schedule_->WakeIn(*due_in);
}

std::string House::HttpAddress() const { return Bound(settings_.http_listen, http_door_->port()); }

DoorPorts House::PortsForDoors() {
  return {.creating = *creating_,
          .retrying = *retrying_,
          .cancelling = *cancelling_,
          .sweep = [this](int max_jobs, absl::Duration time_limit) -> absl::StatusOr<SweepReport> {
            ready_.WaitForNotification();
            if (!serving_) return absl::UnavailableError("the server could not start");
            return sweeping_->Sweep(max_jobs, time_limit);
          },
          .reader = *store_.reader,
          .audit = *store_.audit,
          .lanes = *store_.lanes,
          .storage = *storage_,
          .generators = generators_.All(),
          .clock = clock_,
          .log = log_,
          .generation_enabled = settings_.generation_enabled,
          .daily_cap_micros = settings_.daily_cap_micros,
          .total_cap_micros = settings_.total_cap_micros};
}

EnginePorts House::PortsForEngine() {
  return {.intake = *store_.intake,
          .work = *store_.work,
          .ledger = *store_.ledger,
          .lanes = *store_.lanes,
          .reader = *store_.reader,
          .changes = *store_.changes,
          .generators = generators_.All(),
          .storage = *storage_,
          .storyboarder = *storyboarder_,
          .plain_storyboarder = plain_storyboarder_,
          .scratch = *scratch_,
          .clock = clock_,
          .ids = ids_,
          .log = log_};
}

bool House::Close() {
  log_.Write({Severity::kInfo, Component::kWorker, "stopping: finishing or handing back what is held", {}});
  grpc_server_->SetServing(false);
  sweeping_->Stop(absl::ZeroDuration());
  client_.Shutdown();
  grpc_server_->Shutdown(kDoorGrace);
  if (http_door_) http_door_->Shutdown();
  const bool ended = sweeping_->Stop(kStopGrace);
  log_.Write({ended ? Severity::kInfo : Severity::kError,
              Component::kWorker,
              ended ? "stopped" : "stopped with work under way; its leases end by themselves",
              {}});
  return ended;
}

int Main(int argc, char** argv) {
  const std::string argument = argc == 2 ? argv[1] : "";
  if (argument == "--help" || argument == "-h") {
    std::cout << "videojobs-server: makes short videos from written answers (gRPC, see README.md)\n\n"
                 "It takes no arguments; these environment variables set it up:\n\n"
              << SettingsHelp();
    return 0;
  }
  if (argc > 1) {
    std::cerr << "videojobs-server takes no arguments but --help; it is set up by environment variables\n";
    return kExitSettings;
  }
  KeepMemoryToOurselves();
  const auto settings = ReadSettings(Environment());
  if (!settings.ok()) {
    std::cerr << settings.status().message() << "\n";
    return kExitSettings;
  }
  const auto prices = PricesOf(*settings);
  if (!prices.ok()) {
    std::cerr << prices.status().message() << "\n";
    return kExitSettings;
  }
  // gRPC's own lines on a taken port would stand beside our one clear line.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  // Blocked before any thread is made, so that all inherit it and only WaitForSignal sees them.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const auto log = logging::OpenStandardErrorLog({.json = settings->log_json, .least = settings->log_level});
  House house(*settings, *prices, *log);
  if (absl::Status opened = house.Open(); !opened.ok()) {
    const bool by_settings = absl::IsInvalidArgument(opened);
    std::cerr << (by_settings ? "" : "videojobs-server cannot start: ") << opened.message() << "\n";
    return by_settings ? kExitSettings : kExitFailure;
  }
  WaitForSignal(stop_signals);
  if (!house.Close()) std::_Exit(kExitFailure);
  return 0;
}

}  // namespace
}  // namespace videojobs

int main(int argc, char** argv) { return videojobs::Main(argc, argv); }
