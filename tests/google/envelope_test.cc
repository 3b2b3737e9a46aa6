#include "adapters/google/envelope.h"

#include <string>
#include <utility>

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

std::string WithWord(const json& code, const json& message = "No.") {
  return json{{"error", {{"code", code}, {"message", message}}}}.dump();
}

// Written by hand from https://ai.google.dev/gemini-api/docs/api-errors, beside the adapter's own table.
TEST(ParseEnvelope, WordOfTheInteractionsApi_CountsWithItsOwnStatusAlone) {
  const std::pair<const char*, int> codes[] = {
      {"invalid_request", 400}, {"failed_precondition", 400}, {"parameter_unknown", 400}, {"out_of_range", 416},
      {"authentication", 401},  {"payment_required", 402},    {"permission_denied", 403}, {"not_found", 404},
      {"model_not_found", 404}, {"already_exists", 409},      {"aborted", 409},           {"rate_limit_exceeded", 429},
      {"quota_exceeded", 429},  {"too_many_requests", 429},   {"cancelled", 499},         {"api_error", 500},
      {"unimplemented", 501},   {"service_unavailable", 503}, {"deadline_exceeded", 504}, {"content_blocked", 400},
      {"safety", 400},          {"prohibited_content", 400},
  };
  for (const auto& [word, http_status] : codes) {
    const auto envelope = ParseEnvelope(http_status, WithWord(word));
    ASSERT_TRUE(envelope.has_value()) << word;
    EXPECT_EQ(envelope->code, http_status);
    EXPECT_EQ(envelope->status, word);
    EXPECT_EQ(envelope->message, "No.");
    for (const int other : {400, 401, 402, 403, 404, 429, 500, 503}) {
      EXPECT_EQ(ParseEnvelope(other, WithWord(word)).has_value(), other == http_status) << word << " " << other;
    }
  }
}

TEST(ParseEnvelope, WordThatIsNotGoogles_Nothing) {
  for (const json& code :
       {json("invalid_api_key"), json(""), json("400"), json("INVALID_REQUEST"), json(), json(true)}) {
    EXPECT_EQ(ParseEnvelope(400, WithWord(code)), std::nullopt) << code;
  }
  EXPECT_EQ(ParseEnvelope(400, WithWord("invalid_request", 17)), std::nullopt);
  EXPECT_EQ(ParseEnvelope(400, R"({"error":{"code":"invalid_request"}})"), std::nullopt);
  EXPECT_EQ(ParseEnvelope(429, R"({"error":{"code":"rate_limit_exceeded","message":"No.","type":"requests"}})"),
            std::nullopt)
      << "of a proxy that speaks OpenAI's API";
}

TEST(ParseEnvelope, ListOfOneError_IsThatError) {
  const std::string legacy = R"({"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}})";
  for (const std::string& error : {legacy, WithWord("invalid_request")}) {
    EXPECT_TRUE(ParseEnvelope(400, "[" + error + "]").has_value()) << error;
    EXPECT_EQ(ParseEnvelope(400, "[" + error + "," + error + "]"), std::nullopt) << error;
    EXPECT_EQ(ParseEnvelope(400, "[[" + error + "]]"), std::nullopt) << error;
  }
  EXPECT_EQ(ParseEnvelope(400, "[]"), std::nullopt);
}

TEST(ParseEnvelope, NestedBeyondReason_Survived) {
  EXPECT_EQ(ParseEnvelope(400, std::string(500'000, '[')), std::nullopt);
}

}  // namespace
}  // namespace videojobs::google
