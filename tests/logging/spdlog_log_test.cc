#include "server/logging/spdlog_log.h"

#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace videojobs::logging {
namespace {

using ::testing::MatchesRegex;

const LogLine kLine{Severity::kInfo, Component::kWorker, "100 % done {} %v", {{"job", "1"}}};

TEST(StreamLog, TextLine_HasItsUtcTimeInFront) {
  std::ostringstream out;
  OpenStreamLog({}, out)->Write(kLine);
  EXPECT_THAT(out.str(),
              MatchesRegex("20[0-9-]+T[0-9:]+\\.[0-9]+Z INFO \\[Video Worker\\] 100 % done \\{\\} %v job=1\n"));
}

TEST(StreamLog, JsonLine_IsOneObject) {
  std::ostringstream out;
  OpenStreamLog({.json = true}, out)->Write(kLine);
  const auto object = nlohmann::json::parse(out.str());
  EXPECT_THAT(object.at("time").get<std::string>(), MatchesRegex("20[0-9-]+T[0-9:]+\\.[0-9]+Z"));
  EXPECT_EQ(object.at("message"), "100 % done {} %v");
  EXPECT_EQ(object.at("job"), "1");
  EXPECT_EQ(out.str().back(), '\n');
}

TEST(StreamLog, BelowItsLevel_WritesNothing) {
  std::ostringstream out;
  const auto log = OpenStreamLog({.least = Severity::kWarning}, out);
  log->Write(kLine);
  EXPECT_EQ(out.str(), "");
  log->Write({Severity::kWarning, Component::kWorker, "shown", {}});
  EXPECT_NE(out.str(), "");
}

TEST(StreamLog, ManyThreads_NeverMixTheirLines) {
  std::ostringstream out;
  const auto log = OpenStreamLog({.json = true}, out);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 100; ++n) log->Write(kLine);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::istringstream lines(out.str());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
  EXPECT_EQ(count, 400);
}

}  // namespace
}  // namespace videojobs::logging
