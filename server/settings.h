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

// Everything that the environment decides, complete and checked. server/setting_names.cc says what each variable means.
struct Settings {
  std::string provider = "gemini";
  std::string model = "veo-3.1";
  Secret google_api_key;     // empty only with `mock`
  std::string veo_base_url;  // empty: the provider's own
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

  std::string listen;       // HOST:PORT of gRPC
  std::string http_listen;  // HOST:PORT of the HTTP door; empty: off
  std::string public_url;   // without a slash at its end; empty: http:// and what the HTTP door listens on
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
