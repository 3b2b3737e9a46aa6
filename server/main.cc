// The server: reads its settings, puts the house together, and runs it until it is asked to stop. The only file that
// names concrete adapters.

#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "adapters/filesystem/file_scratch.h"
#include "adapters/filesystem/file_video_storage.h"
#include "adapters/http/client.h"
#include "adapters/plain/plain_storyboarder.h"
#include "adapters/postgres/postgres_store.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/supabase/supabase_video_storage.h"
#include "adapters/supabase/wire.h"
#include "adapters/system/random_id_source.h"
#include "adapters/system/system_clock.h"
#include "adapters/veo/veo_generator.h"
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

extern char** environ;

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
constexpr absl::Duration kDoorGrace = absl::Seconds(5);

// The five ports of whichever store is open, and what keeps them alive.
struct OpenStore {
  std::shared_ptr<void> owner;
  JobIntake* intake;
  JobWork* work;
  StartLedger* ledger;
  Lanes* lanes;
  JobReader* reader;
};

template <typename Store>
OpenStore PortsOf(std::unique_ptr<Store> store) {
  Store* opened = store.get();
  return {std::shared_ptr<void>(std::move(store)),
          &opened->intake(),
          &opened->work(),
          &opened->ledger(),
          &opened->lanes(),
          &opened->reader()};
}

absl::StatusOr<OpenStore> OpenTheStore(const Settings& settings, Clock& clock) {
  if (settings.database_url.empty()) {
    auto store = SqliteStore::Open(absl::StrCat(settings.data_dir, "/videojobs.db"), {.mock = settings.mock}, clock);
    if (!store.ok()) return store.status();
    return PortsOf(*std::move(store));
  }
  PostgresStore::Options options;
  options.mock = settings.mock;
  options.mirror = !settings.mock || settings.adopt != AdoptPolicy::kOff;
  options.max_connections = settings.concurrency + 8;
  auto store = PostgresStore::Open(settings.database_url.Reveal(), options);
  if (!store.ok()) return store.status();
  return PortsOf(*std::move(store));
}

absl::StatusOr<std::unique_ptr<VideoStorage>> OpenStorage(const Settings& settings, http::Client& client) {
  if (settings.storage == StorageKind::kFilesystem) {
    auto files = FileVideoStorage::Open(settings.storage_directory);
    if (!files.ok()) return files.status();
    return std::unique_ptr<VideoStorage>(*std::move(files));
  }
  auto endpoint = supabase::MakeEndpoint(settings.supabase_url, settings.supabase_service_role_key.Reveal(),
                                         settings.supabase_bucket);
  if (!endpoint.ok()) return endpoint.status();
  return std::unique_ptr<VideoStorage>(std::make_unique<SupabaseVideoStorage>(client, *std::move(endpoint)));
}

absl::StatusOr<std::unique_ptr<simulator::Simulator>> StartMock(const Settings& settings) {
  if (!settings.mock) return nullptr;
  simulator::SimulatorOptions options;
  options.latency = kMockLatency;
  return simulator::Simulator::Start(std::move(options));
}

absl::StatusOr<std::unique_ptr<veo::VeoGenerator>> OpenGenerator(const Settings& settings,
                                                                 const simulator::Simulator* mock, http::Client& client,
                                                                 Clock& clock) {
  veo::Options options;
  options.api_key = mock ? "mock" : settings.google_api_key.Reveal();
  if (mock) {
    options.base_url = mock->base_url();
  } else if (!settings.veo_base_url.empty()) {
    options.base_url = settings.veo_base_url;
  }
  return veo::VeoGenerator::Create(std::move(options), client, clock);
}

EngineSettings ForEngine(const Settings& settings, std::string public_url) {
  EngineSettings engine;
  engine.generation_enabled = settings.generation_enabled;
  engine.mock = settings.mock;
  engine.adopt = settings.adopt;
  engine.default_model = settings.model;
  engine.daily_cap_micros = settings.daily_cap_micros;
  engine.total_cap_micros = settings.total_cap_micros;
  engine.placeholder_url = settings.placeholder_url;
  engine.public_url = std::move(public_url);
  engine.start_deadline = settings.start_deadline;
  engine.lease = settings.lease;
  engine.concurrent_calls = settings.concurrency;
  return engine;
}

// The address that a listener got: HOST:PORT with the port that it really has.
std::string Bound(const std::string& listen, int port) {
  return absl::StrCat(listen.substr(0, listen.rfind(':')), ":", port);
}

void WaitForSignal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
}

// Puts everything together, serves until a signal comes, and takes it apart again. A status says why it could not
// begin.
absl::Status Run(const Settings& settings, Log& log, const sigset_t& stop_signals) {
  SystemClock clock;
  RandomIdSource ids;
  http::Client client;
  auto mock = StartMock(settings);
  if (!mock.ok()) return mock.status();
  auto generator = OpenGenerator(settings, mock->get(), client, clock);
  if (!generator.ok()) return generator.status();
  auto scratch = FileScratch::Open(absl::StrCat(settings.data_dir, "/scratch"));
  if (!scratch.ok()) return scratch.status();
  auto storage = OpenStorage(settings, client);
  if (!storage.ok()) return storage.status();
  auto store = OpenTheStore(settings, clock);
  if (!store.ok()) return store.status();
  if (absl::Status checked = store->reader->Check(); !checked.ok()) return checked;

  PlainStoryboarder storyboarder;
  ThreadExecutor calls(settings.concurrency);
  ThreadExecutor deliveries(EngineSettings{}.concurrent_deliveries);
  std::unique_ptr<Sweeping> sweeping;
  std::unique_ptr<Periodic> schedule;
  // URLs name the port that the HTTP door got, so the doors are open before the engine is there.
  absl::Notification ready;
  Creating creating({.default_model = settings.model, .generation_enabled = settings.generation_enabled},
                    *store->intake, **generator, ids, [&] {
                      ready.WaitForNotification();
                      if (settings.poll_interval > absl::ZeroDuration()) schedule->Wake();
                    });
  const DoorPorts door_ports{.creating = creating,
                             .sweep =
                                 [&](int max_jobs, absl::Duration time_limit) {
                                   ready.WaitForNotification();
                                   return sweeping->Sweep(max_jobs, time_limit);
                                 },
                             .reader = *store->reader,
                             .lanes = *store->lanes,
                             .storage = **storage,
                             .generator = **generator,
                             .clock = clock,
                             .log = log,
                             .generation_enabled = settings.generation_enabled};
  std::unique_ptr<HttpDoor> http_door;
  std::string public_url = settings.public_url;
  if (!settings.http_listen.empty()) {
    HttpSettings http_settings;
    http_settings.listen = settings.http_listen;
    http_settings.cron_secret = settings.cron_secret.Reveal();
    http_settings.public_url = settings.public_url;
    http_settings.allowed_hosts = settings.allowed_hosts;
    auto door = HttpDoor::Start(http_settings, door_ports);
    if (!door.ok()) return door.status();
    http_door = *std::move(door);
    if (public_url.empty()) public_url = absl::StrCat("http://", Bound(settings.http_listen, http_door->port()));
  }
  auto grpc_server = GrpcServer::Start({.listen = settings.listen}, door_ports);
  if (!grpc_server.ok()) return grpc_server.status();

  const EnginePorts ports{.intake = *store->intake,
                          .work = *store->work,
                          .ledger = *store->ledger,
                          .lanes = *store->lanes,
                          .reader = *store->reader,
                          .generator = **generator,
                          .storage = **storage,
                          .storyboarder = storyboarder,
                          .plain_storyboarder = storyboarder,
                          .scratch = **scratch,
                          .clock = clock,
                          .ids = ids,
                          .log = log};
  sweeping = std::make_unique<Sweeping>(ports, ForEngine(settings, public_url), calls, deliveries);
  Periodic renewals(settings.lease / 3, [&] { sweeping->RenewLeases(); });
  schedule = std::make_unique<Periodic>(settings.poll_interval, [&] { sweeping->Begin(kScheduledJobs); });
  ready.Notify();
  if (settings.poll_interval > absl::ZeroDuration()) schedule->Wake();
  log.Write({Severity::kInfo,
             Component::kWorker,
             "serving",
             {{"grpc", Bound(settings.listen, (*grpc_server)->port())},
              {"http", http_door ? Bound(settings.http_listen, http_door->port()) : "off"},
              {"database", settings.database_url.empty() ? "sqlite" : "postgres"},
              {"mock", settings.mock ? "true" : "false"}}});

  WaitForSignal(stop_signals);
  log.Write({Severity::kInfo, Component::kWorker, "stopping: finishing or handing back what is held", {}});
  (*grpc_server)->SetServing(false);
  sweeping->Stop(absl::ZeroDuration());
  (*grpc_server)->Shutdown(kDoorGrace);
  if (http_door) http_door->Shutdown();
  const bool ended = sweeping->Stop(kStopGrace);
  schedule.reset();
  log.Write({ended ? Severity::kInfo : Severity::kError,
             Component::kWorker,
             ended ? "stopped" : "stopped with work under way; its leases end by themselves",
             {}});
  return absl::OkStatus();
}

std::map<std::string, std::string> Environment() {
  std::map<std::string, std::string> env;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) env[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return env;
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
  const auto settings = ReadSettings(Environment());
  if (!settings.ok()) {
    std::cerr << settings.status().message() << "\n";
    return kExitSettings;
  }
  // Blocked before any thread is made, so that all inherit it and only WaitForSignal sees them.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const auto log = logging::OpenStandardErrorLog({.json = settings->log_json, .least = settings->log_level});
  const absl::Status ran = Run(*settings, *log, stop_signals);
  if (ran.ok()) return 0;
  std::cerr << "videojobs-server cannot start: " << ran.message() << "\n";
  return kExitFailure;
}

}  // namespace
}  // namespace videojobs

int main(int argc, char** argv) { return videojobs::Main(argc, argv); }
