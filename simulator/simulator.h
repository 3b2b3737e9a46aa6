// A Google that costs nothing: it speaks the wire formats of Veo on the Gemini API and on Vertex AI, of the
// Interactions API, of storyboards and of the credentials and the storage that belong to them, makes what can go wrong
// go wrong when asked to, and keeps the record of paid starts that a test of money needs. The program veo-simulator is
// a thin shell around this; tests and MOCK_MODE hold it in their own process. README.md beside this file has the
// details.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "simulator/faults.h"
#include "simulator/ledger.h"

namespace videojobs::simulator {

struct SimulatorOptions {
  std::string host = "127.0.0.1";                 // A loopback address or "localhost".
  int port = 0;                                   // 0: any free one.
  absl::Duration latency = absl::ZeroDuration();  // From a start to its result. Whole milliseconds, at most 24 days.
  absl::Duration retention = absl::Hours(48);     // How long a file can be fetched once it is made.
  absl::Duration file_processing = absl::ZeroDuration();  // How long an interaction's file is PROCESSING.
  absl::Duration token_lifetime = absl::Seconds(3599);    // Of an access token.
  // Which of the probable faults happen, and the ids. Nothing: chosen at random, as it must be when several simulators
  // serve one database, whose operation names must differ.
  std::optional<uint64_t> seed = std::nullopt;
  std::function<absl::Time()> now = nullptr;  // Nothing: absl::Now. Called from many threads.
  std::string api_key = "";                   // The only key accepted; empty: any key is, but one is required.
  int padded_mib = 0;                         // Files are padded to this size, 0 to 4095, without being held in memory.
  std::vector<Fault> faults = {};
};

// Everything the simulator's handlers share; see backend.h.
struct Backend;

// Serves from Start to Stop on threads of its own. Thread-safe.
class Simulator {
 public:
  // Listens when it returns. INVALID_ARGUMENT names the option that is wrong, an address beyond loopback above all;
  // UNAVAILABLE when the port is taken.
  static absl::StatusOr<std::unique_ptr<Simulator>> Start(SimulatorOptions options);
  ~Simulator();  // Stops.
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  std::string base_url() const;  // "http://127.0.0.1:8090"
  int port() const;

  // Replaces, or adds to, what goes wrong from now on.
  void SetFaults(std::vector<Fault> faults);
  void AddFault(Fault fault);
  std::vector<Fault> faults() const;

  std::vector<PaidStart> starts() const;  // In the order they were accepted.
  Bill bill() const;
  Counts counts() const;
  int64_t polls(const std::string& operation_name) const;

  // The bytes that a download of the operation's video gives. NOT_FOUND for a name that no simulator gave out,
  // FAILED_PRECONDITION where no video comes of the operation.
  absl::StatusOr<std::string> ExpectedVideo(std::string_view operation_name) const;

  // Forgets starts, counts and faults. Operations are still answered.
  void Reset();

  // Cuts all connections, ends slow answers, and returns when nothing runs any more. May be called again.
  void Stop();

 private:
  class Server;
  Simulator(std::unique_ptr<Backend> backend, std::unique_ptr<Server> server);

  std::unique_ptr<Backend> backend_;
  std::unique_ptr<Server> server_;
};

// Splits "HOST:PORT" or "[::1]:PORT" into options.host and options.port. INVALID_ARGUMENT says what is wrong.
absl::Status ParseListen(std::string_view text, SimulatorOptions& options);

}  // namespace videojobs::simulator
