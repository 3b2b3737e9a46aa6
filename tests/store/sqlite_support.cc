#include "tests/store/sqlite_support.h"

#include <sqlite3.h>
#include <stdlib.h>

#include <system_error>

namespace videojobs {
namespace {

int AppendRow(void* rows, int count, char** values, char**) {
  std::vector<std::string> row;
  for (int i = 0; i < count; ++i) row.emplace_back(values[i] == nullptr ? "" : values[i]);
  static_cast<std::vector<std::vector<std::string>>*>(rows)->push_back(row);
  return 0;
}

}  // namespace

TestFolder::TestFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "videojobs-test-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void SqliteShell::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

SqliteShell::SqliteShell(const std::string& path) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open(path.c_str(), &database);
  database_.reset(database);
  if (code != SQLITE_OK) throw std::system_error(code, std::generic_category(), path);
}

absl::Status SqliteShell::Run(const std::string& sql) { return Rows(sql).status(); }

absl::StatusOr<std::vector<std::vector<std::string>>> SqliteShell::Rows(const std::string& sql) {
  std::vector<std::vector<std::string>> rows;
  if (sqlite3_exec(database_.get(), sql.c_str(), AppendRow, &rows, nullptr) == SQLITE_OK) return rows;
  const absl::Status failed = absl::InternalError(sqlite3_errmsg(database_.get()));
  if (sqlite3_get_autocommit(database_.get()) == 0) {
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  return failed;
}

}  // namespace videojobs
