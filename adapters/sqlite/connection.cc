#include "adapters/sqlite/connection.h"

#include <sqlite3.h>

#include <utility>

namespace videojobs::sqlite {
namespace {

// synchronous=FULL: in WAL mode NORMAL would lose the last commits with the power, and with them evidence of paid
// starts. https://www.sqlite.org/pragma.html#pragma_synchronous
constexpr char kSetUp[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;";
constexpr int kBusyTimeoutMillis = 5000;

sqlite3* OpenFile(const std::string& path, int access) {
  sqlite3* database = nullptr;
  // Each connection is used under a mutex of ours: SQLite needs none.
  const int flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  if (code == SQLITE_OK) return database;
  const Error error(code, database == nullptr ? "out of memory" : sqlite3_errmsg(database));
  sqlite3_close_v2(database);
  throw error;
}

}  // namespace

void Connection::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }
void Connection::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Connection::Connection(const std::string& path)
    : database_(OpenFile(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) {
  sqlite3_busy_timeout(database_.get(), kBusyTimeoutMillis);
  RunScript(kSetUp);
}

Connection::Connection(const std::string& path, ToLook) : database_(OpenFile(path, SQLITE_OPEN_READONLY)) {
  sqlite3_busy_timeout(database_.get(), kBusyTimeoutMillis);
}

void Connection::RunScript(const std::string& script) {
  const int code = sqlite3_exec(database_.get(), script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw Error(code, sqlite3_errmsg(database_.get()));
}

bool Connection::InTransaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

sqlite3_stmt* Connection::Prepared(const std::string& sql) {
  auto& cached = prepared_[sql];
  if (cached == nullptr) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(database_.get(), sql.c_str(), static_cast<int>(sql.size()) + 1,
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) throw Error(code, sqlite3_errmsg(database_.get()));
    cached.reset(statement);
  }
  return cached.get();
}

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection) {
  connection_.Run(kind == Kind::kWriting ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (!connection_.InTransaction()) return;
  try {
    connection_.Run("ROLLBACK");
  } catch (const Error&) {
    // SQLite rolled back by itself, or the file is out of reach: either way nothing was committed.
  }
}

void Transaction::Commit() { connection_.Run("COMMIT"); }

}  // namespace videojobs::sqlite
