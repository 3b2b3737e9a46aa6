#ifndef VIDEOJOBS_TESTS_STORE_SQLITE_SUPPORT_H_
#define VIDEOJOBS_TESTS_STORE_SQLITE_SUPPORT_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/clock.h"

struct sqlite3;

namespace videojobs {

// A folder of its own, gone with the object.
class TestFolder {
 public:
  TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder();

  const std::filesystem::path& path() const { return path_; }
  std::string DatabasePath() const { return (path_ / "videojobs.db").string(); }

 private:
  std::filesystem::path path_;
};

// Stands still until it is told otherwise. Begins on 2026-05-04 at noon, UTC.
class TestClock : public Clock {
 public:
  absl::Time Now() override { return now_; }
  absl::Duration Elapsed() override { return now_ - absl::UnixEpoch(); }
  void Sleep(absl::Duration duration) override { Advance(duration); }
  void Advance(absl::Duration duration) { now_ += duration; }

 private:
  absl::Time now_ = absl::FromCivil(absl::CivilHour(2026, 5, 4, 12), absl::UTCTimeZone());
};

// Raw SQL on a database file, past all code of ours, as in the sqlite3 program.
class SqliteShell {
 public:
  explicit SqliteShell(const std::string& path);

  // Runs statements up to the first that fails, then rolls back what is open. INTERNAL, with SQLite's words.
  absl::Status Run(const std::string& sql);
  // The rows of a query; NULL is "".
  absl::StatusOr<std::vector<std::vector<std::string>>> Rows(const std::string& sql);
  // The first column of the first row of a query that has one.
  std::string Value(const std::string& sql) { return Rows(sql).value().at(0).at(0); }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_STORE_SQLITE_SUPPORT_H_
