#include "adapters/google/envelope.h"

#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace videojobs::google {
namespace {

using nlohmann::json;

TEST(ParseEnvelope, DetailsOfOddForms_PassedOver) {
  const json details = {
      17,
      "text",
      json::object(),
      {{"@type", "type.googleapis.com/google.rpc.RetryInfo"}, {"retryDelay", "soon"}},
      {{"@type", "type.googleapis.com/google.rpc.QuotaFailure"}, {"violations", "none"}},
      {{"@type", "type.googleapis.com/google.rpc.QuotaFailure"}, {"violations", {{{"quotaId", "Q"}}}}}};
  const json answer = {
      {"error", {{"code", 429}, {"message", "Quota."}, {"status", "RESOURCE_EXHAUSTED"}, {"details", details}}}};
  const auto envelope = ParseEnvelope(429, answer.dump());
  ASSERT_TRUE(envelope.has_value());
  EXPECT_EQ(envelope->retry_delay, std::nullopt);
  EXPECT_EQ(envelope->quota_ids.back(), "Q");
}

TEST(ParseEnvelope, NestedBeyondReason_Survived) {
  EXPECT_EQ(ParseEnvelope(400, std::string(500'000, '[')), std::nullopt);
}

}  // namespace
}  // namespace videojobs::google
