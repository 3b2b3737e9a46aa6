// What the doors share. A door is one file that registers its routes and speaks one of Google's APIs; another is
// another such file and one line in simulator.cc.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>

#include "absl/time/time.h"
#include "httplib.h"
#include "simulator/access_tokens.h"
#include "simulator/answers.h"
#include "simulator/connections.h"
#include "simulator/faults.h"
#include "simulator/ledger.h"
#include "simulator/service_account.h"
#include "simulator/simulator.h"

namespace videojobs::simulator {

// Google takes the key from the header or, on this API, from the query: https://ai.google.dev/api
std::string KeyOf(const httplib::Request& request);

// What is wrong with a caller's key.
enum class KeyTrouble { kNone, kMissing, kInvalid, kForbidden, kEchoed };

// Thread-safe once `port` is set.
struct Backend {
  Backend(SimulatorOptions options, uint64_t seed);

  absl::Time Now() const { return options.now ? options.now() : absl::Now(); }

  // Waits that long, or until Stop.
  void Wait(absl::Duration duration);
  void Stop();

  uint64_t NextNonce();

  // What is wrong with the caller's access token, if anything, or with the key that may stand for one where
  // `takes_key`; faults of Moment::kKey are drawn here.
  std::optional<Answer> RefuseToken(const httplib::Request& request, const Occasion& occasion, bool takes_key = false);

  // What is wrong with the caller's key; faults of Moment::kKey are drawn here.
  KeyTrouble TroubleWithKey(const httplib::Request& request, const Occasion& occasion);
  // The same as the answer of every API but the Interactions API; nothing: the key is right.
  std::optional<Answer> RefuseKey(const httplib::Request& request, const Occasion& occasion);

  // Waits if a slow answer is drawn.
  void Delay(const Occasion& occasion);

  // "http://HOST:PORT" with another name of the same machine, for redirects to another host.
  std::string OtherHostUrl() const;
  std::string BaseUrl() const;

  const SimulatorOptions options;
  int port = 0;
  FaultPlan faults;
  Ledger ledger;
  Connections connections;
  AccessTokens tokens;
  ServiceAccount service_account;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::mt19937_64 nonces_;
};

}  // namespace videojobs::simulator
