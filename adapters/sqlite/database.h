#ifndef VIDEOJOBS_ADAPTERS_SQLITE_DATABASE_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_DATABASE_H_

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/clock.h"
#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/folder_lock.h"
#include "adapters/sqlite/status.h"

namespace videojobs::sqlite {

// What a piece of work sees inside its transaction.
struct Session {
  Connection& connection;
  absl::Time now;  // one time for the whole transaction
  bool mock;       // the only jobs there are
};

// The owned database: one writer, and beside it a reader that never waits for the writer's disk. Thread-safe.
class Database {
 public:
  // Takes the folder's lock, migrates, and ends all leases: whoever held them is gone. Errors as in FolderLock::Take
  // and status.h; FAILED_PRECONDITION where a newer program migrated the file.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path, Clock& clock);

  // Opens what is there to read it only: takes no lock, changes nothing, and leaves a running owner alone.
  // FAILED_PRECONDITION: a newer program migrated it. OUT_OF_RANGE: an older one did; whoever opens it brings it up to
  // date. Else as in status.h.
  static absl::StatusOr<std::unique_ptr<Database>> OpenToLook(const std::string& path, Clock& clock);

  // Runs `work(Session&)`, which returns a Status or a StatusOr, in a transaction of its own. It is committed, durably,
  // where the result is OK, and else rolled back. What SQLite throws on the way becomes the result.
  // `name` is the caller's, for fault_point.h.
  template <typename Work>
  std::invoke_result_t<Work, Session&> Write(const char* name, bool mock, Work work) {
    const std::lock_guard lock(writing_);
    return InTransaction(writer_, Transaction::Kind::kWriting, name, mock, work);
  }

  // The same for work that changes nothing, on a snapshot of what is committed.
  template <typename Work>
  std::invoke_result_t<Work, Session&> Read(const char* name, bool mock, Work work) {
    const std::lock_guard lock(reader_ ? reading_ : writing_);
    return InTransaction(reader_ ? *reader_ : writer_, Transaction::Kind::kReading, name, mock, work);
  }

 private:
  Database(const std::string& path, Clock& clock, FolderLock lock, Connection writer);

  static absl::Status StatusOf(const absl::Status& status) { return status; }
  template <typename Value>
  static absl::Status StatusOf(const absl::StatusOr<Value>& result) {
    return result.status();
  }

  template <typename Work>
  std::invoke_result_t<Work, Session&> InTransaction(Connection& connection, Transaction::Kind kind, const char* name,
                                                     bool mock, Work& work) {
    try {
      Transaction transaction(connection, kind);
      Session session{connection, clock_.Now(), mock};
      auto result = work(session);
      if (!StatusOf(result).ok()) return result;
      if (absl::Status committed = Commit(transaction, name); !committed.ok()) return committed;
      return result;
    } catch (const Error& error) {
      return StatusFrom(error, path_);
    }
  }
  absl::Status Commit(Transaction& transaction, const char* name) const;

  const std::string path_;
  Clock& clock_;
  const FolderLock lock_;  // given back last
  std::mutex writing_;
  std::mutex reading_;
  Connection writer_;
  std::optional<Connection> reader_;  // none in memory, where each connection has a database of its own
};

// The way of a port into its database: it sees mock jobs only, or real ones only. Borrows the database.
class Sessions {
 public:
  Sessions(Database& database, bool mock) : database_(&database), mock_(mock) {}

  // As in Database.
  template <typename Work>
  std::invoke_result_t<Work, Session&> Write(Work work, const char* name = __builtin_FUNCTION()) {
    return database_->Write(name, mock_, work);
  }
  template <typename Work>
  std::invoke_result_t<Work, Session&> Read(Work work, const char* name = __builtin_FUNCTION()) {
    return database_->Read(name, mock_, work);
  }

 private:
  Database* database_;
  bool mock_;
};

}  // namespace videojobs::sqlite

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_DATABASE_H_
