#include "server/setting_names.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace videojobs {
namespace {

constexpr std::size_t kHelpWidth = 100;
constexpr std::size_t kHelpIndent = 6;

// clang-format off
constexpr SettingName kNames[] = {
    {"GOOGLE_GENAI_API_KEY", "", "Key of the Gemini API (or of Vertex AI's express mode). Sent as a header to Google only"},
    {"VIDEO_PROVIDER", "", "The door to Google: `interactions` (Gemini Omni), `vertex` (Veo on Vertex AI), `gemini` (Veo on the Gemini API). Default: the one that has `VEO_MODEL`; else `vertex` with Google Cloud's credentials, `interactions` with a key"},
    {"VEO_MODEL", "", "The model of videos that name none: `veo-3.1`, `veo-3.1-fast`, `veo-3.1-lite`, `omni`, or a full id. Default: `omni` for `interactions`, else `veo-3.1`"},
    {"GOOGLE_APPLICATION_CREDENTIALS", "", "File with Google Cloud's credentials: of a service account, or an authorized user's. Default: what `gcloud auth application-default login` left, else the metadata server's"},
    {"GOOGLE_CLOUD_PROJECT", "", "The project for Vertex AI. Default: the credentials' own"},
    {"GOOGLE_CLOUD_LOCATION", "us-central1", "Where Vertex AI works: a region, `us`, `eu` or `global`"},
    {"GOOGLE_CLOUD_QUOTA_PROJECT", "", "The project whose quota is used, where it is another. Default: the credentials' own"},
    {"VIDEOJOBS_VERTEX_OUTPUT", "", "`gs://BUCKET/PREFIX`: Vertex AI writes videos there, below each start's own id, so that a start whose answer was lost is found again. Behind a comma: folders of earlier settings, for starts of theirs. Default: videos come inside of answers"},
    {"VIDEOJOBS_VERTEX_PARAMETERS", "", "What every start on Vertex AI says besides its job's options, as JSON: any of `compressionQuality`, `enhancePrompt`, `fps`, `pubsubTopic`, `labels` (of the bill)"},
    {"VIDEOJOBS_STORYBOARDS", "", "Who writes scenes: `gemini` or `plain` (by rule, at no cost). Default: `gemini` with a key of the Gemini API, else `plain`; where Gemini fails, the plain one takes over"},
    {"VIDEOJOBS_STORYBOARD_MODEL", "gemini-3.6-flash", "The text model that writes scenes"},
    {"VEO_BASE_URL", "", "Another address of the chosen provider's API: a simulator or a proxy. Default: Google's. `MOCK_MODE` brings its own"},
    {"VIDEOJOBS_GEMINI_BASE_URL", "", "The same of the Gemini API (`gemini`, `interactions`, storyboards), whichever provider is chosen"},
    {"VIDEOJOBS_VERTEX_BASE_URL", "", "The same of Vertex AI"},
    {"GCE_METADATA_HOST", "", "Another metadata server than Google's, for tests"},
    {"STORAGE_EMULATOR_HOST", "", "Another object store than Google's, for tests"},
    {"VIDEO_GENERATION_ENABLED", "true", "`false`: no paid start is made; running operations are still brought home"},
    {"MOCK_MODE", "false", "`true`: a simulator inside the server stands for Google, at no cost. Stores locally; adopts only when `VIDEOJOBS_ADOPT` is set"},
    {"DATABASE_URL", "", "`postgres://…`, directly or through a pooler in transaction mode. Default: SQLite in the data folder"},
    {"VIDEOJOBS_DATA_DIR", "./videojobs-data", "Folder of the embedded database and of locally stored videos; one process owns it"},
    {"STORAGE_URL", "", "Where videos go: `supabase://BUCKET` or `file:///DIR`. Default: Supabase where its URL and key are set, else the data folder"},
    {"SUPABASE_URL", "", "The Supabase project, `https://PROJECT.supabase.co`"},
    {"SUPABASE_SERVICE_ROLE_KEY", "", "Its service role key"},
    {"SUPABASE_STORAGE_BUCKET", "escalation-videos", "The bucket, where `STORAGE_URL` names none"},
    {"VIDEO_PLACEHOLDER_URL", "", "Shown in place of a video that was made and then lost. Default: such a job fails"},
    {"VIDEO_DAILY_SPEND_LIMIT_USD", "25", "No start is paid for beyond this much per UTC day. `none`: no limit"},
    {"VIDEO_TOTAL_SPEND_LIMIT_USD", "none", "The same, in total"},
    {"VIDEOJOBS_PRICE_FILE", "", "A file of prices in place of the built-in ones, a line each: `MODEL RESOLUTION DOLLARS_PER_SECOND DATE SOURCE`"},
    {"VIDEOJOBS_MAX_CONCURRENT_OPERATIONS", "none", "At most so many operations run at once, over all replicas"},
    {"VIDEOJOBS_STARTS_PER_MINUTE", "none", "At most so many paid starts go out in any 60 seconds, over all replicas"},
    {"VIDEOJOBS_ADOPT", "new", "Which rows of `escalations` become jobs by themselves: `new` (not those that waited already when the migration ran), `all`, `off`"},
    {"VIDEOJOBS_LISTEN", "127.0.0.1:50051", "Where gRPC listens. Beyond loopback only with `VIDEOJOBS_INSECURE=yes`"},
    {"VIDEOJOBS_HTTP_LISTEN", "127.0.0.1:8080", "Where the HTTP door listens, likewise. Set to nothing: off"},
    {"VIDEOJOBS_PUBLIC_URL", "", "How browsers reach the HTTP door: the base of the video URLs we hand out. Default: `http://` and `VIDEOJOBS_HTTP_LISTEN`; needed where that is every address, as `0.0.0.0` and `[::]`"},
    {"VIDEOJOBS_ALLOWED_HOSTS", "", "Further names, separated by commas, that the HTTP door answers to beside its own address and `VIDEOJOBS_PUBLIC_URL`"},
    {"VIDEOJOBS_INSECURE", "no", "`yes`: listen beyond loopback, and speak plain http to other hosts, without TLS"},
    {"CRON_SECRET", "", "When set, `/api/video/poll` asks for it as bearer token"},
    {"VIDEOJOBS_POLL_INTERVAL", "15s", "The built-in schedule. `0`: all work is left to `PollAll`"},
    {"VIDEOJOBS_START_DEADLINE", "72h", "How long a job may wait for its first accepted start"},
    {"VIDEOJOBS_CONCURRENCY", "16", "How many jobs are worked on at once, 1 to 256"},
    {"VIDEOJOBS_LEASE", "20s", "How long a crashed replica's jobs wait until another takes them, 1s to 10m"},
    {"VIDEOJOBS_LOG_FORMAT", "text", "`text` or `json`, one line per event on standard error"},
    {"VIDEOJOBS_LOG_LEVEL", "info", "The least that is logged: `debug`, `info`, `warning`, `error`"},
};
// clang-format on

std::string WithoutBackticks(absl::string_view text) {
  std::string plain(text);
  plain.erase(std::remove(plain.begin(), plain.end(), '`'), plain.end());
  return plain;
}

void AppendWrapped(absl::string_view text, std::string& out) {
  const std::string indent(kHelpIndent, ' ');
  std::string line = indent;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    if (line.size() > kHelpIndent && line.size() + 1 + word.size() > kHelpWidth) {
      absl::StrAppend(&out, line, "\n");
      line = indent;
    }
    absl::StrAppend(&line, line.size() > kHelpIndent ? " " : "", word);
  }
  absl::StrAppend(&out, line, "\n");
}

// How many letters must be put in, taken out or changed to make `b` of `a`.
std::size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
    }
  }
  return row[b.size()];
}

}  // namespace

absl::Span<const SettingName> SettingNames() { return kNames; }

std::string SettingsHelp() {
  std::string text;
  for (const SettingName& setting : kNames) {
    absl::StrAppend(&text, "  ", setting.name);
    if (!setting.default_value.empty()) absl::StrAppend(&text, " (", setting.default_value, ")");
    text += "\n";
    AppendWrapped(WithoutBackticks(setting.meaning), text);
  }
  return text;
}

std::string SettingsMarkdown() {
  std::string text = "| variable | default | meaning |\n| --- | --- | --- |\n";
  for (const SettingName& setting : kNames) {
    const std::string shown = setting.default_value.empty() ? "–" : absl::StrCat("`", setting.default_value, "`");
    absl::StrAppend(&text, "| `", setting.name, "` | ", shown, " | ", setting.meaning, " |\n");
  }
  return text;
}

std::string NearestSettingName(absl::string_view name) {
  constexpr std::size_t kNear = 4;
  absl::string_view nearest;
  std::size_t least = kNear;
  for (const SettingName& setting : kNames) {
    const std::size_t distance = EditDistance(absl::AsciiStrToUpper(name), setting.name);
    if (distance < least) {
      least = distance;
      nearest = setting.name;
    }
  }
  return std::string(nearest);
}

}  // namespace videojobs
