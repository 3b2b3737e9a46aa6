#ifndef VIDEOJOBS_SERVER_SETTINGS_H_
#define VIDEOJOBS_SERVER_SETTINGS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/job_intake.h"
#include "adapters/log.h"
#include "server/secret.h"

namespace videojobs {

enum class StorageKind { kFilesystem, kSupabase };

// Google Cloud, under the names that its own libraries have for it.
struct GoogleCloudSettings {
  bool is_named = false;         // by one of the first two: Vertex AI is to be used with it
  std::string credentials_file;  // GOOGLE_APPLICATION_CREDENTIALS; empty: the next one, where it exists
  std::string project;           // empty: the credentials' own
  std::string gcloud_file;       // what `gcloud auth application-default login` leaves; need not exist
  std::string location;
  std::string output;         // gs://BUCKET/PREFIX; empty: videos come inside of answers
  std::string parameters;     // a JSON object, said with every start; may be empty
  std::string quota_project;  // GOOGLE_CLOUD_QUOTA_PROJECT; empty: the credentials' own
  std::string metadata_host;  // HOST or HOST:PORT; empty: Google's
  std::string storage_url;    // of the object store; empty: Google's
};

// Everything that the environment decides, complete and checked. server/setting_names.cc says what each variable means.
struct Settings {
  std::string provider = "gemini";  // or "vertex", "interactions"
  std::string model = "veo-3.1";
  Secret google_api_key;     // of the Gemini API, or of Vertex AI's express mode; may be empty
  std::string veo_base_url;  // of the chosen provider, as it was given; empty: the provider's own
  // Which address each API is asked at, by the variable above or its own; empty: Google's. What is set for one of them
  // gets no credentials of the other.
  std::string gemini_base_url;
  std::string vertex_base_url;
  GoogleCloudSettings cloud;  // for Vertex AI
  bool gemini_storyboards = false;
  std::string storyboard_model;
  bool generation_enabled = true;
  bool mock = false;

  Secret database_url;  // of Postgres; empty: SQLite in `data_dir`
  std::string data_dir = "./videojobs-data";

  StorageKind storage = StorageKind::kFilesystem;
  std::string storage_directory;  // kFilesystem
  std::string supabase_url;       // kSupabase, this and the next two
  Secret supabase_service_role_key;
  std::string supabase_bucket;
  std::string placeholder_url;

  std::optional<std::int64_t> daily_cap_micros;  // none: no cap
  std::optional<std::int64_t> total_cap_micros;
  std::string price_file;              // empty: the built-in prices
  std::optional<int> most_under_way;   // none: no limit
  std::optional<int> most_per_minute;  // likewise
  AdoptPolicy adopt = AdoptPolicy::kNew;

  std::string listen;            // HOST:PORT of gRPC
  std::string http_listen;       // HOST:PORT of the HTTP door; empty: off
  bool http_everywhere = false;  // the HTTP door listens on every address: no URL can be made of http_listen
  std::string public_url;        // without a slash at its end; empty: http:// and http_listen, where that is possible
  std::vector<std::string> allowed_hosts;
  bool insecure = false;
  Secret cron_secret;

  absl::Duration poll_interval;  // zero: only PollAll works
  absl::Duration start_deadline;
  absl::Duration lease;
  int concurrency = 16;

  bool log_json = false;
  Severity log_level = Severity::kInfo;
};

// Reads and checks the settings. `env` is the whole environment; what is none of ours is passed over. A variable that
// is set to nothing counts as not set, but for VIDEOJOBS_HTTP_LISTEN. INVALID_ARGUMENT: the message has one line per
// problem, each naming the variable, what is wrong and what is right, and never a secret's value. Pure.
absl::StatusOr<Settings> ReadSettings(const std::map<std::string, std::string>& env);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_SETTINGS_H_
