#ifndef VIDEOJOBS_CLI_COMMANDS_H_
#define VIDEOJOBS_CLI_COMMANDS_H_

// The commands, once their command line is understood. Each writes its result to standard output, all else to standard
// error, and returns an exit code (cli/exit_code.h). None throws.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cli/client.h"
#include "cli/console.h"

namespace videojobs::cli {

struct CreateOptions {
  std::optional<std::string> text;
  std::string file;  // "-": standard input
  std::string escalation_id;
  std::string student_name;
  std::string category;
  std::string course_name;
  std::string model;
  int seconds = 0;
  std::string aspect_ratio;
  std::string resolution;
  std::string negative_prompt;
  std::optional<std::uint32_t> seed;
  std::string person_generation;
  bool silent = false;
  int max_scenes = 0;
  std::vector<std::string> scenes;
  bool regenerate = false;
  std::vector<std::string> accepted_starts;  // whose possible second charge is accepted
  std::string request_id;                    // empty: a fresh one
  bool wait = false;
  absl::Duration timeout = absl::InfiniteDuration();
  bool json = false;
};

// Creates one job. Prints its id; with `wait` follows it and prints it when it has ended, its video's URL last.
int Create(const CreateOptions& options, Client& client, Console& console);

struct StatusOptions {
  std::string job_id;  // or
  std::string escalation_id;
  bool wait = false;
  absl::Duration timeout = absl::InfiniteDuration();
  bool json = false;
};

// Prints a job, its video's URL last; with `wait`, when it has ended.
int Status(const StatusOptions& options, Client& client, Console& console);

struct ListOptions {
  std::vector<std::string> states;  // "pending", …
  std::string escalation_id;
  std::optional<absl::Time> created_after;
  std::optional<absl::Time> created_before;
  int limit = 50;  // 0: all
  bool json = false;
};

// Prints jobs, newest first, a line each.
int List(const ListOptions& options, Client& client, Console& console);

struct PollAllOptions {
  int max_jobs = 0;
  bool json = false;
};

// Has the server do one round of work and prints what it did.
int PollAll(const PollAllOptions& options, Client& client, Console& console);

struct RetryOptions {
  std::string job_id;
  std::vector<std::string> accepted_starts;  // whose possible second charge is accepted
  bool json = false;
};

// Lets a failed job go on, and prints it.
int Retry(const RetryOptions& options, Client& client, Console& console);

struct CancelOptions {
  std::string job_id;
  bool json = false;
};

// Ends a job, and prints it.
int Cancel(const CancelOptions& options, Client& client, Console& console);

struct ExplainOptions {
  std::string job_id;
  bool texts = false;  // the response text and the prompts as well
  bool json = false;
};

// Prints everything that is known of a job: what happened, every paid start, candidates for an unknown one.
int Explain(const ExplainOptions& options, Client& client, Console& console);

struct CostsOptions {
  std::string first_day;  // "2026-01-31"; empty: 30 days before the last
  std::string last_day;   // empty: today
  bool json = false;
};

// Prints what was spent by day, model and state, and the limits.
int Costs(const CostsOptions& options, Client& client, Console& console);

struct MigrateOptions {
  std::string database_url;  // of Postgres; empty: SQLite in `data_dir`
  std::string data_dir;
  bool list = false;           // only print what is pending
  std::optional<int> down_to;  // undo instead
};

// Brings the database's tables to what this program needs; prints the names of the migrations that ran.
int Migrate(const MigrateOptions& options, Console& console);

// Looks at everything that a server with the console's environment would use, a line each. Needs no server either.
// kTrouble where something is ill.
int RunDoctor(Console& console);

}  // namespace videojobs::cli

#endif  // VIDEOJOBS_CLI_COMMANDS_H_
