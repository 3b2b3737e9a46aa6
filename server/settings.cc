#include "server/settings.h"

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/provider_choice.h"
#include "server/setting_names.h"
#include "server/setting_values.h"

namespace videojobs {
namespace {

// Read by the command line, and often set for both.
constexpr std::array<absl::string_view, 1> kCommandLineNames = {"VIDEOJOBS_SERVER"};

constexpr absl::string_view kAddressForm = "HOST:PORT, e.g. 127.0.0.1:50051 or [::1]:50051";

bool IsKnown(absl::string_view name) {
  const auto names = SettingNames();
  return std::any_of(names.begin(), names.end(), [name](const SettingName& s) { return s.name == name; }) ||
         std::count(kCommandLineNames.begin(), kCommandLineNames.end(), name) > 0;
}

bool IsModelName(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
  });
}

// Reads one variable after the other and collects every problem, so that one start shows them all.
class Reader {
 public:
  explicit Reader(const std::map<std::string, std::string>& env) : env_(env) {}

  Settings Read();
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  using Env = std::map<std::string, std::string>;

  void ReadGenerator(Settings& settings);
  void ReadGoogleCloud(GoogleCloudSettings& cloud);
  void ReadBaseUrls(Settings& settings);
  void ReadDatabase(Settings& settings);
  void ReadStorage(Settings& settings);
  void ReadStorageUrl(Settings& settings);
  void UseSupabase(Settings& settings, const std::string& bucket);
  void ReadMoney(Settings& settings);
  void ReadDoors(Settings& settings);
  void ReadWork(Settings& settings);
  void ReadLog(Settings& settings);
  void CheckUnknownNames();

  bool IsSet(const std::string& name) const {
    const auto found = env_.find(name);
    return found != env_.end() && !found->second.empty();
  }
  // As it is set, or its default from the table of names.
  std::string Value(const std::string& name) const;

  bool YesNo(const std::string& name);
  absl::Duration Span(const std::string& name, absl::Duration least, absl::Duration most, bool or_zero = false);
  std::optional<std::int64_t> Dollars(const std::string& name);
  std::optional<int> Limit(const std::string& name);
  std::string Address(const std::string& name, const std::string& text, bool insecure);
  std::string Url(const std::string& name, bool plain_http_allowed);
  std::string OneOf(const std::string& name, const std::vector<std::string>& words);
  Secret OneWordSecret(const std::string& name);

  void Wrong(const std::string& name, absl::string_view what) { problems_.push_back(absl::StrCat(name, " ", what)); }
  void WrongValue(const std::string& name, absl::string_view right) {
    const std::string value = Value(name);
    // A URL may hold a password or a key, wherever it was pasted into.
    if (value.find_first_of("@?") != std::string::npos || absl::StrContains(value, "://")) {
      return Wrong(name,
                   absl::StrCat("is wrong (its value is not shown, since it may hold a secret); it must be ", right));
    }
    Wrong(name, absl::StrCat("is \"", absl::CHexEscape(value), "\"; it must be ", right));
  }

  const Env& env_;
  std::vector<std::string> problems_;
};

std::string Reader::Value(const std::string& name) const {
  if (IsSet(name)) return env_.at(name);
  for (const SettingName& setting : SettingNames()) {
    if (setting.name == name) return std::string(setting.default_value);
  }
  return "";
}

bool Reader::YesNo(const std::string& name) {
  const auto answer = ParseYesNo(Value(name));
  if (!answer) WrongValue(name, "true or false (also yes, no, 1, 0)");
  return answer.value_or(false);
}

absl::Duration Reader::Span(const std::string& name, absl::Duration least, absl::Duration most, bool or_zero) {
  const auto span = ParseSpan(Value(name));
  const bool is_zero = span && *span == absl::ZeroDuration() && or_zero;
  if (is_zero || (span && *span >= least && *span <= most)) return *span;
  WrongValue(name, absl::StrCat("a time from ", absl::FormatDuration(least), " to ", absl::FormatDuration(most),
                                or_zero ? ", or 0" : "", ", written like 15s, 1m30s or 72h"));
  return least;
}

std::optional<std::int64_t> Reader::Dollars(const std::string& name) {
  if (Value(name) == "none") return std::nullopt;
  const auto micros = ParseDollars(Value(name));
  if (!micros) WrongValue(name, "an amount of dollars like 25 or 0.40, with at most six decimals, or none");
  return micros;
}

std::optional<int> Reader::Limit(const std::string& name) {
  if (Value(name) == "none") return std::nullopt;
  int limit = 0;
  if (!absl::SimpleAtoi(Value(name), &limit) || limit < 1) WrongValue(name, "a whole number above 0, or none");
  return limit;
}

std::string Reader::Address(const std::string& name, const std::string& text, bool insecure) {
  const auto address = ParseHostPort(text);
  if (!address) {
    WrongValue(name, kAddressForm);
  } else if (!IsLoopback(address->host) && !insecure) {
    WrongValue(name,
               "on loopback (127.0.0.1, [::1] or localhost): beyond it nothing is encrypted or asked for a password; "
               "where another layer takes care of that, set VIDEOJOBS_INSECURE=yes");
  }
  return text;
}

std::string Reader::Url(const std::string& name, bool plain_http_allowed) {
  if (!IsSet(name)) return "";
  const auto url = ParseWebUrl(Value(name));
  if (!url) {
    WrongValue(name, "a URL like https://host/path, without user, query and fragment");
    return "";
  }
  if (!url->https && !IsLoopback(url->host) && !plain_http_allowed) {
    Wrong(name,
          "begins with http://; it must be an https:// URL: over plain http a key can be read on its way; to allow it "
          "all the same, set VIDEOJOBS_INSECURE=yes");
  }
  return url->text;
}

std::string Reader::OneOf(const std::string& name, const std::vector<std::string>& words) {
  const std::string value = absl::AsciiStrToLower(Value(name));
  if (std::find(words.begin(), words.end(), value) == words.end())
    WrongValue(name, absl::StrCat("one of ", absl::StrJoin(words, ", ")));
  return value;
}

Secret Reader::OneWordSecret(const std::string& name) {
  const std::string value = Value(name);
  const bool one_word = std::all_of(value.begin(), value.end(),
                                    [](char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); });
  if (!one_word) Wrong(name, "has a space, a line break or another character in it that no key has; set the bare key");
  return Secret(value);
}

void Reader::ReadGenerator(Settings& settings) {
  settings.mock = YesNo("MOCK_MODE");
  settings.generation_enabled = YesNo("VIDEO_GENERATION_ENABLED");
  settings.google_api_key = OneWordSecret("GOOGLE_GENAI_API_KEY");
  ReadGoogleCloud(settings.cloud);
  settings.provider = IsSet("VIDEO_PROVIDER") ? OneOf("VIDEO_PROVIDER", {"gemini", "vertex", "interactions"})
                                              : ChooseProvider({.model = IsSet("VEO_MODEL") ? Value("VEO_MODEL") : "",
                                                                .has_key = !settings.google_api_key.empty(),
                                                                .has_cloud = settings.cloud.is_named,
                                                                .mock = settings.mock});
  settings.model = IsSet("VEO_MODEL") ? Value("VEO_MODEL") : DefaultModel(settings.provider);
  if (!IsModelName(settings.model)) WrongValue("VEO_MODEL", "a model's name like veo-3.1 or veo-3.1-generate-001");
  // Vertex AI may find its credentials without any of our settings.
  const bool has_credential = !settings.google_api_key.empty() || settings.provider == "vertex" || settings.mock;
  if (!has_credential) {
    Wrong("GOOGLE_GENAI_API_KEY",
          "is not set: set it to a key of the Gemini API (https://aistudio.google.com/apikey); or set "
          "GOOGLE_APPLICATION_CREDENTIALS to a service account's key file for Vertex AI; or set VIDEO_PROVIDER=vertex "
          "to use what gcloud auth application-default login left, or this machine's own account on Google Cloud; or "
          "set MOCK_MODE=true to make videos at no cost with the built-in simulator");
  }
  settings.storyboard_model = Value("VIDEOJOBS_STORYBOARD_MODEL");
  if (!IsModelName(settings.storyboard_model))
    WrongValue("VIDEOJOBS_STORYBOARD_MODEL", "a model's name like gemini-3.6-flash");
  // A key that Vertex AI takes is perhaps none of the Gemini API's.
  const bool can_write = !settings.google_api_key.empty() && settings.provider != "vertex" && !settings.mock;
  const std::string storyboards = IsSet("VIDEOJOBS_STORYBOARDS") ? OneOf("VIDEOJOBS_STORYBOARDS", {"gemini", "plain"})
                                  : can_write                    ? "gemini"
                                                                 : "plain";
  settings.gemini_storyboards = storyboards == "gemini";
  if (settings.gemini_storyboards && settings.google_api_key.empty() && !settings.mock) {
    Wrong("VIDEOJOBS_STORYBOARDS", "is gemini, which takes GOOGLE_GENAI_API_KEY; set that, or set it to plain");
  }
}

void Reader::ReadGoogleCloud(GoogleCloudSettings& cloud) {
  cloud.is_named = IsSet("GOOGLE_APPLICATION_CREDENTIALS") || IsSet("GOOGLE_CLOUD_PROJECT");
  cloud.credentials_file = Value("GOOGLE_APPLICATION_CREDENTIALS");
  cloud.project = Value("GOOGLE_CLOUD_PROJECT");
  cloud.location = Value("GOOGLE_CLOUD_LOCATION");
  cloud.parameters = Value("VIDEOJOBS_VERTEX_PARAMETERS");
  cloud.quota_project = Value("GOOGLE_CLOUD_QUOTA_PROJECT");
  cloud.output = Value("VIDEOJOBS_VERTEX_OUTPUT");
  if (!cloud.output.empty() && !absl::StartsWith(cloud.output, "gs://")) {
    WrongValue("VIDEOJOBS_VERTEX_OUTPUT", "a folder of a bucket like gs://BUCKET/PREFIX");
  }
  // https://cloud.google.com/docs/authentication/application-default-credentials#personal
  const std::string gcloud = IsSet("CLOUDSDK_CONFIG") ? env_.at("CLOUDSDK_CONFIG")
                             : IsSet("HOME")          ? absl::StrCat(env_.at("HOME"), "/.config/gcloud")
                                                      : "";
  if (!gcloud.empty()) cloud.gcloud_file = absl::StrCat(gcloud, "/application_default_credentials.json");
  cloud.metadata_host = Value("GCE_METADATA_HOST");
  if (!cloud.metadata_host.empty() && !ParseHostPort(cloud.metadata_host) &&
      !ParseHostPort(cloud.metadata_host + ":80")) {
    WrongValue("GCE_METADATA_HOST", "HOST or HOST:PORT");
  }
  cloud.storage_url = Value("STORAGE_EMULATOR_HOST");
  if (!cloud.storage_url.empty() && !absl::StrContains(cloud.storage_url, "://")) {
    cloud.storage_url = absl::StrCat("http://", cloud.storage_url);
  }
}

// A proxy for one API is not one for the other: a token of Google Cloud is no business of a Gemini proxy's.
void Reader::ReadBaseUrls(Settings& settings) {
  settings.veo_base_url = Url("VEO_BASE_URL", settings.insecure);
  settings.gemini_base_url = Url("VIDEOJOBS_GEMINI_BASE_URL", settings.insecure);
  settings.vertex_base_url = Url("VIDEOJOBS_VERTEX_BASE_URL", settings.insecure);
  std::string& of_chosen = settings.provider == "vertex" ? settings.vertex_base_url : settings.gemini_base_url;
  if (of_chosen.empty()) of_chosen = settings.veo_base_url;
}

void Reader::ReadDatabase(Settings& settings) {
  settings.data_dir = Value("VIDEOJOBS_DATA_DIR");
  const std::string url = Value("DATABASE_URL");
  if (!url.empty() && !absl::StartsWith(url, "postgres://") && !absl::StartsWith(url, "postgresql://")) {
    Wrong("DATABASE_URL",
          "does not begin with postgres://; it must be like postgres://user:password@host:5432/database, or not be set "
          "for SQLite in VIDEOJOBS_DATA_DIR");
  }
  settings.database_url = Secret(url);
}

void Reader::UseSupabase(Settings& settings, const std::string& bucket) {
  settings.storage = StorageKind::kSupabase;
  settings.supabase_bucket = bucket;
  if (bucket.empty() || absl::StrContains(bucket, "/")) {
    Wrong(IsSet("STORAGE_URL") ? "STORAGE_URL" : "SUPABASE_STORAGE_BUCKET",
          "must name one bucket, without a slash, e.g. supabase://escalation-videos");
  }
  for (const std::string name : {"SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY"}) {
    if (!IsSet(name)) {
      Wrong(name, "is not set, but videos shall be stored in Supabase; set it, or set STORAGE_URL=file:///DIR");
    }
  }
}

void Reader::ReadStorageUrl(Settings& settings) {
  const std::string value = Value("STORAGE_URL");
  absl::string_view url = value;
  if (absl::ConsumePrefix(&url, "supabase://")) {
    if (!settings.mock) UseSupabase(settings, std::string(absl::StripSuffix(url, "/")));
  } else if (absl::ConsumePrefix(&url, "file://")) {
    if (!absl::StartsWith(url, "/")) WrongValue("STORAGE_URL", "like file:///var/lib/videos: the folder's whole path");
    settings.storage_directory = std::string(url);
  } else if (absl::StartsWith(url, "s3://")) {
    Wrong("STORAGE_URL",
          "begins with s3://, which this version cannot do yet; it must be supabase://BUCKET or "
          "file:///DIR");
  } else {
    WrongValue("STORAGE_URL", "supabase://BUCKET or file:///DIR");
  }
}

void Reader::ReadStorage(Settings& settings) {
  settings.supabase_url = Url("SUPABASE_URL", settings.insecure);
  settings.supabase_service_role_key = OneWordSecret("SUPABASE_SERVICE_ROLE_KEY");
  settings.placeholder_url = Url("VIDEO_PLACEHOLDER_URL", /*plain_http_allowed=*/true);
  settings.storage_directory = absl::StrCat(settings.data_dir, "/videos");
  if (IsSet("STORAGE_URL")) {
    ReadStorageUrl(settings);
  } else if (!settings.mock && (IsSet("SUPABASE_URL") || IsSet("SUPABASE_SERVICE_ROLE_KEY"))) {
    UseSupabase(settings, Value("SUPABASE_STORAGE_BUCKET"));
  }
}

void Reader::ReadMoney(Settings& settings) {
  settings.daily_cap_micros = Dollars("VIDEO_DAILY_SPEND_LIMIT_USD");
  settings.total_cap_micros = Dollars("VIDEO_TOTAL_SPEND_LIMIT_USD");
  settings.price_file = Value("VIDEOJOBS_PRICE_FILE");
  settings.most_under_way = Limit("VIDEOJOBS_MAX_CONCURRENT_OPERATIONS");
  settings.most_per_minute = Limit("VIDEOJOBS_STARTS_PER_MINUTE");
}

void Reader::ReadDoors(Settings& settings) {
  settings.listen = Address("VIDEOJOBS_LISTEN", Value("VIDEOJOBS_LISTEN"), settings.insecure);
  const auto http = env_.find("VIDEOJOBS_HTTP_LISTEN");
  const bool http_off = http != env_.end() && http->second.empty();
  if (!http_off) {
    settings.http_listen = Address("VIDEOJOBS_HTTP_LISTEN", Value("VIDEOJOBS_HTTP_LISTEN"), settings.insecure);
  }
  const auto http_address = ParseHostPort(settings.http_listen);
  settings.http_everywhere = http_address && IsEveryAddress(http_address->host);
  settings.public_url = Url("VIDEOJOBS_PUBLIC_URL", /*plain_http_allowed=*/true);
  const bool stores_locally = settings.storage == StorageKind::kFilesystem;
  if (settings.http_everywhere && stores_locally && !IsSet("VIDEOJOBS_PUBLIC_URL")) {
    Wrong("VIDEOJOBS_PUBLIC_URL",
          "is not set, but videos are stored locally, and VIDEOJOBS_HTTP_LISTEN is every address of this machine: no "
          "browser elsewhere could open URLs that begin with it, and a video keeps its URL; set it to how browsers "
          "reach the HTTP door, e.g. https://videos.example.org or http://192.168.1.20:8080");
  }
  if (http_off && settings.public_url.empty() && stores_locally) {
    Wrong("VIDEOJOBS_HTTP_LISTEN",
          "is set to nothing, but videos are stored locally and only the HTTP door can play them; set it, or set "
          "VIDEOJOBS_PUBLIC_URL to where they are served");
  }
  settings.allowed_hosts = absl::StrSplit(Value("VIDEOJOBS_ALLOWED_HOSTS"), absl::ByAnyChar(", "), absl::SkipEmpty());
  settings.cron_secret = OneWordSecret("CRON_SECRET");
}

void Reader::ReadWork(Settings& settings) {
  settings.poll_interval = Span("VIDEOJOBS_POLL_INTERVAL", absl::Seconds(1), absl::Hours(1), /*or_zero=*/true);
  settings.start_deadline = Span("VIDEOJOBS_START_DEADLINE", absl::Minutes(1), absl::Hours(24 * 365));
  settings.lease = Span("VIDEOJOBS_LEASE", absl::Seconds(1), absl::Minutes(10));
  const std::string count = Value("VIDEOJOBS_CONCURRENCY");
  if (!absl::SimpleAtoi(count, &settings.concurrency) || settings.concurrency < 1 || settings.concurrency > 256) {
    WrongValue("VIDEOJOBS_CONCURRENCY", "a whole number from 1 to 256");
  }
  const std::string adopt = OneOf("VIDEOJOBS_ADOPT", {"new", "all", "off"});
  const bool held_back = settings.mock && !IsSet("VIDEOJOBS_ADOPT");
  settings.adopt = adopt == "off" || held_back ? AdoptPolicy::kOff
                   : adopt == "all"            ? AdoptPolicy::kAll
                                               : AdoptPolicy::kNew;
}

void Reader::ReadLog(Settings& settings) {
  settings.log_json = OneOf("VIDEOJOBS_LOG_FORMAT", {"text", "json"}) == "json";
  const std::string level = OneOf("VIDEOJOBS_LOG_LEVEL", {"debug", "info", "warning", "error"});
  settings.log_level = level == "debug"     ? Severity::kDebug
                       : level == "warning" ? Severity::kWarning
                       : level == "error"   ? Severity::kError
                                            : Severity::kInfo;
}

void Reader::CheckUnknownNames() {
  for (const auto& [name, value] : env_) {
    if (!absl::StartsWith(name, "VIDEOJOBS_") || IsKnown(name)) continue;
    const std::string nearest = NearestSettingName(name);
    Wrong(name, absl::StrCat("is no setting; ", nearest.empty() ? "videojobs-server --help lists them all"
                                                                : absl::StrCat("did you mean ", nearest, "?")));
  }
}

Settings Reader::Read() {
  Settings settings;
  settings.insecure = YesNo("VIDEOJOBS_INSECURE");
  ReadGenerator(settings);
  ReadBaseUrls(settings);
  ReadDatabase(settings);
  ReadStorage(settings);
  ReadMoney(settings);
  ReadDoors(settings);
  ReadWork(settings);
  ReadLog(settings);
  CheckUnknownNames();
  return settings;
}

}  // namespace

absl::StatusOr<Settings> ReadSettings(const std::map<std::string, std::string>& env) {
  Reader reader(env);
  Settings settings = reader.Read();
  if (!reader.problems().empty()) return absl::InvalidArgumentError(absl::StrJoin(reader.problems(), "\n"));
  return settings;
}

}  // namespace videojobs
