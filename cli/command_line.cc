#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/utf8.h"

namespace videojobs::cli {
namespace {

constexpr const char* kFooter = R"~(
Environment:
  VIDEOJOBS_SERVER    where the server listens (127.0.0.1:50051)
  DATABASE_URL        for migrate and doctor: postgres://…; without it SQLite in the data folder
  VIDEOJOBS_DATA_DIR  for migrate and doctor: the data folder (./videojobs-data)
  and for doctor every variable of the server: videojobs-server --help lists them

Exit codes:
  0  done; with --wait: the job is completed
  1  the job failed
  2  the command line is wrong
  3  the server, or its database, cannot be reached
  4  the server refused the request
  5  there is no such job or escalation
  6  --timeout passed, or the server took too long
  7  anything else that went wrong; doctor: a server with these settings could not work
  130  interrupted; a job that was created goes on

Examples:
  videojobs create --text "You have three more days." --wait
  videojobs create --escalation 5f0c… --request-id "$(uuidgen)"
  videojobs status 0192… --json
  videojobs list --state failed --limit 10

Results go to standard output, progress and errors to standard error.)~";

CLI::Validator Span() {
  return {[](std::string& text) {
            absl::Duration span;
            const bool good = absl::ParseDuration(text, &span) && span > absl::ZeroDuration();
            return good ? std::string() : "is no time; write it like 90s, 10m or 1h30m";
          },
          ""};
}

std::optional<absl::Time> ParseTime(const std::string& text) {
  absl::Time time;
  std::string ignored;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &ignored) ||
      absl::ParseTime("%Y-%m-%d", text, &time, &ignored)) {
    return time;
  }
  return std::nullopt;
}

CLI::Validator Time() {
  return {[](std::string& text) {
            return ParseTime(text) ? std::string() : "is no time; write it like 2026-01-31 or 2026-01-31T12:00:00Z";
          },
          ""};
}

CLI::Validator Address() {
  return {[](std::string& text) { return text.empty() ? std::string("is empty; write HOST:PORT") : std::string(); },
          ""};
}

// The first option or argument of this (sub)command that cannot be sent; empty: none. The name of a file is not sent.
std::string NotUtf8(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    const std::vector<std::string>& given = option->results();
    if (option->get_name() == "--file" || std::all_of(given.begin(), given.end(), IsUtf8)) continue;
    return option->get_name();
  }
  return "";
}

// What the subcommands share, and the one that was chosen.
class CommandLine {
 public:
  explicit CommandLine(Console& console);

  int Run(std::vector<std::string> arguments);

 private:
  void AddCreate();
  void AddVideoOptions(CLI::App& command);
  void AddStatus();
  void AddList();
  void AddPollAll();
  void AddRetry();
  void AddCancel();
  void AddExplain();
  void AddCosts();
  void AddMigrate();
  void AddDoctor();

  // Runs `command` with a client of the server that was named.
  template <typename Options>
  std::function<int()> OnServer(int (*command)(const Options&, Client&, Console&), const Options& options) {
    return [this, command, &options] {
      Client client(server_, console_.interrupt);
      return command(options, client, console_);
    };
  }

  static void AddTimeout(CLI::App& command, absl::Duration& timeout);
  // False, with a line that says why, where something given cannot be sent.
  bool CheckGiven();
  // The exit code, where `code` is what the command said: a result that did not get out is none.
  int Conclude(int code);

  Console& console_;
  CLI::App app_{"Makes short videos from written answers: the command line of a videojobs-server.", "videojobs"};
  std::string server_;
  std::function<int()> chosen_;
  CreateOptions create_;
  StatusOptions status_;
  ListOptions list_;
  PollAllOptions poll_all_;
  RetryOptions retry_;
  CancelOptions cancel_;
  ExplainOptions explain_;
  CostsOptions costs_;
  MigrateOptions migrate_;
};

CommandLine::CommandLine(Console& console) : console_(console) {
  server_ = Variable(console, "VIDEOJOBS_SERVER", "127.0.0.1:50051");
  app_.set_version_flag("--version", "videojobs " VIDEOJOBS_VERSION);
  app_.add_option("--server", server_, "Where the server listens, HOST:PORT (VIDEOJOBS_SERVER)")
      ->check(Address())
      ->type_name("HOST:PORT");
  app_.require_subcommand(1);
  app_.fallthrough();
  app_.footer(kFooter);
  AddCreate();
  AddStatus();
  AddList();
  AddPollAll();
  AddRetry();
  AddCancel();
  AddExplain();
  AddCosts();
  AddMigrate();
  AddDoctor();
}

void CommandLine::AddTimeout(CLI::App& command, absl::Duration& timeout) {
  command
      .add_option_function<std::string>(
          "--timeout", [&timeout](const std::string& text) { absl::ParseDuration(text, &timeout); },
          "With --wait: wait at most this long, e.g. 10m")
      ->check(Span())
      ->type_name("TIME");
}

void CommandLine::AddCreate() {
  CLI::App& command = *app_.add_subcommand("create", "Create a job: one video of an answer. Prints the job's id");
  auto* text = command.add_option_function<std::string>(
      "--text", [this](const std::string& given) { create_.text = given; },
      "The answer's text. Without --text, --file and --escalation it is read from standard input");
  command.add_option("--file", create_.file, "A file with the answer's text; - is standard input")->excludes(text);
  command.add_option("--escalation", create_.escalation_id, "The web app's row; alone, the text is read from that row");
  AddVideoOptions(command);
  command.add_flag("--regenerate", create_.regenerate, "Make another video although the escalation has a finished job");
  command
      .add_option("--accept-possible-second-charge", create_.accepted_starts,
                  "With --regenerate: a start that may have been charged, by its id: pay again all the same")
      ->type_name("START")
      ->allow_extra_args(false);
  command.add_option("--request-id", create_.request_id,
                     "The same id with the same payload gives the same job. Default: a fresh UUID, printed");
  command.add_flag("--wait", create_.wait, "Wait until the job has ended; the last line is the video's URL");
  AddTimeout(command, create_.timeout);
  command.add_flag("--json", create_.json, "Print the job as JSON");
  command.callback([this] { chosen_ = OnServer(&Create, create_); });
}

void CommandLine::AddVideoOptions(CLI::App& command) {
  command.add_option("--student", create_.student_name, "The student's name, for the prompt");
  command.add_option("--category", create_.category, "What the question is about, for the prompt");
  command.add_option("--course", create_.course_name, "The course's name, for the prompt");
  command.add_option("--model", create_.model, "veo-3.1, veo-3.1-fast, veo-3.1-lite, omni or a full id");
  command.add_option("--seconds", create_.seconds, "Seconds per scene: 4, 6 or 8 (omni: 3 to 10)");
  command.add_option("--aspect-ratio", create_.aspect_ratio, "16:9 or 9:16");
  command.add_option("--resolution", create_.resolution, "720p, 1080p, 4k or 360p, as the model has it");
  command.add_option("--negative-prompt", create_.negative_prompt, "What the video shall not show");
  command.add_option_function<std::uint32_t>(
      "--seed", [this](std::uint32_t seed) { create_.seed = seed; },
      "For repeatable results, where the model takes one");
  command.add_option("--persons", create_.person_generation,
                     "allow_adult, allow_all or dont_allow, as the model has it");
  command.add_flag("--silent", create_.silent, "Without sound, where the model makes that");
  command.add_option("--max-scenes", create_.max_scenes, "At most how many scenes");
  command
      .add_option("--scene", create_.scenes, "A scene's prompt in your own words, in place of one made from the text")
      ->allow_extra_args(false);
}

void CommandLine::AddStatus() {
  CLI::App& command = *app_.add_subcommand("status", "Show a job; the video's URL is the last line");
  auto* job = command.add_option("job", status_.job_id, "The job's id");
  auto* escalation =
      command.add_option("--escalation", status_.escalation_id, "The newest job of this row of the web app");
  job->excludes(escalation);
  command.add_flag("--wait", status_.wait, "Wait until the job has ended, and show its progress");
  AddTimeout(command, status_.timeout);
  command.add_flag("--json", status_.json, "Print the job as JSON");
  command.callback([this] {
    if (status_.job_id.empty() && status_.escalation_id.empty()) throw CLI::RequiredError("A job's id or --escalation");
    chosen_ = OnServer(&Status, status_);
  });
}

void CommandLine::AddList() {
  CLI::App& command = *app_.add_subcommand("list", "List jobs, newest first");
  command.add_option("--state", list_.states, "Only these: pending, processing, completed, failed")
      ->check(CLI::IsMember({"pending", "processing", "completed", "failed"}))
      ->allow_extra_args(false);
  command.add_option("--escalation", list_.escalation_id, "Only jobs of this row of the web app");
  command
      .add_option_function<std::string>(
          "--created-after", [this](const std::string& text) { list_.created_after = ParseTime(text); },
          "Only jobs created at or after this time, e.g. 2026-01-31")
      ->check(Time())
      ->type_name("TIME");
  command
      .add_option_function<std::string>(
          "--created-before", [this](const std::string& text) { list_.created_before = ParseTime(text); },
          "Only jobs created before this time")
      ->check(Time())
      ->type_name("TIME");
  command.add_option("--limit", list_.limit, "At most how many; 0: all (50)")->check(CLI::NonNegativeNumber);
  command.add_flag("--json", list_.json, "Print each job as JSON on a line of its own");
  command.callback([this] { chosen_ = OnServer(&List, list_); });
}

void CommandLine::AddPollAll() {
  CLI::App& command = *app_.add_subcommand("poll-all", "Have the server do one round of work; print what it did");
  command.add_option("--max-jobs", poll_all_.max_jobs, "At most how many jobs, up to 1000 (100)");
  command.add_flag("--json", poll_all_.json, "Print the answer as JSON");
  command.callback([this] { chosen_ = OnServer(&PollAll, poll_all_); });
}

void CommandLine::AddRetry() {
  CLI::App& command = *app_.add_subcommand("retry", "Let a failed job go on; what is paid for and still good is kept");
  command.add_option("job", retry_.job_id, "The job's id")->required();
  command
      .add_option("--accept-possible-second-charge", retry_.accepted_starts,
                  "A start that may have been charged, by its id: start again all the same")
      ->type_name("START")
      ->allow_extra_args(false);
  command.add_flag("--json", retry_.json, "Print the job as JSON");
  command.callback([this] { chosen_ = OnServer(&Retry, retry_); });
}

void CommandLine::AddCancel() {
  CLI::App& command = *app_.add_subcommand("cancel", "End a job; what runs already is never published");
  command.add_option("job", cancel_.job_id, "The job's id")->required();
  command.add_flag("--json", cancel_.json, "Print the job as JSON");
  command.callback([this] { chosen_ = OnServer(&Cancel, cancel_); });
}

void CommandLine::AddExplain() {
  CLI::App& command = *app_.add_subcommand("explain", "Tell everything about a job: what happened, and what was paid");
  command.add_option("job", explain_.job_id, "The job's id")->required();
  command.add_flag("--texts", explain_.texts, "Print the response text and the prompts as well");
  command.add_flag("--json", explain_.json, "Print the answer as JSON");
  command.callback([this] { chosen_ = OnServer(&Explain, explain_); });
}

void CommandLine::AddCosts() {
  CLI::App& command = *app_.add_subcommand("costs", "Show what was spent, by UTC day, model and state");
  command.add_option("--from", costs_.first_day, "The first day, e.g. 2026-01-31 (30 days before the last)")
      ->type_name("DAY");
  command.add_option("--to", costs_.last_day, "The last day (today)")->type_name("DAY");
  command.add_flag("--json", costs_.json, "Print the answer as JSON");
  command.callback([this] { chosen_ = OnServer(&Costs, costs_); });
}

void CommandLine::AddDoctor() {
  CLI::App& command = *app_.add_subcommand(
      "doctor",
      "Look at everything that a server with this environment would use (settings, Google, database, storage, clock, "
      "disk, jobs), and say how to mend what is wrong. Pays for nothing");
  command.callback([this] { chosen_ = [this] { return RunDoctor(console_); }; });
}

void CommandLine::AddMigrate() {
  CLI::App& command =
      *app_.add_subcommand("migrate", "Bring the database's tables to what the server needs; safe to repeat");
  migrate_.database_url = Variable(console_, "DATABASE_URL", "");
  migrate_.data_dir = Variable(console_, "VIDEOJOBS_DATA_DIR", "./videojobs-data");
  auto* list = command.add_flag("--list", migrate_.list, "Only print what is pending");
  command
      .add_option_function<int>(
          "--down-to", [this](int number) { migrate_.down_to = number; },
          "Undo every migration above this number; 0 undoes all, and all jobs are lost")
      ->check(CLI::NonNegativeNumber)
      ->excludes(list);
  command.callback([this] { chosen_ = [this] { return Migrate(migrate_, console_); }; });
}

int CommandLine::Run(std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());
  try {
    app_.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return Conclude(app_.exit(error, console_.out, console_.err) == 0 ? kOk : kUsage);
  }
  return CheckGiven() ? Conclude(chosen_()) : kUsage;
}

bool CommandLine::CheckGiven() {
  std::string wrong = NotUtf8(app_);
  for (const CLI::App* command : app_.get_subcommands()) {
    if (wrong.empty()) wrong = NotUtf8(*command);
  }
  if (wrong.empty()) return true;
  console_.err << "videojobs: " << wrong << " is not valid UTF-8\n";
  return false;
}

int CommandLine::Conclude(int code) {
  console_.out << std::flush;
  if (code != kOk || console_.out.good() || console_.reader_left()) return code;
  console_.err << "videojobs: the result could not be written to standard output\n";
  return kTrouble;
}

}  // namespace

int RunCommandLine(std::vector<std::string> arguments, Console& console) {
  return CommandLine(console).Run(std::move(arguments));
}

}  // namespace videojobs::cli
