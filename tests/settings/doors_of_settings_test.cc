// Which doors a set of settings opens, with whose credentials, at which address, and what is said of those that stay
// closed.
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "adapters/http/client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/assembly/generators.h"
#include "server/assembly/storages.h"
#include "server/settings.h"
#include "tests/http/noting_host.h"
#include "tests/support/settable_clock.h"
#include "tests/support/string_sink.h"

namespace videojobs {
namespace {

using http::Answer;
using http::NotingHost;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Env = std::map<std::string, std::string>;

constexpr char kModel[] = "publishers/google/models/veo-3.1-generate-001";
const std::string kName = absl::StrCat("projects/my-project/locations/us-central1/", kModel, "/operations/8c5a4f2e");
const std::string kExpressPoll = absl::StrCat("POST /v1beta1/", kModel, ":fetchPredictOperation");
const std::string kPoll =
    absl::StrCat("POST /v1/projects/my-project/locations/us-central1/", kModel, ":fetchPredictOperation");
constexpr char kMetadataToken[] = "GET /computeMetadata/v1/instance/service-accounts/default/token";
constexpr char kMetadataProject[] = "GET /computeMetadata/v1/project/project-id";
constexpr char kFromGoogle[] = "Metadata-Flavor: Google\r\n";
constexpr char kToken[] = R"({"access_token":"ya29.token-1","expires_in":3599})";

class DoorsOfSettings : public testing::Test {
 protected:
  DoorsOfSettings() {
    std::filesystem::create_directories(folder_);
    host_.On("POST /token", Answer(200, kToken));
  }
  ~DoorsOfSettings() override { std::filesystem::remove_all(folder_); }

  // Everything of Vertex AI is asked of the host, and of nobody else.
  Env OnHost(Env more) const {
    more.emplace("VIDEOJOBS_VERTEX_BASE_URL", host_.Url());
    more.emplace("GCE_METADATA_HOST", host_.Authority());
    more.emplace("STORAGE_EMULATOR_HOST", host_.Url());
    more.emplace("CLOUDSDK_CONFIG", (folder_ / "gcloud").string());
    return more;
  }
  Env WithKey(Env more = {}) const {
    more.emplace("GOOGLE_GENAI_API_KEY", "AIzaTest");
    return OnHost(std::move(more));
  }
  // What `gcloud auth application-default login` leaves, at its well-known place.
  void LogIn(const std::string& more = "") const {
    std::filesystem::create_directories(folder_ / "gcloud");
    std::ofstream(folder_ / "gcloud" / "application_default_credentials.json")
        << R"({"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r","token_uri":")"
        << host_.Url("/token") << "\"" << more << "}";
  }
  static std::string Project() { return R"(,"project_id":"my-project")"; }

  absl::StatusOr<OpenGenerators> Opened(const Env& env) {
    auto settings = ReadSettings(env);
    if (!settings.ok()) return settings.status();
    settings_ = std::make_unique<Settings>(*std::move(settings));
    return OpenTheGenerators(*settings_, "", PricesOf(*settings_).value(), client_, client_, clock_);
  }
  OpenGenerators Open(const Env& env) { return Opened(env).value(); }
  std::string Alternatives(const Env& env, const std::string& provider, const std::string& model) {
    return Open(env).All().AlternativesTo(provider, model);
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      absl::StrCat("doors-", testing::UnitTest::GetInstance()->current_test_info()->name());
  http::Client client_;
  SettableClock clock_;
  NotingHost host_;
  std::unique_ptr<Settings> settings_;
  StringSink sink_;
};

// --- which are open -------------------------------------------------------------------------------------------------

TEST_F(DoorsOfSettings, KeyAlone_OpensTheGeminiApisAndAsksNobody) {
  const OpenGenerators opened = Open(WithKey());
  const Generators doors = opened.All();
  EXPECT_EQ(doors.chosen().provider(), "interactions");
  EXPECT_TRUE(doors.Has("gemini"));
  EXPECT_FALSE(doors.Has("vertex"));
  EXPECT_THAT(opened.closed, IsEmpty());
  EXPECT_EQ(opened.warning, "");
  EXPECT_THAT(host_.calls(), IsEmpty()) << "no metadata server is looked for on behalf of somebody with a key";
}

TEST_F(DoorsOfSettings, FileOfGcloud_OpensVertexBesideTheKey) {
  LogIn(Project());
  const OpenGenerators opened = Open(WithKey());
  EXPECT_TRUE(opened.All().Has("vertex"));
  host_.On(kPoll, Answer(200, absl::StrCat("{\"name\":\"", kName, "\"}")));
  EXPECT_EQ(opened.All().Of("vertex").Poll(kName).kind, PollKind::kRunning);
  EXPECT_THAT(host_.calls(), ElementsAre("POST /token", kPoll));
  EXPECT_THAT(host_.requests().at(0).body, HasSubstr("refresh_token=r"));
}

TEST_F(DoorsOfSettings, FileOfGcloud_IsWhatVertexUsesWhereItIsChosen) {
  LogIn();
  const OpenGenerators opened = Open(OnHost({{"GOOGLE_CLOUD_PROJECT", "my-project"}}));
  EXPECT_EQ(opened.chosen->provider(), "vertex");
  host_.On(kPoll, Answer(200, absl::StrCat("{\"name\":\"", kName, "\"}")));
  EXPECT_EQ(opened.chosen->Poll(kName).kind, PollKind::kRunning);
}

// It may have been made for another errand, and names no project: whoever has never heard of Vertex AI is not warned.
TEST_F(DoorsOfSettings, FileOfGcloudThatCannotBeUsed_IsPassedOverInSilence) {
  LogIn();
  const OpenGenerators opened = Open(WithKey());
  EXPECT_FALSE(opened.All().Has("vertex"));
  EXPECT_THAT(opened.closed, IsEmpty());
}

TEST_F(DoorsOfSettings, NamedFileThatCannotBeUsed_ClosesThatDoorAndSaysWhy) {
  const OpenGenerators opened =
      Open(WithKey({{"VIDEO_PROVIDER", "interactions"}, {"GOOGLE_APPLICATION_CREDENTIALS", "/nowhere.json"}}));
  EXPECT_FALSE(opened.All().Has("vertex"));
  EXPECT_THAT(opened.closed, ElementsAre(HasSubstr("GOOGLE_APPLICATION_CREDENTIALS names /nowhere.json")));
}

// --- credentials that nobody named ----------------------------------------------------------------------------------

TEST_F(DoorsOfSettings, JobOfExpressMode_IsBroughtHomeByTheSameKey) {
  const OpenGenerators opened = Open(WithKey({{"VIDEOJOBS_VERTEX_OUTPUT", "gs://bucket/of/earlier/settings"}}));
  host_.On(kExpressPoll, Answer(200, absl::StrCat("{\"name\":\"", kName, "\"}")));
  EXPECT_EQ(opened.All().Of("vertex").Poll(kName).kind, PollKind::kRunning);
  EXPECT_THAT(host_.calls(), ElementsAre(kExpressPoll));
  EXPECT_EQ(host_.requests().at(0).headers.at("x-goog-api-key"), "AIzaTest");
}

TEST_F(DoorsOfSettings, JobOfTheMachinesAccount_IsBroughtHomeByIt) {
  const OpenGenerators opened = Open(WithKey());
  host_.On(kMetadataProject, Answer(200, "my-project", kFromGoogle));
  host_.On(kMetadataToken, Answer(200, kToken, kFromGoogle));
  host_.On(kPoll, Answer(200, absl::StrCat("{\"name\":\"", kName, "\"}")));
  EXPECT_EQ(opened.All().Of("vertex").Poll(kName).kind, PollKind::kRunning);
  EXPECT_THAT(host_.calls(), ElementsAre(kExpressPoll, kMetadataProject, kMetadataToken, kPoll));
}

TEST_F(DoorsOfSettings, JobThatNoFoundCredentialsAreFor_WaitsAndSaysWhatToSet) {
  const OpenGenerators opened = Open(WithKey());
  host_.On(kExpressPoll, Answer(403, R"({"error":{"code":403,"status":"PERMISSION_DENIED","message":"Not yours."}})"));
  const PollAnswer answer = opened.All().Of("vertex").Poll(kName);
  EXPECT_EQ(answer.kind, PollKind::kTroubled) << "it is not gone: these may be the wrong credentials";
  EXPECT_THAT(answer.detail, AllOf(HasSubstr("GOOGLE_APPLICATION_CREDENTIALS"), HasSubstr("Not yours.")));
  EXPECT_TRUE(absl::IsUnavailable(opened.All().Of("vertex").Fetch(kName, "inline", sink_)));
  EXPECT_EQ(sink_.text, "");
}

TEST_F(DoorsOfSettings, MetadataServerThatIsNot_IsLookedForOnceAMinute) {
  const OpenGenerators opened = Open(WithKey());
  for (int i = 0; i < 3; ++i) opened.All().Of("vertex").Poll(kName);
  EXPECT_THAT(host_.calls(), ElementsAre(kExpressPoll, kMetadataProject, kExpressPoll, kExpressPoll));
  clock_.Advance(absl::Minutes(2));
  opened.All().Of("vertex").Poll(kName);
  EXPECT_EQ(host_.calls().back(), kMetadataProject);
}

TEST_F(DoorsOfSettings, CredentialsThatNobodyNamed_StartNothing) {
  const OpenGenerators opened = Open(WithKey());
  StartRequest request;
  request.options.model = "veo-3.1-generate-001";
  request.scene = {"A leaf.", 6};
  EXPECT_EQ(opened.All().Of("vertex").Start(request).kind, OutcomeKind::kRefused);
  EXPECT_THAT(host_.calls(), IsEmpty());
}

TEST_F(DoorsOfSettings, NoKey_JobsOfTheGeminiApiWaitForIt) {
  LogIn(Project());
  const OpenGenerators opened = Open(OnHost({{"VIDEO_PROVIDER", "vertex"}}));
  for (const char* provider : {"gemini", "interactions"}) {
    EXPECT_FALSE(opened.All().Has(provider));
    EXPECT_THAT(opened.All().Of(provider).Poll("x").detail, HasSubstr("GOOGLE_GENAI_API_KEY"));
  }
}

// --- at the start ---------------------------------------------------------------------------------------------------

TEST_F(DoorsOfSettings, ProjectWithoutAnyCredentials_OneLineThatNamesTheWays) {
  const absl::Status refused = Opened(OnHost({{"GOOGLE_CLOUD_PROJECT", "my-project"}})).status();
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr("GOOGLE_APPLICATION_CREDENTIALS"), HasSubstr("gcloud auth application-default login"),
                    Not(HasSubstr("\n"))));
}

TEST_F(DoorsOfSettings, QuotaProject_GoesWithEveryCall) {
  LogIn(Project() + R"(,"quota_project_id":"of-the-file")");
  const OpenGenerators opened = Open(OnHost({{"VIDEO_PROVIDER", "vertex"}, {"GOOGLE_CLOUD_QUOTA_PROJECT", "billed"}}));
  opened.chosen->Poll(kName);
  EXPECT_EQ(host_.requests().back().headers.at("x-goog-user-project"), "billed");
}

// The environment of the project's first days: a key, and Veo by name.
TEST_F(DoorsOfSettings, ModelThatIsReportedGone_IsSaidAtOnce) {
  const Env env = WithKey({{"VEO_MODEL", "veo-3.1"}});
  EXPECT_THAT(Open(env).warning, AllOf(HasSubstr("VEO_MODEL=veo-3.1"), HasSubstr("2026-10-22"),
                                       HasSubstr("VIDEO_PROVIDER=interactions, VEO_MODEL=omni"), Not(HasSubstr("\n"))));
  Env with_proxy = env;
  with_proxy["VEO_BASE_URL"] = "https://proxy.example";
  EXPECT_EQ(Open(with_proxy).warning, "") << "who knows what a proxy has";
}

TEST_F(DoorsOfSettings, PlainHttp_WhereInsecureAllowsIt) {
  EXPECT_FALSE(Opened(WithKey({{"VEO_BASE_URL", "http://proxy.example"}})).ok());
  EXPECT_TRUE(Opened(WithKey({{"VEO_BASE_URL", "http://proxy.example"}, {"VIDEOJOBS_INSECURE", "yes"}})).ok());
  const Env supabase = WithKey(
      {{"SUPABASE_URL", "http://kong:8000"}, {"SUPABASE_SERVICE_ROLE_KEY", "k"}, {"VIDEOJOBS_INSECURE", "yes"}});
  EXPECT_EQ(OpenTheStorage(ReadSettings(supabase).value(), client_).status(), absl::OkStatus());
}

// --- prices ---------------------------------------------------------------------------------------------------------

TEST_F(DoorsOfSettings, PriceFile_ShortName_IsThePriceOfEveryDoorThatHasIt) {
  const std::string file = (folder_ / "prices").string();
  std::ofstream(file) << "omni 4K 0.30 2026-11-01 contract\nveo-3.1 720p 0.50 2026-11-01 contract\n";
  LogIn(Project());
  const OpenGenerators opened = Open(WithKey({{"VIDEOJOBS_PRICE_FILE", file}}));
  const auto price = [doors = opened.All()](absl::string_view provider, const std::string& model,
                                            const std::string& resolution) {
    VideoOptions options;
    options.model = model;
    options.resolution = resolution;
    return doors.Of(std::string(provider)).PriceMicros(options, {"A leaf.", 10});
  };
  EXPECT_EQ(price("interactions", "gemini-omni-1.1-flash", "4k"), 3'000'000);
  EXPECT_EQ(price("interactions", "gemini-omni-1.1-flash", "720p"), 1'013'600) << "the built-in one";
  EXPECT_EQ(price("gemini", "veo-3.1-generate-preview", "720p"), 5'000'000);
  EXPECT_EQ(price("vertex", "veo-3.1-generate-001", "720p"), 5'000'000);
}

// --- addresses ------------------------------------------------------------------------------------------------------

TEST_F(DoorsOfSettings, ProxyOfOneApi_GetsNoCredentialsOfTheOther) {
  LogIn(Project());
  NotingHost proxy;
  const OpenGenerators opened = Open(WithKey({{"VEO_BASE_URL", proxy.Url()}}));
  opened.All().Of("vertex").Poll(kName);
  EXPECT_THAT(proxy.calls(), IsEmpty());
  EXPECT_THAT(host_.calls(), Contains(kPoll));
  opened.All().Of("interactions").Poll("interactions/v1_x");
  opened.All().Of("gemini").Poll("models/m/operations/a");
  EXPECT_EQ(proxy.calls().size(), 2u);
  for (const auto& request : proxy.requests()) EXPECT_FALSE(request.Has("authorization"));
  for (const auto& request : host_.requests()) EXPECT_FALSE(request.Has("x-goog-api-key"));
}

// --- alternatives ---------------------------------------------------------------------------------------------------

TEST_F(DoorsOfSettings, Alternatives_AreThoseOfTheUsersOwnCredentials) {
  const std::string by_key =
      Alternatives(WithKey({{"VIDEO_PROVIDER", "gemini"}}), "gemini", "veo-3.1-generate-preview");
  EXPECT_THAT(by_key, AllOf(HasSubstr("VEO_MODEL=omni"), Not(HasSubstr("VIDEO_PROVIDER=vertex"))));
  LogIn(Project());
  const std::string by_cloud = Alternatives(OnHost({{"VIDEO_PROVIDER", "vertex"}}), "vertex", "veo-3.1");
  EXPECT_THAT(by_cloud, AllOf(HasSubstr("VEO_MODEL=veo-3.1-fast or veo-3.1-lite"), Not(HasSubstr("omni")),
                              Not(HasSubstr("veo-3.1-generate-001"))));
  const std::string by_both = Alternatives(WithKey({{"VIDEO_PROVIDER", "vertex"}, {"GOOGLE_CLOUD_PROJECT", "p"}}),
                                           "vertex", "veo-3.1-generate-001");
  EXPECT_THAT(by_both, AllOf(HasSubstr("VEO_MODEL=veo-3.1-fast or veo-3.1-lite"), HasSubstr("VEO_MODEL=omni")));
}

TEST_F(DoorsOfSettings, Alternatives_NothingOpenIsLeft_SaysWhatWouldOpenAnotherDoor) {
  EXPECT_THAT(Alternatives(WithKey(), "interactions", "gemini-omni-1.1-flash"),
              AllOf(HasSubstr("Not open here: veo-3.1-generate-001"), HasSubstr("VIDEO_PROVIDER=vertex"),
                    HasSubstr("set GOOGLE_APPLICATION_CREDENTIALS")));
}

}  // namespace
}  // namespace videojobs
