#include "adapters/interactions/wire.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace videojobs::interactions {
namespace {

using google::Hidden;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr char kModel[] = "gemini-omni-1.1-flash";
const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);
const std::string kId = "v1_ChdpQ3M2aUFB";
const std::string kName = "interactions/" + kId;
const std::string kUri = "https://generativelanguage.googleapis.com/v1beta/files/abc:download?alt=media";
const std::string kPrompt = "A young plant turns its leaves towards the morning light.";
const Hidden kHidden{"AIzaSyA-secret-key-of-39-characters-0001", {kPrompt}};

http::Response Response(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

std::string Error(int code, const std::string& status, const std::string& message) {
  return json{{"error", {{"code", code}, {"message", message}, {"status", status}}}}.dump();
}

// In the form of this API; Error() is that of Google's front ends.
std::string InWords(const std::string& code, const std::string& message) {
  return json{{"error", {{"code", code}, {"message", message}}}}.dump();
}

StartRequest Request() {
  StartRequest request;
  request.start_id = "start-1";
  request.options.model = kModel;
  request.scene = {kPrompt, 6};
  return request;
}

// --- start ----------------------------------------------------------------------------------------------------------

TEST(StartBody, Defaults_WhatTheApiTakesAndNothingElse) {
  EXPECT_EQ(json::parse(StartBody(Request(), kModel)),
            json::parse(absl::StrCat(R"({"model":"gemini-omni-1.1-flash","input":")", kPrompt, R"(",
                        "background":true,"store":true,
                        "generation_config":{"video_config":{"task":"text_to_video"}},
                        "response_format":{"type":"video","delivery":"uri","duration":"6s",
                                           "aspect_ratio":"16:9","resolution":"720p"}})")));
}

TEST(StartBody, NoAspectRatioOrResolution_LeftToTheModel) {
  StartRequest request = Request();
  request.options.aspect_ratio = request.options.resolution = "";
  EXPECT_EQ(json::parse(StartBody(request, kModel))["response_format"],
            (json{{"type", "video"}, {"delivery", "uri"}, {"duration", "6s"}}));
}

TEST(StartBody, OptionsThatOmniHasNot_NotSent) {
  StartRequest request = Request();
  request.options.negative_prompt = "blurry";
  request.options.seed = 7;
  request.options.person_generation = "allow_all";
  request.options.generate_audio = false;
  EXPECT_EQ(StartBody(request, kModel), StartBody(Request(), kModel));
}

TEST(StartBody, QuotesControlsAndNonAscii_SurviveAsTheyAre) {
  StartRequest request = Request();
  request.scene.prompt = std::string("He said \"é😀\"\n\t\\ \x01 </script>");
  EXPECT_EQ(json::parse(StartBody(request, kModel))["input"], request.scene.prompt);
}

TEST(StartBody, NotUtf8_RepairedInsteadOfThrown) {
  StartRequest request = Request();
  request.scene.prompt = "a\xff z";
  EXPECT_EQ(json::parse(StartBody(request, kModel))["input"], "a\xEF\xBF\xBD z");
}

TEST(OutcomeOfStart, IdOfAnInteraction_AcceptedWhateverItsStatus) {
  for (const json& body : {json{{"id", kId}, {"status", "in_progress"}}, json{{"id", kId}, {"status", "completed"}},
                           json{{"id", kId}, {"status", "failed"}}, json{{"id", kId}}}) {
    const StartOutcome outcome = OutcomeOfStart(Response(200, body.dump()), kHidden, kNow);
    EXPECT_EQ(outcome.kind, OutcomeKind::kAccepted) << body;
    EXPECT_EQ(outcome.operation_name, kName);
    EXPECT_EQ(outcome.http_status, 200);
  }
}

TEST(OutcomeOfStart, AnswersAfterWhichAStartMayExist_Unknown) {
  const http::Response answers[] = {
      Response(200, ""),
      Response(200, "{\"id\":\"v1_"),
      Response(200, "{}"),
      Response(200, "[]"),
      Response(200, R"({"id":17})"),
      Response(200, R"({"id":""})"),
      Response(200, R"({"id":"a/b"})"),
      Response(200, R"({"id":".."})"),
      Response(200, json{{"id", std::string(600, 'a')}}.dump()),
      Response(200, Error(400, "INVALID_ARGUMENT", "Bad.")),
      Response(307, ""),
      Response(409, Error(409, "ABORTED", "Again.")),
      Response(500, Error(500, "INTERNAL", "An internal error has occurred.")),
      Response(503, Error(503, "UNAVAILABLE", "The service is currently unavailable.")),
      Response(504, Error(504, "DEADLINE_EXCEEDED", "Deadline expired.")),
      Response(400, "Bad Request"),
      Response(403, "<html>Forbidden</html>"),
      Response(429, Error(500, "INTERNAL", "of another status")),
      Response(409, InWords("already_exists", "No.")),
      Response(416, InWords("out_of_range", "No.")),
      Response(499, InWords("cancelled", "No.")),
      Response(500, InWords("api_error", "The model is overloaded.")),
      Response(501, InWords("unimplemented", "No.")),
      Response(503, InWords("service_unavailable", "The service is temporarily overloaded or down.")),
      Response(504, InWords("deadline_exceeded", "No.")),
      Response(403, InWords("authentication", "of another status")),
      Response(429, InWords("insufficient_quota", "of another API")),
  };
  for (const http::Response& answer : answers) {
    const StartOutcome outcome = OutcomeOfStart(answer, kHidden, kNow);
    EXPECT_EQ(outcome.kind, OutcomeKind::kUnknown) << answer.status << " " << answer.body;
    EXPECT_EQ(outcome.http_status, answer.status);
    EXPECT_NE(outcome.detail, "");
    EXPECT_EQ(outcome.operation_name, "");
  }
}

TEST(OutcomeOfStart, IdOfUnknownForm_UnknownAndKeptInTheDetail) {
  const std::pair<json, const char*> rows[] = {
      {"a/b", "HTTP 200 with the id of an interaction of unknown form: a/b"},
      {"a\nb\xc3\xa9", "HTTP 200 with the id of an interaction of unknown form: a\\nb\\xc3\\xa9"},
      {17, "HTTP 200 with the id of an interaction of unknown form: 17"},
      {kHidden.api_key + "/x", "HTTP 200 with the id of an interaction of unknown form: [hidden]/x"},
      {"", "HTTP 200 without the id of an interaction"},
      {nullptr, "HTTP 200 without the id of an interaction"},
  };
  for (const auto& [id, detail] : rows) {
    const StartOutcome outcome = OutcomeOfStart(Response(200, json{{"id", id}}.dump()), kHidden, kNow);
    EXPECT_EQ(outcome.kind, OutcomeKind::kUnknown) << id;
    EXPECT_EQ(outcome.detail, detail);
  }
  const json endless = {{"id", std::string(5000, '/')}};
  EXPECT_LE(OutcomeOfStart(Response(200, endless.dump()), kHidden, kNow).detail.size(), 300u);
}

TEST(OutcomeOfStart, GooglesRefusals_TheirLanes) {
  const struct {
    int status;
    const char* code;
    const char* message;
    LaneReason lane;
  } rows[] = {
      {400, "INVALID_ARGUMENT", "Unknown name \"seed\".", LaneReason::kNone},
      {400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", LaneReason::kBadKey},
      {400, "FAILED_PRECONDITION", "Not in your country.", LaneReason::kBilling},
      {401, "UNAUTHENTICATED", "No.", LaneReason::kBadKey},
      {403, "PERMISSION_DENIED", "No.", LaneReason::kBadKey},
      {404, "NOT_FOUND", "models/gemini-omni-1.1-flash is not found.", LaneReason::kModelUnavailable},
      {429, "RESOURCE_EXHAUSTED", "Quota.", LaneReason::kQuota},
      {503, "UNAVAILABLE", "The model is overloaded.", LaneReason::kOverloaded},
  };
  for (const auto& row : rows) {
    const StartOutcome outcome =
        OutcomeOfStart(Response(row.status, Error(row.status, row.code, row.message)), kHidden, kNow);
    EXPECT_EQ(outcome.kind, OutcomeKind::kRefused) << row.message;
    EXPECT_EQ(Name(outcome.lane_reason), Name(row.lane)) << row.message;
    EXPECT_EQ(outcome.lane_closed_for > absl::ZeroDuration(), row.lane != LaneReason::kNone) << row.message;
    EXPECT_THAT(outcome.detail, HasSubstr(row.message));
    EXPECT_EQ(outcome.http_status, row.status);
  }
}

TEST(OutcomeOfStart, RefusalsInWords_TheirLanes) {
  const struct {
    int status;
    const char* code;
    const char* message;
    LaneReason lane;
  } rows[] = {
      {400, "invalid_request", "The legacy schema is no longer supported.", LaneReason::kNone},
      {400, "parameter_unknown", "Unknown name \"seed\".", LaneReason::kNone},
      {400, "content_blocked", "The input was blocked.", LaneReason::kNone},
      {400, "failed_precondition", "Not in your country.", LaneReason::kBilling},
      {401, "authentication", "No.", LaneReason::kBadKey},
      {402, "payment_required", "No.", LaneReason::kBilling},
      {403, "permission_denied", "No.", LaneReason::kBadKey},
      {404, "model_not_found", "No.", LaneReason::kModelUnavailable},
      {404, "not_found", "No.", LaneReason::kModelUnavailable},
      {429, "rate_limit_exceeded", "No.", LaneReason::kQuota},
      {429, "too_many_requests", "No.", LaneReason::kQuota},
      {429, "quota_exceeded", "No.", LaneReason::kQuota},
      {503, "service_unavailable", "The model is overloaded.", LaneReason::kOverloaded},
  };
  for (const auto& row : rows) {
    const std::string body = InWords(row.code, row.message);
    for (const std::string& form : {body, "[" + body + "]"}) {
      const StartOutcome outcome = OutcomeOfStart(Response(row.status, form), kHidden, kNow);
      EXPECT_EQ(outcome.kind, OutcomeKind::kRefused) << form;
      EXPECT_EQ(Name(outcome.lane_reason), Name(row.lane)) << form;
      EXPECT_THAT(outcome.detail, HasSubstr(row.message));
    }
  }
}

TEST(OutcomeOfStart, RateLimitInWords_WaitsAsTheHeaderAsks) {
  http::Response limited = Response(429, InWords("rate_limit_exceeded", "Slow down."));
  limited.headers.push_back({"Retry-After", "34"});
  EXPECT_EQ(OutcomeOfStart(limited, kHidden, kNow).lane_closed_for, absl::Seconds(34));
}

TEST(OutcomeOfStart, PromptAndKeyEchoed_NeitherInTheDetail) {
  const std::string message = absl::StrCat("Bad prompt '", kPrompt, "' for key ", kHidden.api_key, "\r\nsecond line");
  for (const int status : {400, 403, 500}) {
    const StartOutcome outcome = OutcomeOfStart(Response(status, Error(status, "X", message)), kHidden, kNow);
    EXPECT_THAT(outcome.detail, Not(HasSubstr("morning")));
    EXPECT_THAT(outcome.detail, Not(HasSubstr("secret")));
    EXPECT_THAT(outcome.detail, Not(HasSubstr("\n")));
    EXPECT_THAT(outcome.detail, HasSubstr("second line"));
  }
}

// --- poll -----------------------------------------------------------------------------------------------------------

PollAnswer Poll(const json& interaction, std::int64_t inline_bytes = 0) {
  return AnswerOfPoll(kName, Response(200, interaction.dump()), inline_bytes, kHidden);
}

json Interaction(const std::string& status, json steps = json::array()) {
  return {{"id", kId}, {"object", "interaction"}, {"status", status}, {"steps", std::move(steps)}};
}

json ModelOutput(json content) { return {{"type", "model_output"}, {"content", json::array({std::move(content)})}}; }

json Completed(json content) { return Interaction("completed", json::array({ModelOutput(std::move(content))})); }

json VideoAt(const std::string& uri) { return {{"type", "video"}, {"mime_type", "video/mp4"}, {"uri", uri}}; }

const json kVideoInside = {{"type", "video"}, {"mime_type", "video/mp4"}, {"data", ""}};

// Written by hand beside the adapter's own table.
TEST(AnswerOfPoll, EveryStatus_WithAndWithoutAVideo) {
  constexpr auto kRunning = PollKind::kRunning;
  constexpr auto kSucceeded = PollKind::kSucceeded;
  constexpr auto kFailed = PollKind::kFailed;
  const struct {
    const char* status;
    PollKind with_video;
    PollKind without;
  } rows[] = {
      {"queued", kRunning, kRunning},
      {"in_progress", kRunning, kRunning},
      {"completed", kSucceeded, kFailed},
      {"incomplete", kSucceeded, kFailed},
      {"failed", kSucceeded, kFailed},
      {"cancelled", kSucceeded, kFailed},
      {"budget_exceeded", kSucceeded, kFailed},
      {"requires_action", kSucceeded, kFailed},
      {"requires_continuation", kSucceeded, kFailed},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.status);
    EXPECT_EQ(Poll(Interaction(row.status, json::array({ModelOutput(VideoAt(kUri))}))).kind, row.with_video);
    EXPECT_EQ(Poll(Interaction(row.status, json::array({ModelOutput(kVideoInside)})), 1000).kind, row.with_video);
    const PollAnswer without = Poll(Interaction(row.status));
    EXPECT_EQ(without.kind, row.without);
    EXPECT_EQ(without.http_status, 200);
    EXPECT_EQ(without.reason, row.without == kFailed ? FailureReason::kGenerationFailed : FailureReason::kNone);
    EXPECT_EQ(without.detail.empty(), row.without != kFailed);
  }
}

// Each as `interaction`, but with a status that is not known, or none.
std::vector<json> WithUnknownStatuses(const json& interaction) {
  std::vector<json> all;
  all.push_back(interaction);
  all.back().erase("status");
  for (const json& status : {json("paused"), json("COMPLETED"), json(""), json(17), json(), json(true)}) {
    all.push_back(interaction);
    all.back()["status"] = status;
  }
  return all;
}

// It may be a new word for an end: a video that is shown is there to be fetched.
TEST(AnswerOfPoll, StatusNotKnown_AVideoThatIsShownIsTaken) {
  for (const json& interaction : WithUnknownStatuses(Completed(VideoAt(kUri)))) {
    EXPECT_EQ(Poll(interaction).kind, PollKind::kSucceeded) << interaction;
    EXPECT_EQ(Poll(interaction).result, kUri) << interaction;
  }
  for (const json& interaction : WithUnknownStatuses(Completed(kVideoInside))) {
    EXPECT_EQ(Poll(interaction, 1000).kind, PollKind::kSucceeded) << interaction;
    EXPECT_EQ(Poll(interaction, 1000).result, "inline") << interaction;
  }
}

TEST(AnswerOfPoll, StatusNotKnownAndNoVideo_TroubleSinceItMayHideAPaidOne) {
  json failed = Interaction("failed");
  failed["error"] = {{"code", "safety"}, {"message", "Withheld."}};
  const json ones_without[] = {
      Interaction("completed"),
      failed,
      Completed(kVideoInside),
      Completed(VideoAt("")),
      Completed(VideoAt("https://a/ b")),
      Completed({{"type", "text"}, {"text", "I begin."}}),
      Interaction("completed", {{{"type", "user_input"}, {"content", {VideoAt(kUri)}}}}),
      {{"id", kId}, {"outputs", {VideoAt(kUri)}}},
  };
  for (const json& without : ones_without) {
    for (const json& interaction : WithUnknownStatuses(without)) {
      EXPECT_EQ(Poll(interaction).kind, PollKind::kTroubled) << interaction;
    }
  }
  const json input = Interaction("paused", {{{"type", "user_input"}, {"content", {kVideoInside}}}});
  EXPECT_EQ(Poll(input, 1000).kind, PollKind::kTroubled) << "what came inside is not the model's";
}

TEST(AnswerOfPoll, AnotherInteractionsAnswer_Trouble) {
  for (const json& id : {json("v1_other"), json(""), json(17), json::object()}) {
    json interaction = Completed(VideoAt(kUri));
    interaction["id"] = id;
    EXPECT_EQ(Poll(interaction).kind, PollKind::kTroubled) << id;
  }
}

TEST(AnswerOfPoll, NoId_TakenForItsOwn) {
  json interaction = Completed(VideoAt(kUri));
  interaction.erase("id");
  EXPECT_EQ(Poll(interaction).result, kUri);
}

TEST(AnswerOfPoll, Uri_Succeeded) {
  const PollAnswer answer = Poll(Completed(VideoAt(kUri)));
  EXPECT_EQ(answer.kind, PollKind::kSucceeded);
  EXPECT_EQ(answer.result, kUri);
  EXPECT_EQ(answer.reason, FailureReason::kNone);
}

TEST(AnswerOfPoll, UriAmongOtherStepsAndContents_TheFirstVideoOfTheModelsOutput) {
  const json steps = {
      {{"type", "user_input"}, {"content", {VideoAt("https://a.example/input")}}},
      {{"type", "thought"}, {"signature", "x"}},
      {{"type", "model_output"}, {"content", {{{"type", "text"}, {"text", "Here it is."}}, VideoAt(kUri)}}},
      ModelOutput(VideoAt("https://a.example/second")),
  };
  EXPECT_EQ(Poll(Interaction("completed", steps)).result, kUri);
}

TEST(AnswerOfPoll, VideoInTheInputAlone_Failed) {
  const json steps = {{{"type", "user_input"}, {"content", {VideoAt(kUri)}}}};
  EXPECT_EQ(Poll(Interaction("completed", steps)).kind, PollKind::kFailed);
}

TEST(AnswerOfPoll, UriWithSpaceOrControls_Trouble) {
  EXPECT_EQ(Poll(Completed(VideoAt(std::string("https://a/\0b", 11)))).kind, PollKind::kTroubled);
  EXPECT_EQ(Poll(Completed(VideoAt("https://a/ b"))).kind, PollKind::kTroubled);
}

TEST(AnswerOfPoll, VideoInside_SucceededInline) {
  for (const char* status : {"completed", "incomplete"}) {
    const PollAnswer answer = Poll(Interaction(status, json::array({ModelOutput(kVideoInside)})), 1000);
    EXPECT_EQ(answer.kind, PollKind::kSucceeded);
    EXPECT_EQ(answer.result, "inline");
  }
}

TEST(AnswerOfPoll, DoneWithNothing_GenerationFailed) {
  const json interactions[] = {
      {{"id", kId}, {"status", "completed"}},
      {{"id", kId}, {"status", "completed"}, {"steps", nullptr}},
      {{"id", kId}, {"status", "completed"}, {"steps", "a string"}},
      {{"id", kId}, {"status", "completed"}, {"outputs", json::array()}},
      Interaction("completed"),
      Interaction("completed", json::array({{{"type", "model_output"}}})),
      Interaction("completed", json::array({{{"type", "model_output"}, {"content", json::array()}}})),
      Completed({{"type", "text"}, {"text", ""}}),
      Interaction("completed",
                  json::array({{{"type", "thought"}, {"content", {{{"type", "text"}, {"text", "Hm."}}}}}})),
      Completed(kVideoInside),
      Completed(VideoAt("")),
  };
  for (const json& interaction : interactions) {
    const PollAnswer answer = Poll(interaction);
    EXPECT_EQ(answer.kind, PollKind::kFailed) << interaction;
    EXPECT_EQ(answer.reason, FailureReason::kGenerationFailed) << interaction;
    EXPECT_NE(answer.detail, "");
  }
}

TEST(AnswerOfPoll, WordsInsteadOfAVideo_FilteredInThoseWords) {
  const std::string words = absl::StrCat("I cannot make that with ", kHidden.api_key, ".\nAsk for something else.");
  const PollAnswer answer = Poll(Completed({{"type", "text"}, {"text", words}}));
  EXPECT_EQ(answer.kind, PollKind::kFailed);
  EXPECT_EQ(answer.reason, FailureReason::kFiltered);
  EXPECT_THAT(answer.detail, HasSubstr("I cannot make that with [hidden]. Ask for something else."));
  EXPECT_LE(Poll(Completed({{"type", "text"}, {"text", std::string(5000, 'x')}})).detail.size(), 300u);
}

TEST(AnswerOfPoll, WordsOfAnUnfinishedInteraction_GenerationFailed) {
  const json steps = json::array({ModelOutput({{"type", "text"}, {"text", "I begin."}})});
  EXPECT_EQ(Poll(Interaction("incomplete", steps)).reason, FailureReason::kGenerationFailed);
}

TEST(AnswerOfPoll, VideoCountedButNotThere_TroubleSinceItIsPaidFor) {
  for (const char* status : {"completed", "incomplete", "failed"}) {
    json interaction = Interaction(status);
    interaction["usage"] = {{"output_tokens_by_modality", {{{"modality", "video"}, {"tokens", 34752}}}}};
    EXPECT_EQ(Poll(interaction).kind, PollKind::kTroubled) << status;
    interaction["steps"] = json::array({ModelOutput({{"type", "text"}, {"text", "Here it is."}})});
    EXPECT_EQ(Poll(interaction).kind, PollKind::kTroubled) << status;
    interaction["error"] = {{"code", "safety"}, {"message", "Withheld."}};
    EXPECT_EQ(Poll(interaction).reason, FailureReason::kFiltered) << status;
  }
  for (const json& counted : {json(), json("x"), json({{"x", 1}}), json::array({{{"modality", "text"}, {"tokens", 9}}}),
                              json::array({{{"modality", "video"}, {"tokens", 0}}}), json::array({17})}) {
    json interaction = Interaction("completed");
    interaction["usage"] = {{"output_tokens_by_modality", counted}};
    EXPECT_EQ(Poll(interaction).kind, PollKind::kFailed) << counted;
  }
}

TEST(AnswerOfPoll, OutputsOfTheOldForm_TroubleSinceTheyMayHoldAPaidVideo) {
  for (const char* status : {"completed", "incomplete"}) {
    json interaction = {{"id", kId}, {"status", status}, {"outputs", {VideoAt(kUri)}}};
    EXPECT_EQ(Poll(interaction).kind, PollKind::kTroubled) << status;
    interaction["steps"] = json::array();
    EXPECT_EQ(Poll(interaction).kind, PollKind::kTroubled) << status;
  }
}

TEST(AnswerOfPoll, VideoOfAnUnknownForm_TroubleSinceItMayBePaidFor) {
  EXPECT_EQ(Poll(Completed({{"type", "video"}, {"gcs_uri", "gs://b/1.mp4"}})).kind, PollKind::kTroubled);
  EXPECT_EQ(Poll(Completed({{"type", "video"}, {"file", {{"uri", kUri}}}})).kind, PollKind::kTroubled);
  EXPECT_EQ(Poll(Completed({{"type", "video"}, {"mime_type", "video/mp4"}, {"uri", {kUri}}})).kind,
            PollKind::kTroubled);
}

TEST(AnswerOfPoll, ErrorOfAStep_FailedWithCodeAndWords) {
  const json steps = {{{"type", "user_input"}},
                      {{"type", "model_output"}, {"error", {{"code", 13}, {"message", "Internal error."}}}}};
  for (const char* status : {"failed", "incomplete", "completed", "cancelled"}) {
    const PollAnswer answer = Poll(Interaction(status, steps));
    EXPECT_EQ(answer.kind, PollKind::kFailed);
    EXPECT_EQ(answer.reason, FailureReason::kGenerationFailed);
    EXPECT_EQ(answer.detail, "Google ended the operation with error 13 INTERNAL: Internal error.");
  }
}

TEST(AnswerOfPoll, ErrorOfAStepAboutSafety_Filtered) {
  for (const int code : {3, 400}) {
    const json step = {{"type", "model_output"}, {"error", {{"code", code}, {"message", "Support codes: 15236754"}}}};
    EXPECT_EQ(Poll(Interaction("failed", json::array({step}))).reason, FailureReason::kFiltered);
  }
}

TEST(AnswerOfPoll, ErrorsOfTheInteraction_TheFirstInItsWords) {
  json interaction = Interaction("failed");
  interaction["errors"] = {{{"code", "type.googleapis.com/x"}, {"message", "Prohibited content."}},
                           {{"code", "13"}, {"message", "second"}}};
  const PollAnswer answer = Poll(interaction);
  EXPECT_EQ(answer.reason, FailureReason::kFiltered);
  EXPECT_THAT(answer.detail, HasSubstr("Prohibited content."));
  EXPECT_THAT(answer.detail, Not(HasSubstr("second")));
}

TEST(AnswerOfPoll, ErrorsOfOtherForms_FailedInWordsOfOurs) {
  for (const json& errors : {json(), json("x"), json::array(), json::array({"x"}), json::object()}) {
    json interaction = Interaction("failed");
    interaction["errors"] = errors;
    EXPECT_EQ(Poll(interaction).detail, "Google ended the interaction without success") << errors;
  }
}

TEST(AnswerOfPoll, NotAnInteraction_Trouble) {
  for (const char* body : {"", "<html>", "[]", "17", "null", "{\"status\":\"completed\"", "\xff"}) {
    EXPECT_EQ(AnswerOfPoll(kName, Response(200, body), 0, kHidden).kind, PollKind::kTroubled) << body;
  }
}

TEST(AnswerOfPoll, ForbiddenOrNotFoundByGoogle_Gone) {
  EXPECT_EQ(AnswerOfPoll(kName, Response(404, Error(404, "NOT_FOUND", "No.")), 0, kHidden).kind, PollKind::kGone);
  EXPECT_EQ(AnswerOfPoll(kName, Response(403, Error(403, "PERMISSION_DENIED", "No.")), 0, kHidden).kind,
            PollKind::kGone);
}

TEST(AnswerOfPoll, ErrorInWords_FailedWithTheWord) {
  json interaction = Interaction("failed");
  interaction["error"] = {{"code", "image_safety"}, {"message", "The video was withheld."}};
  const PollAnswer blocked = Poll(interaction);
  EXPECT_EQ(blocked.reason, FailureReason::kFiltered);
  EXPECT_EQ(blocked.detail, "Google ended the operation with error image_safety: The video was withheld.");
  interaction["error"] = {{"code", "api_error"}, {"message", "The safety service is down."}};
  EXPECT_EQ(Poll(interaction).reason, FailureReason::kGenerationFailed);
}

TEST(AnswerOfPoll, GoneInWords_Gone) {
  for (const auto& [status, code] : {std::pair(403, "permission_denied"), std::pair(404, "not_found")}) {
    const PollAnswer answer = AnswerOfPoll(kName, Response(status, InWords(code, "No.")), 0, kHidden);
    EXPECT_EQ(answer.kind, PollKind::kGone) << code;
    EXPECT_THAT(answer.detail, HasSubstr(code));
  }
}

TEST(AnswerOfPoll, NameThatIsCalledInvalid_Gone) {
  const std::string message = "Invalid interaction name: v1_ChdpQ3M2aUFB";
  for (const std::string& body : {InWords("invalid_request", message), Error(400, "INVALID_ARGUMENT", message)}) {
    EXPECT_EQ(AnswerOfPoll(kName, Response(400, body), 0, kHidden).kind, PollKind::kGone) << body;
  }
  EXPECT_EQ(AnswerOfPoll(kName, Response(400, InWords("invalid_request", "Bad.")), 0, kHidden).kind,
            PollKind::kTroubled);
  EXPECT_EQ(AnswerOfPoll(kName, Response(400, "Invalid interaction name"), 0, kHidden).kind, PollKind::kTroubled);
  EXPECT_EQ(AnswerOfPoll(kName, Response(500, Error(500, "INTERNAL", message)), 0, kHidden).kind, PollKind::kTroubled);
}

TEST(AnswerOfPoll, OtherStatuses_Trouble) {
  for (const int status : {302, 400, 401, 408, 429, 500, 502, 503, 504}) {
    const PollAnswer answer = AnswerOfPoll(kName, Response(status, Error(status, "X", "No.")), 0, kHidden);
    EXPECT_EQ(answer.kind, PollKind::kTroubled) << status;
    EXPECT_EQ(answer.http_status, status);
  }
  EXPECT_EQ(AnswerOfPoll(kName, Response(404, "<html>a proxy's"), 0, kHidden).kind, PollKind::kTroubled);
}

TEST(AnswerOfPoll, PromptAndKeyEchoed_NeitherInTheDetail) {
  const std::string message = absl::StrCat("key ", kHidden.api_key, " asked: ", kPrompt, " is bad");
  const json step = {{"type", "model_output"}, {"error", {{"code", 3}, {"message", message}}}};
  json errors = Interaction("failed");
  errors["errors"] = {{{"code", "3"}, {"message", message}}};
  const PollAnswer answers[] = {
      Poll(Interaction("failed", json::array({step}))),
      Poll(errors),
      AnswerOfPoll(kName, Response(403, Error(403, "PERMISSION_DENIED", message)), 0, kHidden),
      AnswerOfPoll(kName, Response(500, Error(500, "INTERNAL", message)), 0, kHidden),
  };
  for (const PollAnswer& answer : answers) {
    EXPECT_THAT(answer.detail, HasSubstr("is bad"));
    EXPECT_THAT(answer.detail, Not(HasSubstr("secret")));
    EXPECT_THAT(answer.detail, Not(HasSubstr("morning")));
  }
}

// --- files ----------------------------------------------------------------------------------------------------------

TEST(StateOfFile, Answers_TheirStateOrNotReady) {
  EXPECT_EQ(StateOfFile(Response(200, R"({"name":"files/abc","state":"ACTIVE"})")), FileState::kActive);
  EXPECT_EQ(StateOfFile(Response(200, R"({"name":"files/abc","state":"FAILED"})")), FileState::kFailed);
  for (const char* body : {"", "{}", "[]", R"({"state":"PROCESSING"})", R"({"state":"failed"})", R"({"state":1})"}) {
    EXPECT_EQ(StateOfFile(Response(200, body)), FileState::kNotReady) << body;
  }
  EXPECT_EQ(StateOfFile(Response(403, R"({"state":"ACTIVE"})")), FileState::kNotReady);
}

}  // namespace
}  // namespace videojobs::interactions
