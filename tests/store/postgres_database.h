#ifndef VIDEOJOBS_TESTS_STORE_POSTGRES_DATABASE_H_
#define VIDEOJOBS_TESTS_STORE_POSTGRES_DATABASE_H_

#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/postgres/postgres_store.h"
#include "tests/store/store_contract.h"

namespace videojobs {

using SqlRows = std::vector<std::vector<std::string>>;

// What a test finds in its database.
enum class DatabaseKind {
  kEmpty,           // nothing at all
  kMigrated,        // ours alone
  kWebApp,          // the web app's, with its migrations 010 and 012, without ours
  kWebAppMigrated,  // the same with ours
};

// A database of one test. The schema of the two migrated kinds is left as it is: they are handed on.
class PostgresDatabase {
 public:
  explicit PostgresDatabase(DatabaseKind kind);
  ~PostgresDatabase();

  std::string Url(const std::string& user = "postgres") const;
  std::string PoolerUrl() const;
  // Runs a file, or one of tests/store by its name, as `psql -f` does. Whether it succeeded.
  bool RunFile(const std::string& file) const;

  // As the owner of the tables.
  absl::Status Execute(const std::string& sql);
  absl::StatusOr<SqlRows> Query(const std::string& sql);
  // The one value of a query; the test fails where there is none.
  std::string Value(const std::string& sql);
  // Makes everything that is stored so much older.
  void Advance(absl::Duration duration);

  std::unique_ptr<PostgresStore> Open(const PostgresStore::Options& options = {});

 private:
  const DatabaseKind kind_;
  const std::string name_;
  std::unique_ptr<pqxx::connection> connection_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_STORE_POSTGRES_DATABASE_H_
