// A simulator on a free port with a clock that the test moves, and a plain HTTP client that speaks to it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "httplib.h"
#include "simulator/simulator.h"

namespace videojobs::simulator {

inline constexpr char kModelPath[] = "/v1beta/models/veo-3.1-generate-preview";
inline constexpr char kStartPath[] = "/v1beta/models/veo-3.1-generate-preview:predictLongRunning";
inline constexpr char kLiteStartPath[] = "/v1beta/models/veo-3.1-lite-generate-preview:predictLongRunning";
inline constexpr char kBody[] = R"({"instances":[{"prompt":"A cell divides"}]})";

class TestClock {
 public:
  absl::Time Now() const {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void Advance(absl::Duration duration) {
    const std::lock_guard lock(mutex_);
    now_ += duration;
  }

 private:
  mutable std::mutex mutex_;
  absl::Time now_ = absl::FromUnixSeconds(1'790'000'000);
};

class SimulatorTest : public testing::Test {
 protected:
  // Called by tests that want other options; others get the defaults with the first call.
  Simulator& Start(SimulatorOptions options = {}) {
    options.now = [this] { return clock_.Now(); };
    if (!options.seed.has_value()) options.seed = 7;
    auto started = Simulator::Start(std::move(options));
    if (!started.ok()) ADD_FAILURE() << started.status();
    simulator_ = *std::move(started);
    return *simulator_;
  }

  Simulator& simulator() { return simulator_ == nullptr ? Start() : *simulator_; }

  // A client with a connection of its own, and Google's header.
  std::unique_ptr<httplib::Client> NewClient() {
    auto client = std::make_unique<httplib::Client>("127.0.0.1", simulator().port());
    client->set_default_headers({{"x-goog-api-key", "test-key"}});
    client->set_tcp_nodelay(true);
    client->set_read_timeout(30, 0);
    return client;
  }

  httplib::Result Get(const std::string& path) { return NewClient()->Get(path); }

  httplib::Result Post(const std::string& body = kBody, const std::string& path = kStartPath) {
    return NewClient()->Post(path, body, "application/json");
  }

  static nlohmann::json Json(const httplib::Result& result) {
    if (!result) {
      ADD_FAILURE() << "no answer: " << httplib::to_string(result.error());
      return {};
    }
    return nlohmann::json::parse(result->body, nullptr, false);
  }

  // A good access token, as the metadata server gives it.
  std::string Token() {
    const httplib::Result result = NewClient()->Get("/computeMetadata/v1/instance/service-accounts/default/token",
                                                    {{"Metadata-Flavor", "Google"}});
    const nlohmann::json body = Json(result);
    return body.is_object() ? body.value("access_token", "") : "";
  }

  // A client that shows an access token instead of a key.
  std::unique_ptr<httplib::Client> NewBearer(const std::string& token) {
    auto client = NewClient();
    client->set_default_headers({{"Authorization", "Bearer " + token}});
    return client;
  }

  // The name of a new operation.
  std::string StartOperation(const std::string& body = kBody, const std::string& path = kStartPath) {
    const httplib::Result result = Post(body, path);
    if (!result || result->status != 200) {
      ADD_FAILURE() << "the start was not accepted: " << (result ? result->body : httplib::to_string(result.error()));
      return {};
    }
    return Json(result).value("name", "");
  }

  nlohmann::json Poll(const std::string& operation) { return Json(Get("/v1beta/" + operation)); }

  // The path under our own base of a finished operation's file.
  std::string DownloadPath(const std::string& operation) {
    const nlohmann::json sample = Poll(operation)["response"]["generateVideoResponse"]["generatedSamples"][0];
    const std::string uri = sample["video"]["uri"];
    const std::string google = "https://generativelanguage.googleapis.com";
    EXPECT_EQ(uri.substr(0, google.size()), google);
    return uri.substr(google.size());
  }

  TestClock clock_;
  std::unique_ptr<Simulator> simulator_;
};

}  // namespace videojobs::simulator
