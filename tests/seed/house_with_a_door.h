#ifndef VIDEOJOBS_TESTS_SEED_HOUSE_WITH_A_DOOR_H_
#define VIDEOJOBS_TESTS_SEED_HOUSE_WITH_A_DOOR_H_

#include <httplib.h>

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "server/doors/http_door.h"
#include "tests/support/engine_house.h"

namespace videojobs {

// The whole engine with the real HTTP door before it.
class HouseWithADoor : public EngineHouse {
 public:
  using EngineHouse::EngineHouse;

  // From here on the door serves; the house is not restarted any more.
  void OpenDoor(HttpSettings settings = {}, bool generation_enabled = true) {
    settings.listen = "127.0.0.1:0";
    settings.threads = 2;
    auto started = HttpDoor::Start(
        settings, {.creating = *creating,
                   .retrying = *retrying,
                   .cancelling = *cancelling,
                   .sweep = [this](int max_jobs, absl::Duration limit) { return sweeping->Sweep(max_jobs, limit); },
                   .reader = store->reader(),
                   .audit = store->audit(),
                   .lanes = store->lanes(),
                   .storage = Ports().storage,
                   .generators = Ports().generators,
                   .clock = clock,
                   .log = log,
                   .generation_enabled = generation_enabled});
    ASSERT_TRUE(started.ok()) << started.status();
    door = *std::move(started);
  }

  // A job for this escalation; gives its id.
  std::string CreateJobOf(const std::string& escalation) {
    AskedVideo video;
    video.escalation_id = escalation;
    video.response_text = "Yes.";
    auto created = creating->Create({{video}, ids.NewId()});
    EXPECT_TRUE(created.ok()) << created.status();
    return created.ok() ? created->front().id : "";
  }

  httplib::Client Client() { return httplib::Client("127.0.0.1", door->port()); }

  nlohmann::json Get(const std::string& path) {
    const auto answer = Client().Get(path);
    EXPECT_TRUE(answer && answer->status == 200) << path;
    return answer ? nlohmann::json::parse(answer->body) : nlohmann::json();
  }
  nlohmann::json Poll() { return Get("/api/video/poll"); }
  nlohmann::json Status(const std::string& escalation) {
    return Get("/api/escalations/" + escalation + "/video-status");
  }

  std::unique_ptr<HttpDoor> door;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SEED_HOUSE_WITH_A_DOOR_H_
