#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/postgres/migrator.h"
#include "adapters/sqlite/migrator.h"
#include "cli/call_error.h"
#include "cli/commands.h"
#include "cli/exit_code.h"

namespace videojobs::cli {
namespace {

// As videojobs-server names it.
constexpr absl::string_view kEmbeddedFile = "videojobs.db";

using Names = absl::StatusOr<std::vector<std::string>>;

template <typename Report, typename Member>
Names NamesOf(absl::StatusOr<Report> report, Member member) {
  if (!report.ok()) return report.status();
  return std::move((*report).*member);
}

Names InPostgres(const MigrateOptions& options) {
  const std::string& url = options.database_url;
  if (options.list) return postgres::PendingMigrations(url);
  if (options.down_to) return NamesOf(postgres::MigrateDown(url, *options.down_to), &postgres::MigrationReport::done);
  return NamesOf(postgres::Migrate(url), &postgres::MigrationReport::done);
}

Names InSqlite(const MigrateOptions& options) {
  const std::string path = absl::StrCat(options.data_dir, "/", kEmbeddedFile);
  std::error_code problem;
  // To look makes nothing: what is not there lacks what an empty database lacks.
  if (options.list && !std::filesystem::exists(path, problem) && !problem) return sqlite::PendingMigrations(":memory:");
  std::filesystem::create_directories(options.data_dir, problem);
  if (problem) {
    return absl::PermissionDeniedError(
        absl::StrCat("the data folder ", options.data_dir, " cannot be made: ", problem.message()));
  }
  if (options.list) return sqlite::PendingMigrations(path);
  if (options.down_to) return NamesOf(sqlite::MigrateDown(path, *options.down_to), &sqlite::MigrationReport::done);
  return NamesOf(sqlite::Migrate(path), &sqlite::MigrationReport::done);
}

bool IsPostgresUrl(absl::string_view url) {
  return absl::StartsWith(url, "postgres://") || absl::StartsWith(url, "postgresql://");
}

ExitCode ExitCodeFor(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ? kUnreachable : kRefused;
}

}  // namespace

int Migrate(const MigrateOptions& options, Console& console) {
  if (!options.database_url.empty() && !IsPostgresUrl(options.database_url)) {
    console.err << "videojobs: DATABASE_URL does not begin with postgres://; it must be like "
                   "postgres://user:password@host:5432/database, or not be set for SQLite in the data folder\n";
    return kUsage;
  }
  const Names names = options.database_url.empty() ? InSqlite(options) : InPostgres(options);
  if (!names.ok()) {
    console.err << "videojobs: " << Printable(std::string(names.status().message())) << "\n";
    return ExitCodeFor(names.status());
  }
  const char* did = options.list ? "pending " : options.down_to ? "undone " : "applied ";
  for (const std::string& name : *names) console.out << did << name << "\n";
  if (names->empty()) console.err << (options.down_to ? "nothing to undo\n" : "the database is up to date\n");
  console.out << std::flush;
  return kOk;
}

}  // namespace videojobs::cli
