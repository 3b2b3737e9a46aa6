#include "adapters/sqlite/database.h"

#include <utility>

#include "adapters/fault_point.h"
#include "adapters/sqlite/migrator.h"

namespace videojobs::sqlite {
namespace {

constexpr char kEndLeases[] =
    "UPDATE video_jobs SET lease_token = NULL, lease_until = NULL WHERE lease_token IS NOT NULL";

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path, Clock& clock) {
  absl::StatusOr<FolderLock> lock = FolderLock::Take(path);
  if (!lock.ok()) return lock.status();
  try {
    std::unique_ptr<Database> database(new Database(path, clock, *std::move(lock), Connection(path)));
    const auto migrated = ApplyMissing(database->writer_);
    if (!migrated.ok()) return migrated.status();
    database->writer_.Run(kEndLeases);
    if (path != ":memory:") database->reader_.emplace(path);
    return database;
  } catch (const Error& error) {
    return StatusFrom(error, path);
  }
}

absl::StatusOr<std::unique_ptr<Database>> Database::OpenToLook(const std::string& path, Clock& clock) {
  try {
    Connection connection(path, Connection::ToLook{});
    if (absl::Status known = RefuseNewer(connection); !known.ok()) return known;
    if (absl::Status whole = CheckMigrations(connection); !whole.ok()) return absl::OutOfRangeError(whole.message());
    return std::unique_ptr<Database>(new Database(path, clock, FolderLock::None(), std::move(connection)));
  } catch (const Error& error) {
    return StatusFrom(error, path);
  }
}

Database::Database(const std::string& path, Clock& clock, FolderLock lock, Connection writer)
    : path_(path), clock_(clock), lock_(std::move(lock)), writer_(std::move(writer)) {}

absl::Status Database::Commit(Transaction& transaction, const char* name) const {
  if (AtFaultPoint("commit", name, FaultMoment::kBefore) == Fault::kForget) return absl::OkStatus();
  try {
    transaction.Commit();
    const bool lost = AtFaultPoint("commit", name, FaultMoment::kAfter) == Fault::kLoseAnswer;
    return lost ? absl::UnknownError("the answer to a commit was lost, on a test's behalf") : absl::OkStatus();
  } catch (const Error& error) {
    return StatusFromCommit(error, path_);
  }
}

}  // namespace videojobs::sqlite
