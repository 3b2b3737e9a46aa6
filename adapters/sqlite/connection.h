#ifndef VIDEOJOBS_ADAPTERS_SQLITE_CONNECTION_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_CONNECTION_H_

#include <memory>
#include <string>
#include <unordered_map>

#include "adapters/sqlite/statement.h"

struct sqlite3;
struct sqlite3_stmt;

namespace videojobs::sqlite {

// One connection to a database file, with its prepared statements. Used by one thread at a time. Methods throw Error.
class Connection {
 public:
  // Opens, and creates where missing, the file at `path`; ":memory:" is a database of its own that nothing else sees.
  // Write-ahead log, full durability, foreign keys; waits up to 5 s for a program that holds the file.
  explicit Connection(const std::string& path);
  // Opens the file that is there to read it only, whoever owns it; a writer beside it is not disturbed.
  struct ToLook {};
  Connection(const std::string& path, ToLook);

  // `sql`, prepared once, with ?1, ?2, … bound.
  template <typename... Values>
  Statement Query(const std::string& sql, const Values&... values) {
    Statement statement(Prepared(sql));
    statement.Bind(values...);
    return statement;
  }

  // Runs `sql` to its end. Returns how many rows it changed.
  template <typename... Values>
  int Run(const std::string& sql, const Values&... values) {
    return Query(sql, values...).Finish();
  }

  // Runs several statements, separated by semicolons.
  void RunScript(const std::string& script);

  bool InTransaction() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  sqlite3_stmt* Prepared(const std::string& sql);

  std::unique_ptr<sqlite3, Close> database_;
  std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>> prepared_;
};

// A transaction that ends with its scope: rolled back unless committed. Methods throw Error.
class Transaction {
 public:
  enum class Kind {
    kReading,  // one snapshot for all reads
    kWriting,  // takes the database's write lock at once, so that it never has to be repeated
  };
  Transaction(Connection& connection, Kind kind);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  void Commit();

 private:
  Connection& connection_;
};

}  // namespace videojobs::sqlite

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_CONNECTION_H_
