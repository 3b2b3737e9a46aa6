#include "server/settings.h"

#include <map>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace videojobs {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Env = std::map<std::string, std::string>;

Env WithKey(Env more = {}) {
  more.emplace("GOOGLE_GENAI_API_KEY", "AIzaTest");
  return more;
}

Settings Read(const Env& env) {
  const auto settings = ReadSettings(env);
  EXPECT_TRUE(settings.ok()) << settings.status();
  return settings.ok() ? *settings : Settings();
}

std::string Problem(const Env& env) {
  const auto settings = ReadSettings(env);
  EXPECT_FALSE(settings.ok());
  EXPECT_EQ(settings.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(settings.status().message());
}

TEST(ReadSettings, KeyAlone_GivesTheDefaults) {
  const Settings settings = Read(WithKey());
  EXPECT_EQ(settings.google_api_key.Reveal(), "AIzaTest");
  EXPECT_EQ(settings.provider, "interactions");
  EXPECT_EQ(settings.model, "omni");
  EXPECT_TRUE(settings.generation_enabled);
  EXPECT_FALSE(settings.mock);
  EXPECT_TRUE(settings.database_url.empty());
  EXPECT_EQ(settings.storage, StorageKind::kFilesystem);
  EXPECT_EQ(settings.storage_directory, "./videojobs-data/videos");
  EXPECT_EQ(settings.daily_cap_micros, 25'000'000);
  EXPECT_EQ(settings.total_cap_micros, std::nullopt);
  EXPECT_EQ(settings.adopt, AdoptPolicy::kNew);
  EXPECT_EQ(settings.listen, "127.0.0.1:50051");
  EXPECT_EQ(settings.http_listen, "127.0.0.1:8080");
  EXPECT_EQ(settings.poll_interval, absl::Seconds(15));
  EXPECT_EQ(settings.start_deadline, absl::Hours(72));
  EXPECT_EQ(settings.lease, absl::Seconds(20));
  EXPECT_EQ(settings.concurrency, 16);
  EXPECT_FALSE(settings.log_json);
  EXPECT_EQ(settings.log_level, Severity::kInfo);
}

// Also what a user has who has logged in with gcloud, or whose machine is Google's.
TEST(ReadSettings, NoCredentials_SaysEveryWayOut) {
  EXPECT_THAT(Problem({}),
              AllOf(HasSubstr("GOOGLE_GENAI_API_KEY"), HasSubstr("GOOGLE_APPLICATION_CREDENTIALS"),
                    HasSubstr("VIDEO_PROVIDER=vertex"), HasSubstr("MOCK_MODE=true"), Not(HasSubstr("\n"))));
}

// A proxy gets the credentials of the API that it stands for, and no other's.
TEST(ReadSettings, BaseUrl_IsOfTheChosenProvidersApiOnly) {
  const Settings gemini = Read(WithKey({{"VEO_BASE_URL", "https://proxy.example"}}));
  EXPECT_EQ(gemini.gemini_base_url, "https://proxy.example");
  EXPECT_EQ(gemini.vertex_base_url, "");
  const Settings vertex = Read(WithKey({{"VEO_BASE_URL", "https://proxy.example"}, {"VIDEO_PROVIDER", "vertex"}}));
  EXPECT_EQ(vertex.gemini_base_url, "");
  EXPECT_EQ(vertex.vertex_base_url, "https://proxy.example");
  const Settings both =
      Read(WithKey({{"VEO_BASE_URL", "https://a.example"}, {"VIDEOJOBS_VERTEX_BASE_URL", "https://b.example"}}));
  EXPECT_EQ(both.gemini_base_url, "https://a.example");
  EXPECT_EQ(both.vertex_base_url, "https://b.example");
}

TEST(ReadSettings, MockMode_NeedsNoKeyStoresLocallyAndAdoptsNothing) {
  const Settings settings = Read({{"MOCK_MODE", "true"},
                                  {"SUPABASE_URL", "https://p.supabase.co"},
                                  {"SUPABASE_SERVICE_ROLE_KEY", "k"},
                                  {"STORAGE_URL", "supabase://videos"}});
  EXPECT_TRUE(settings.mock);
  EXPECT_EQ(settings.storage, StorageKind::kFilesystem);
  EXPECT_EQ(settings.adopt, AdoptPolicy::kOff);
}

TEST(ReadSettings, MockModeWithAdoptSet_Adopts) {
  EXPECT_EQ(Read({{"MOCK_MODE", "1"}, {"VIDEOJOBS_ADOPT", "new"}}).adopt, AdoptPolicy::kNew);
}

TEST(ReadSettings, VariableSetToNothing_CountsAsNotSet) {
  EXPECT_EQ(Read(WithKey({{"VEO_MODEL", ""}, {"DATABASE_URL", ""}})).model, "omni");
}

// Which door to Google is taken where nobody says it.
TEST(ReadSettings, NoProvider_IsChosenByModelAndCredentials) {
  const struct {
    Env env;
    const char* provider;
    const char* model;
  } cases[] = {
      {{{"GOOGLE_GENAI_API_KEY", "k"}}, "interactions", "omni"},
      {{{"GOOGLE_GENAI_API_KEY", "k"}, {"VEO_MODEL", "veo-3.1"}}, "gemini", "veo-3.1"},
      {{{"GOOGLE_GENAI_API_KEY", "k"}, {"VEO_MODEL", "veo-3.1-lite-generate-001"}},
       "vertex",
       "veo-3.1-lite-generate-001"},
      {{{"GOOGLE_CLOUD_PROJECT", "p"}}, "vertex", "veo-3.1"},
      {{{"GOOGLE_APPLICATION_CREDENTIALS", "/key.json"}, {"VEO_MODEL", "veo-3.1-fast"}}, "vertex", "veo-3.1-fast"},
      {{{"GOOGLE_GENAI_API_KEY", "k"}, {"GOOGLE_CLOUD_PROJECT", "p"}}, "vertex", "veo-3.1"},
      {{{"GOOGLE_GENAI_API_KEY", "k"}, {"GOOGLE_CLOUD_PROJECT", "p"}, {"VEO_MODEL", "omni"}}, "interactions", "omni"},
      {{{"MOCK_MODE", "1"}}, "gemini", "veo-3.1"},
      {{{"MOCK_MODE", "1"}, {"VEO_MODEL", "omni"}}, "interactions", "omni"},
      {{{"MOCK_MODE", "1"}, {"VIDEO_PROVIDER", "vertex"}}, "vertex", "veo-3.1"},
      {{{"VIDEO_PROVIDER", "vertex"}}, "vertex", "veo-3.1"},
      {{{"GOOGLE_GENAI_API_KEY", "k"}, {"VIDEO_PROVIDER", "gemini"}}, "gemini", "veo-3.1"},
  };
  for (const auto& row : cases) {
    const Settings settings = Read(row.env);
    EXPECT_EQ(settings.provider, row.provider);
    EXPECT_EQ(settings.model, row.model);
  }
}

TEST(ReadSettings, GoogleCloud_IsReadUnderItsOwnNames) {
  const Settings settings = Read({{"GOOGLE_CLOUD_PROJECT", "p"},
                                  {"GOOGLE_CLOUD_LOCATION", "eu"},
                                  {"VIDEOJOBS_VERTEX_OUTPUT", "gs://b/out"},
                                  {"VIDEOJOBS_VERTEX_PARAMETERS", R"({"fps": 24})"},
                                  {"HOME", "/home/ada"},
                                  {"STORAGE_EMULATOR_HOST", "127.0.0.1:9"},
                                  {"GCE_METADATA_HOST", "127.0.0.1:8"}});
  EXPECT_TRUE(settings.cloud.is_named);
  EXPECT_EQ(settings.cloud.location, "eu");
  EXPECT_EQ(settings.cloud.output, "gs://b/out");
  EXPECT_EQ(settings.cloud.parameters, R"({"fps": 24})");
  EXPECT_EQ(settings.cloud.gcloud_file, "/home/ada/.config/gcloud/application_default_credentials.json");
  EXPECT_EQ(settings.cloud.storage_url, "http://127.0.0.1:9");
  EXPECT_EQ(settings.cloud.metadata_host, "127.0.0.1:8");
  EXPECT_EQ(Read({{"GOOGLE_CLOUD_PROJECT", "p"}, {"CLOUDSDK_CONFIG", "/c"}}).cloud.gcloud_file,
            "/c/application_default_credentials.json");
}

TEST(ReadSettings, Storyboards_AreGeminisWithAKeyAndPlainElse) {
  EXPECT_TRUE(Read(WithKey()).gemini_storyboards);
  EXPECT_FALSE(Read(WithKey({{"VIDEOJOBS_STORYBOARDS", "plain"}})).gemini_storyboards);
  EXPECT_FALSE(Read({{"GOOGLE_CLOUD_PROJECT", "p"}}).gemini_storyboards);
  EXPECT_FALSE(Read({{"MOCK_MODE", "1"}}).gemini_storyboards);
  EXPECT_THAT(Problem({{"GOOGLE_CLOUD_PROJECT", "p"}, {"VIDEOJOBS_STORYBOARDS", "gemini"}}),
              HasSubstr("GOOGLE_GENAI_API_KEY"));
}

TEST(ReadSettings, SupabaseUrlAndKey_MakeItTheStorage) {
  const Settings settings =
      Read(WithKey({{"SUPABASE_URL", "https://p.supabase.co/"}, {"SUPABASE_SERVICE_ROLE_KEY", "k"}}));
  EXPECT_EQ(settings.storage, StorageKind::kSupabase);
  EXPECT_EQ(settings.supabase_url, "https://p.supabase.co");
  EXPECT_EQ(settings.supabase_bucket, "escalation-videos");
}

TEST(ReadSettings, SupabaseBucketInStorageUrl_IsTaken) {
  const Settings settings = Read(WithKey({{"SUPABASE_URL", "https://p.supabase.co"},
                                          {"SUPABASE_SERVICE_ROLE_KEY", "k"},
                                          {"STORAGE_URL", "supabase://answers"}}));
  EXPECT_EQ(settings.supabase_bucket, "answers");
}

TEST(ReadSettings, SupabaseWithoutItsKey_NamesTheKey) {
  EXPECT_THAT(Problem(WithKey({{"SUPABASE_URL", "https://p.supabase.co"}})),
              HasSubstr("SUPABASE_SERVICE_ROLE_KEY is not set"));
  EXPECT_THAT(Problem(WithKey({{"STORAGE_URL", "supabase://b"}})),
              AllOf(HasSubstr("SUPABASE_URL is not set"), HasSubstr("SUPABASE_SERVICE_ROLE_KEY is not set")));
}

TEST(ReadSettings, FileStorage_IsTakenEvenWithSupabaseSet) {
  const Settings settings = Read(WithKey({{"STORAGE_URL", "file:///var/lib/videos"},
                                          {"SUPABASE_URL", "https://p.supabase.co"},
                                          {"SUPABASE_SERVICE_ROLE_KEY", "k"}}));
  EXPECT_EQ(settings.storage, StorageKind::kFilesystem);
  EXPECT_EQ(settings.storage_directory, "/var/lib/videos");
}

TEST(ReadSettings, BeyondLoopback_IsRefusedUnlessInsecure) {
  EXPECT_THAT(Problem(WithKey({{"VIDEOJOBS_LISTEN", "0.0.0.0:50051"}})),
              AllOf(HasSubstr("VIDEOJOBS_LISTEN"), HasSubstr("VIDEOJOBS_INSECURE=yes")));
  EXPECT_THAT(Problem(WithKey({{"VIDEOJOBS_HTTP_LISTEN", ":8080"}})), HasSubstr("VIDEOJOBS_HTTP_LISTEN"));
  EXPECT_EQ(Read(WithKey({{"VIDEOJOBS_LISTEN", "0.0.0.0:50051"}, {"VIDEOJOBS_INSECURE", "yes"}})).listen,
            "0.0.0.0:50051");
}

TEST(ReadSettings, HttpDoorSetToNothing_IsOffWhereItIsNotNeeded) {
  EXPECT_THAT(Problem(WithKey({{"VIDEOJOBS_HTTP_LISTEN", ""}})), HasSubstr("VIDEOJOBS_PUBLIC_URL"));
  const Settings settings = Read(WithKey(
      {{"VIDEOJOBS_HTTP_LISTEN", ""}, {"SUPABASE_URL", "https://p.supabase.co"}, {"SUPABASE_SERVICE_ROLE_KEY", "k"}}));
  EXPECT_EQ(settings.http_listen, "");
}

// A video keeps the URL that it was published with: http://0.0.0.0:8080/videos/… opens on no other machine.
TEST(ReadSettings, HttpDoorOnEveryAddress_LocalVideosTakeAPublicUrl) {
  for (const char* listen : {"0.0.0.0:8080", "[::]:8080"}) {
    Env env = WithKey({{"VIDEOJOBS_HTTP_LISTEN", listen}, {"VIDEOJOBS_INSECURE", "yes"}});
    EXPECT_THAT(Problem(env), AllOf(HasSubstr("VIDEOJOBS_PUBLIC_URL is not set"), HasSubstr("VIDEOJOBS_HTTP_LISTEN"),
                                    Not(HasSubstr("\n"))));
    env["VIDEOJOBS_PUBLIC_URL"] = "http://videos.example:8080";
    EXPECT_EQ(Read(env).public_url, "http://videos.example:8080");
    env["VIDEOJOBS_PUBLIC_URL"] = "videos.example";
    EXPECT_THAT(Problem(env), AllOf(HasSubstr("https://host/path"), Not(HasSubstr("\n")))) << "said once";
  }
}

TEST(ReadSettings, HttpDoorOnEveryAddress_OtherStoragesMayHaveUrlsOfTheirOwn) {
  Env env = WithKey({{"SUPABASE_URL", "https://p.supabase.co"}, {"SUPABASE_SERVICE_ROLE_KEY", "k"}});
  EXPECT_FALSE(Read(env).http_everywhere);
  env["VIDEOJOBS_HTTP_LISTEN"] = "0.0.0.0:8080";
  env["VIDEOJOBS_INSECURE"] = "yes";
  const Settings settings = Read(env);
  EXPECT_TRUE(settings.http_everywhere);
  EXPECT_EQ(settings.public_url, "");
}

TEST(ReadSettings, PlainHttpToAnotherHost_IsRefusedUnlessInsecure) {
  EXPECT_THAT(Problem(WithKey({{"VEO_BASE_URL", "http://proxy.example"}})), HasSubstr("https://"));
  EXPECT_EQ(Read(WithKey({{"VEO_BASE_URL", "http://127.0.0.1:9000"}})).veo_base_url, "http://127.0.0.1:9000");
  EXPECT_EQ(Read(WithKey({{"VEO_BASE_URL", "http://simulator:9000"}, {"VIDEOJOBS_INSECURE", "yes"}})).veo_base_url,
            "http://simulator:9000");
}

TEST(ReadSettings, UnknownVideojobsVariable_SuggestsTheNearest) {
  EXPECT_EQ(Problem(WithKey({{"VIDEOJOBS_POLL_INTERVALL", "15s"}})),
            "VIDEOJOBS_POLL_INTERVALL is no setting; did you mean VIDEOJOBS_POLL_INTERVAL?");
  EXPECT_THAT(Problem(WithKey({{"VIDEOJOBS_FROBNICATION", "1"}})), HasSubstr("--help"));
}

TEST(ReadSettings, VariablesOfOthers_ArePassedOver) {
  Read(WithKey({{"PATH", "/bin"}, {"VIDEO_PLAYER", "vlc"}, {"VIDEOJOBS_SERVER", "127.0.0.1:1"}}));
}

TEST(ReadSettings, ListOfHosts_IsSplit) {
  EXPECT_THAT(Read(WithKey({{"VIDEOJOBS_ALLOWED_HOSTS", "a.example, b.example"}})).allowed_hosts,
              ElementsAre("a.example", "b.example"));
}

TEST(ReadSettings, SpendLimits_AreExactAndMayBeNone) {
  const Settings settings =
      Read(WithKey({{"VIDEO_DAILY_SPEND_LIMIT_USD", "none"}, {"VIDEO_TOTAL_SPEND_LIMIT_USD", "100.10"}}));
  EXPECT_EQ(settings.daily_cap_micros, std::nullopt);
  EXPECT_EQ(settings.total_cap_micros, 100'100'000);
}

struct WrongValue {
  std::string name;
  std::string value;
  std::string right;  // part of what the line must say
};

class WrongValueTest : public ::testing::TestWithParam<WrongValue> {};

TEST_P(WrongValueTest, ReadSettings_IsOneLineThatNamesItAndSaysWhatIsRight) {
  Env env = WithKey();
  env[GetParam().name] = GetParam().value;
  EXPECT_THAT(Problem(env), AllOf(HasSubstr(GetParam().name), HasSubstr(GetParam().right), Not(HasSubstr("\n"))));
}

INSTANTIATE_TEST_SUITE_P(
    ReadSettings, WrongValueTest,
    ::testing::Values(
        WrongValue{"MOCK_MODE", "maybe", "true or false"},
        WrongValue{"VIDEO_GENERATION_ENABLED", "on", "true or false"}, WrongValue{"VIDEO_PROVIDER", "sora", "gemini"},
        WrongValue{"VIDEOJOBS_VERTEX_OUTPUT", "s3://bucket", "gs://BUCKET/PREFIX"},
        WrongValue{"VIDEOJOBS_STORYBOARDS", "sora", "gemini, plain"},
        WrongValue{"VIDEOJOBS_STORYBOARD_MODEL", "a b", "gemini-3.6-flash"},
        WrongValue{"GCE_METADATA_HOST", "http://x/", "HOST or HOST:PORT"},
        WrongValue{"VEO_MODEL", "veo 3\n", "veo-3.1"},
        WrongValue{"VEO_BASE_URL", "generativelanguage.googleapis.com", "https://host/path"},
        WrongValue{"DATABASE_URL", "mysql://root:hunter2@db/x", "postgres://"},
        WrongValue{"STORAGE_URL", "s3://bucket/prefix", "this version cannot do yet"},
        WrongValue{"STORAGE_URL", "gs://bucket", "supabase://BUCKET or file:///DIR"},
        WrongValue{"STORAGE_URL", "file://videos", "file:///var/lib/videos"},
        WrongValue{"VIDEO_PLACEHOLDER_URL", "placeholder.mp4", "https://host/path"},
        WrongValue{"VIDEO_DAILY_SPEND_LIMIT_USD", "-1", "dollars"},
        WrongValue{"VIDEO_TOTAL_SPEND_LIMIT_USD", "1e9", "dollars"},
        WrongValue{"VIDEOJOBS_ADOPT", "some", "new, all, off"}, WrongValue{"VIDEOJOBS_LISTEN", "50051", "HOST:PORT"},
        WrongValue{"VIDEOJOBS_PUBLIC_URL", "videos.example", "https://host/path"},
        WrongValue{"VIDEOJOBS_POLL_INTERVAL", "15", "15s"},
        WrongValue{"VIDEOJOBS_POLL_INTERVAL", "10ms", "from 1s to 1h"},
        WrongValue{"VIDEOJOBS_START_DEADLINE", "0", "72h"}, WrongValue{"VIDEOJOBS_LEASE", "1h", "1s to 10m"},
        WrongValue{"VIDEOJOBS_CONCURRENCY", "0", "1 to 256"}, WrongValue{"VIDEOJOBS_LOG_FORMAT", "xml", "text, json"},
        WrongValue{"VIDEOJOBS_LOG_LEVEL", "loud", "debug, info, warning, error"}));

TEST(ReadSettings, SeveralProblems_AreALineEach) {
  EXPECT_EQ(Problem(WithKey({{"VIDEOJOBS_LOG_FORMAT", "xml"}, {"VIDEOJOBS_CONCURRENCY", "many"}})),
            "VIDEOJOBS_CONCURRENCY is \"many\"; it must be a whole number from 1 to 256\n"
            "VIDEOJOBS_LOG_FORMAT is \"xml\"; it must be one of text, json");
}

TEST(ReadSettings, WrongSecrets_AreNeverRepeated) {
  EXPECT_THAT(Problem({{"GOOGLE_GENAI_API_KEY", "AIza hunter2"}}), Not(HasSubstr("hunter2")));
  EXPECT_THAT(Problem(WithKey({{"DATABASE_URL", "mysql://root:hunter2@db/x"}})), Not(HasSubstr("hunter2")));
  EXPECT_THAT(Problem(WithKey({{"CRON_SECRET", "hunter2\n"}})), Not(HasSubstr("hunter2")));
  for (const char* name : {"VEO_BASE_URL", "VIDEOJOBS_GEMINI_BASE_URL", "VIDEOJOBS_VERTEX_BASE_URL", "SUPABASE_URL",
                           "VIDEO_PLACEHOLDER_URL", "VIDEOJOBS_PUBLIC_URL", "STORAGE_URL", "VIDEOJOBS_VERTEX_OUTPUT"}) {
    for (const char* value : {"https://user:hunter2@host", "https://host/?key=hunter2", "http://user:hunter2@host",
                              "https://host/#hunter2", "user:hunter2@host"}) {
      EXPECT_THAT(Problem(WithKey({{name, value}})), AllOf(HasSubstr(name), Not(HasSubstr("hunter2"))));
    }
  }
  EXPECT_THAT(Problem(WithKey({{"VEO_BASE_URL", "http://hunter2.example"}})),
              AllOf(HasSubstr("VIDEOJOBS_INSECURE=yes"), Not(HasSubstr("hunter2"))));
}

TEST(Secret, Printed_DoesNotShowItsValue) {
  std::ostringstream out;
  out << Secret("hunter2") << Secret();
  EXPECT_EQ(out.str(), "(secret)(none)");
}

}  // namespace
}  // namespace videojobs
