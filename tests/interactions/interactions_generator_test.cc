// What the Interactions door does on the wire beyond the common contract: where its video comes from while, and after,
// there is a file, and how it is stopped.
#include "adapters/interactions/interactions_generator.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/generator/simulated_google.h"
#include "tests/http/noting_host.h"
#include "tests/support/settable_clock.h"
#include "tests/support/string_sink.h"

namespace videojobs::interactions {
namespace {

using http::Answer;
using http::NotingHost;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kName = "interactions/v1_Q2gzLW1p==";
const std::string kInteraction = "GET /v1beta/" + kName;
const std::string kFile = "GET /v1beta/files/abc123";
const std::string kDownload = kFile + ":download?alt=media";
const std::string kUri = "https://generativelanguage.googleapis.com/v1beta/files/abc123:download?alt=media";

std::string FileIn(const std::string& state) {
  return Answer(200, absl::StrCat(R"({"name":"files/abc123","state":")", state, "\"}"));
}

std::string WithVideo(const std::string& video) {
  return Answer(200, absl::StrCat(R"({"id":"v1_Q2gzLW1p==","status":"completed","steps":[{"type":"model_output",)",
                                  R"("content":[{"type":"video","mime_type":"video/mp4","data":")",
                                  absl::Base64Escape(video), "\"}]}]}"));
}

const std::string kWithUri =
    Answer(200, absl::StrCat(R"({"status":"completed","steps":[{"type":"model_output","content":[{"type":"video",)",
                             R"("uri":")", kUri, "\"}]}]}"));

std::string Error(int code, const std::string& status, const std::string& message) {
  return Answer(
      code, absl::StrCat(R"({"error":{"code":)", code, R"(,"status":")", status, R"(","message":")", message, "\"}}"));
}

class InteractionsGeneratorTest : public testing::Test {
 protected:
  std::unique_ptr<InteractionsGenerator> Make(const std::string& base_url) {
    Options options;
    options.api_key = kTestKey;
    options.base_url = base_url;
    return InteractionsGenerator::Create(std::move(options), client_, client_, clock_).value();
  }

  absl::Status Fetch(const std::string& result) { return Make(host_.Url())->Fetch(kName, result, sink_); }

  static StartRequest Request() {
    StartRequest request;
    request.options.model = "gemini-omni-1.1-flash";
    request.scene = {"A leaf turns towards the light.", 6};
    return request;
  }

  http::Client client_;
  SettableClock clock_{absl::FromUnixSeconds(1'790'000'000)};
  NotingHost host_;
  StringSink sink_;
};

TEST_F(InteractionsGeneratorTest, Create_BadKeyOrBaseUrl_InvalidArgumentWithoutTheKey) {
  for (const auto& [key, base_url] :
       {std::pair("", google::kGeminiBaseUrl), std::pair("two words", google::kGeminiBaseUrl), std::pair(kTestKey, ""),
        std::pair(kTestKey, "http://a.example")}) {
    Options options;
    options.api_key = key;
    options.base_url = base_url;
    const absl::Status status = InteractionsGenerator::Create(std::move(options), client_, client_, clock_).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr(kTestKey)));
  }
}

TEST_F(InteractionsGeneratorTest, Start_OnTheWire_PathHeadersAndBody) {
  host_.On("POST /prefix/v1beta/interactions", Answer(200, R"({"id":"v1_Q2gzLW1p==","status":"in_progress"})"));
  const StartOutcome outcome = Make(host_.Url("/prefix/"))->Start(Request());
  EXPECT_EQ(outcome.operation_name, kName) << outcome.detail;
  ASSERT_EQ(host_.requests().size(), 1u);
  const http::ReceivedRequest request = host_.requests()[0];
  EXPECT_EQ(request.headers.at("x-goog-api-key"), kTestKey);
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_THAT(request.body, HasSubstr("\"model\":\"gemini-omni-1.1-flash\""));
}

TEST_F(InteractionsGeneratorTest, Start_AfterAPoll_OnAConnectionOfItsOwn) {
  const auto generator = Make(host_.Url());
  generator->Poll(kName);
  generator->Start(Request());
  generator->Start(Request());
  EXPECT_EQ(host_.connections(), 3);
}

TEST_F(InteractionsGeneratorTest, Start_Redirected_UnknownAndNotFollowed) {
  NotingHost target;
  host_.On("POST /v1beta/interactions", Answer(307, "", absl::StrCat("Location: ", target.Url("/elsewhere"), "\r\n")));
  EXPECT_EQ(Make(host_.Url())->Start(Request()).kind, OutcomeKind::kUnknown);
  EXPECT_THAT(target.calls(), IsEmpty());
}

TEST_F(InteractionsGeneratorTest, Start_ModelThatIsNoName_RefusedWithoutACall) {
  StartRequest request = Request();
  request.options.model = "../files";
  EXPECT_EQ(Make(host_.Url())->Start(request).kind, OutcomeKind::kRefused);
  EXPECT_THAT(host_.calls(), IsEmpty());
}

TEST_F(InteractionsGeneratorTest, AnyCall_NameOfAnotherForm_NothingIsAsked) {
  const auto generator = Make(host_.Url());
  for (const std::string name : {"interactions/../files/a", "interactions/a/cancel", "models/m/operations/a"}) {
    EXPECT_EQ(generator->Poll(name).kind, PollKind::kTroubled) << name;
    EXPECT_TRUE(absl::IsUnavailable(generator->Fetch(name, "inline", sink_))) << name;
    EXPECT_TRUE(absl::IsNotFound(generator->Cancel(name))) << name;
  }
  EXPECT_TRUE(absl::IsNotFound(generator->CheckModel("../files")));
  EXPECT_THAT(host_.calls(), IsEmpty());
}

TEST_F(InteractionsGeneratorTest, ListAndFind_Unimplemented) {
  EXPECT_TRUE(absl::IsUnimplemented(Make(host_.Url())->ListOperations("gemini-omni-1.1-flash", 10).status()));
  EXPECT_TRUE(absl::IsUnimplemented(Make(host_.Url())->FindStart("start-1").status()));
  EXPECT_FALSE(Make(host_.Url())->KeepsEvidence());
  EXPECT_THAT(host_.calls(), IsEmpty());
}

TEST_F(InteractionsGeneratorTest, Poll_OnTheWire_PathAndKey) {
  host_.On(kInteraction, Answer(200, R"({"id":"v1_Q2gzLW1p==","status":"in_progress"})"));
  EXPECT_EQ(Make(host_.Url())->Poll(kName).kind, PollKind::kRunning);
  ASSERT_THAT(host_.calls(), ElementsAre(kInteraction));
  EXPECT_EQ(host_.requests()[0].headers.at("x-goog-api-key"), kTestKey);
}

TEST_F(InteractionsGeneratorTest, Poll_BrokenVideoInside_Trouble) {
  host_.On(kInteraction, Answer(200, R"({"status":"completed","steps":[{"type":"model_output","content":[)"
                                     R"({"type":"video","data":"QUJ"}]}]})"));
  EXPECT_EQ(Make(host_.Url())->Poll(kName).kind, PollKind::kTroubled);
  EXPECT_TRUE(absl::IsDataLoss(Fetch("inline")));
}

// --- the file, and the answer behind it -----------------------------------------------------------------------------

TEST_F(InteractionsGeneratorTest, Fetch_ActiveFile_ItsBytes) {
  host_.On(kFile, FileIn("ACTIVE"));
  host_.On(kDownload, Answer(200, "video"));
  EXPECT_EQ(Fetch(kUri), absl::OkStatus());
  EXPECT_EQ(sink_.text, "video");
  EXPECT_THAT(host_.calls(), ElementsAre(kFile, kDownload));
  for (const http::ReceivedRequest& request : host_.requests()) {
    EXPECT_EQ(request.headers.at("x-goog-api-key"), kTestKey);
  }
}

TEST_F(InteractionsGeneratorTest, Fetch_FileNotActive_TheVideoInsideTheInteraction) {
  for (const std::string& file :
       {FileIn("PROCESSING"), FileIn("FAILED"), Error(403, "PERMISSION_DENIED", "No."), Error(404, "NOT_FOUND", "No."),
        Error(500, "INTERNAL", "No."), Answer(200, "<html>")}) {
    host_.On(kFile, file);
    host_.On(kInteraction, WithVideo("the video inside"));
    sink_.text.clear();
    EXPECT_EQ(Fetch(kUri), absl::OkStatus()) << file;
    EXPECT_EQ(sink_.text, "the video inside") << file;
  }
  EXPECT_THAT(host_.calls(), Not(testing::Contains(kDownload)));
}

TEST_F(InteractionsGeneratorTest, Fetch_FileNotReadyAndNothingInside_Unavailable) {
  host_.On(kInteraction, kWithUri);
  host_.On(kFile, FileIn("PROCESSING"));
  const absl::Status status = Fetch(kUri);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("not ready"));
  EXPECT_EQ(sink_.text, "");
}

TEST_F(InteractionsGeneratorTest, Fetch_FileFailedOrAddressOfNoUse_DataLossOnceNothingIsInside) {
  host_.On(kFile, FileIn("FAILED"));
  for (const std::string& uri : {kUri, std::string("files/abc123"), std::string("file:///etc/passwd")}) {
    host_.On(kInteraction, kWithUri);
    EXPECT_TRUE(absl::IsDataLoss(Fetch(uri))) << uri;
    host_.On(kInteraction, Error(404, "NOT_FOUND", "No such interaction."));
    EXPECT_TRUE(absl::IsDataLoss(Fetch(uri))) << uri;
    host_.On(kInteraction, Error(503, "UNAVAILABLE", "Later."));
    EXPECT_TRUE(absl::IsUnavailable(Fetch(uri))) << uri;
    host_.On(kInteraction, WithVideo("the video inside"));
    EXPECT_EQ(Fetch(uri), absl::OkStatus()) << uri;
  }
  EXPECT_EQ(sink_.text, "the video insidethe video insidethe video inside");
  EXPECT_THAT(host_.calls(), Not(testing::Contains(kDownload)));
}

TEST_F(InteractionsGeneratorTest, Fetch_FileGoneAndInteractionInTrouble_Unavailable) {
  host_.On(kFile, Error(403, "PERMISSION_DENIED", "It may not exist."));
  for (const std::string& trouble : {Error(500, "INTERNAL", "Later."), Answer(200, "<html>"), std::string("no answer"),
                                     Answer(200, R"({"status":"a status of tomorrow"})")}) {
    host_.On(kInteraction, trouble);
    const absl::Status status = Fetch(kUri);
    EXPECT_TRUE(absl::IsUnavailable(status) || absl::IsDataLoss(status)) << trouble << status;
    EXPECT_FALSE(absl::IsNotFound(status)) << trouble;
  }
}

TEST_F(InteractionsGeneratorTest, Fetch_DownloadGone_TheVideoInsideOrNotFound) {
  NotingHost other(Error(404, "NOT_FOUND", "No."));
  host_.On(kFile, FileIn("ACTIVE"));
  host_.On(kDownload, Error(403, "PERMISSION_DENIED", "It may not exist."));
  for (const std::string& uri : {kUri, other.Url("/1.mp4")}) {
    host_.On(kInteraction, kWithUri);
    EXPECT_TRUE(absl::IsNotFound(Fetch(uri))) << uri;
    host_.On(kInteraction, Error(500, "INTERNAL", "Later."));
    EXPECT_TRUE(absl::IsUnavailable(Fetch(uri))) << uri;
    sink_.text.clear();
    host_.On(kInteraction, WithVideo("the video inside"));
    EXPECT_EQ(Fetch(uri), absl::OkStatus()) << uri;
    EXPECT_EQ(sink_.text, "the video inside") << uri;
  }
}

TEST_F(InteractionsGeneratorTest, Fetch_FileAndInteractionGone_NotFound) {
  for (const int code : {403, 404}) {
    host_.On(kFile, Error(code, "X", "It may not exist."));
    host_.On(kInteraction, Error(code, "X", "No such interaction."));
    const absl::Status status = Fetch(kUri);
    EXPECT_TRUE(absl::IsNotFound(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("It may not exist."));
  }
}

TEST_F(InteractionsGeneratorTest, Fetch_FailedInteraction_HasNoVideoInside) {
  host_.On(kInteraction, Answer(200, R"({"id":"v1_Q2gzLW1p==","status":"failed"})"));
  EXPECT_TRUE(absl::IsUnavailable(Fetch("inline")));
  host_.On(kFile, FileIn("FAILED"));
  EXPECT_TRUE(absl::IsDataLoss(Fetch(kUri))) << "what is said of the file is kept";
}

TEST_F(InteractionsGeneratorTest, Fetch_NoAnswerAboutTheFile_TheVideoInside) {
  host_.On(kFile, "no answer");
  host_.On(kInteraction, WithVideo("the video inside"));
  EXPECT_EQ(Fetch(kUri), absl::OkStatus());
  EXPECT_EQ(sink_.text, "the video inside");
}

TEST_F(InteractionsGeneratorTest, FreeCalls_NobodyListens_Unavailable) {
  std::string url;
  { url = NotingHost().Url(); }
  EXPECT_TRUE(absl::IsUnavailable(Make(url)->CheckModel("gemini-omni-1.1-flash")));
  EXPECT_TRUE(absl::IsUnavailable(Make(url)->Cancel(kName)));
}

TEST_F(InteractionsGeneratorTest, Fetch_InteractionThatIsCalledInvalid_NotFound) {
  host_.On(kInteraction, Error(400, "INVALID_ARGUMENT", "Invalid interaction name."));
  EXPECT_TRUE(absl::IsNotFound(Fetch("inline")));
}

TEST_F(InteractionsGeneratorTest, Fetch_VideoInsideBrokenAfterItsBeginning_ItsOwnError) {
  host_.On(kFile, FileIn("PROCESSING"));
  host_.On(kInteraction, Answer(200, absl::StrCat(R"({"status":"completed","steps":[{"type":"model_output","content":[)"
                                                  R"({"type":"video","data":")",
                                                  absl::Base64Escape(std::string(300'000, 'v')), "!\"}]}]}")));
  EXPECT_TRUE(absl::IsDataLoss(Fetch(kUri)));
}

TEST_F(InteractionsGeneratorTest, Fetch_AnotherHostsFile_AskedThereWithoutTheKey) {
  NotingHost other;
  other.On("GET /v1beta/files/abc123:download?sig=1", Answer(200, "video"));
  EXPECT_EQ(Fetch(other.Url("/v1beta/files/abc123:download?sig=1")), absl::OkStatus());
  EXPECT_EQ(sink_.text, "video");
  EXPECT_THAT(host_.calls(), IsEmpty()) << "no file of Google's";
  ASSERT_EQ(other.requests().size(), 1u);
  EXPECT_FALSE(other.requests()[0].Has("x-goog-api-key"));
}

TEST_F(InteractionsGeneratorTest, Fetch_UriThatMustNotBeFollowed_UnavailableWithoutACall) {
  const auto google = Make(google::kGeminiBaseUrl);
  for (const std::string& uri : {host_.Url("/admin"), std::string("http://video.example/1.mp4")}) {
    const absl::Status status = google->Fetch(kName, uri, sink_);
    EXPECT_TRUE(absl::IsUnavailable(status)) << uri << ": " << status;
  }
  EXPECT_EQ(sink_.text, "");
  EXPECT_THAT(host_.calls(), IsEmpty());
}

// --- cancelling -----------------------------------------------------------------------------------------------------

TEST_F(InteractionsGeneratorTest, Cancel_Answers_Statuses) {
  const std::pair<std::string, absl::StatusCode> rows[] = {
      {Answer(200, R"({"id":"v1_Q2gzLW1p==","status":"cancelled"})"), absl::StatusCode::kOk},
      {Error(403, "PERMISSION_DENIED", "No."), absl::StatusCode::kPermissionDenied},
      {Error(404, "NOT_FOUND", "No."), absl::StatusCode::kNotFound},
      {Error(400, "INVALID_ARGUMENT", "Not in progress."), absl::StatusCode::kUnavailable},
      {Error(500, "INTERNAL", "No."), absl::StatusCode::kUnavailable},
      {Answer(404, "<html>"), absl::StatusCode::kUnavailable},
  };
  for (const auto& [answer, code] : rows) {
    host_.On("POST /v1beta/" + kName + "/cancel", answer);
    EXPECT_EQ(Make(host_.Url())->Cancel(kName).code(), code) << answer;
  }
}

TEST_F(InteractionsGeneratorTest, AnyError_NeitherKeyNorQueryInItsWords) {
  NotingHost echo(Error(403, "PERMISSION_DENIED", absl::StrCat("key ", kTestKey, " is bad")));
  const auto generator = Make(echo.Url());
  const absl::Status fetched = generator->Fetch(kName, echo.Url("/v1beta/files/abc:download?sig=topsecret"), sink_);
  for (const std::string& words : {generator->Start(Request()).detail, generator->Poll(kName).detail,
                                   std::string(fetched.message()), std::string(generator->Cancel(kName).message()),
                                   std::string(generator->CheckModel("gemini-omni-1.1-flash").message())}) {
    EXPECT_THAT(words, HasSubstr("is bad"));
    EXPECT_THAT(words, Not(HasSubstr(kTestKey)));
    EXPECT_THAT(words, Not(HasSubstr("topsecret")));
  }
}

// --- against the simulator ------------------------------------------------------------------------------------------

class InteractionsOnSimulator : public testing::Test {
 protected:
  std::string Start() {
    StartRequest request;
    request.options = google_.options();
    request.scene = {"A leaf turns towards the light.", 6};
    const StartOutcome outcome = google_.generator().Start(request);
    EXPECT_EQ(outcome.kind, OutcomeKind::kAccepted) << outcome.detail;
    return outcome.operation_name;
  }

  SimulatedGoogle google_{Door::kInteractions};
  StringSink sink_;
};

TEST_F(InteractionsOnSimulator, Cancel_InProgress_FreeAndFailedAsOftenAsAsked) {
  const std::string name = Start();
  EXPECT_EQ(google_.generator().Cancel(name), absl::OkStatus());
  EXPECT_EQ(google_.generator().Cancel(name), absl::OkStatus());
  const PollAnswer answer = google_.generator().Poll(name);
  EXPECT_EQ(answer.kind, PollKind::kFailed);
  EXPECT_EQ(answer.detail, "the interaction was cancelled");
  google_.Finish();
  EXPECT_EQ(google_.simulator().bill().total_micro_dollars, 0);
}

TEST_F(InteractionsOnSimulator, Cancel_Done_AnErrorAndTheVideoStays) {
  const std::string name = Start();
  google_.Finish();
  EXPECT_FALSE(google_.generator().Cancel(name).ok());
  EXPECT_EQ(google_.generator().Poll(name).kind, PollKind::kSucceeded);
}

TEST_F(InteractionsOnSimulator, Poll_EndsOfAnInteraction_FailedInTheirOwnWords) {
  const std::pair<simulator::FaultKind, const char*> rows[] = {
      {simulator::FaultKind::kInteractionRequiresAction, "action"},
      {simulator::FaultKind::kInteractionBudgetExceeded, "budget"},
      {simulator::FaultKind::kInteractionIncomplete, "before it was complete"},
  };
  for (const auto& [kind, words] : rows) {
    google_.simulator().SetFaults({kind});
    const std::string name = Start();
    google_.Finish();
    const PollAnswer answer = google_.generator().Poll(name);
    EXPECT_EQ(answer.kind, PollKind::kFailed);
    EXPECT_THAT(answer.detail, HasSubstr(words));
  }
}

TEST_F(InteractionsOnSimulator, Fetch_FileStaysProcessing_UnavailableAndNothingWritten) {
  google_.simulator().SetFaults({simulator::FaultKind::kFileStaysProcessing});
  const std::string name = Start();
  google_.Finish();
  EXPECT_TRUE(absl::IsUnavailable(google_.generator().Fetch(name, google_.generator().Poll(name).result, sink_)));
  EXPECT_EQ(sink_.text, "");
}

TEST_F(InteractionsOnSimulator, Fetch_TwoDaysLater_NotFound) {
  const std::string name = Start();
  google_.Finish();
  const std::string result = google_.generator().Poll(name).result;
  google_.clock().Advance(absl::Hours(49));
  EXPECT_TRUE(absl::IsNotFound(google_.generator().Fetch(name, result, sink_)));
}

TEST_F(InteractionsOnSimulator, WholeFlowWithRedirects_KeyNeverLeaks) {
  const std::string name = Start();
  google_.Finish();
  google_.Arrange(Happening::kRedirectToOtherHost);
  EXPECT_EQ(google_.generator().Fetch(name, google_.generator().Poll(name).result, sink_), absl::OkStatus());
  EXPECT_EQ(google_.simulator().counts().leaked_keys, 0);
}

}  // namespace
}  // namespace videojobs::interactions
