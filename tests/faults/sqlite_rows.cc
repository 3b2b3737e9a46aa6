// sqlite_rows FILE QUERY: the rows of a query as JSON, for the judge of a server over SQLite. Only reads.

#include <sqlite3.h>

#include <iostream>
#include <nlohmann/json.hpp>

namespace {

nlohmann::json ValueOf(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return nullptr;
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    default:
      return reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  }
}

int Fail(sqlite3* database) {
  std::cerr << sqlite3_errmsg(database) << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  sqlite3* database = nullptr;
  if (sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) return Fail(database);
  sqlite3_busy_timeout(database, 5000);
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, argv[2], -1, &statement, nullptr) != SQLITE_OK) return Fail(database);
  nlohmann::json rows = nlohmann::json::array();
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
    nlohmann::json row = nlohmann::json::object();
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      row[sqlite3_column_name(statement, i)] = ValueOf(statement, i);
    }
    rows.push_back(std::move(row));
  }
  if (step != SQLITE_DONE) return Fail(database);
  std::cout << rows.dump() << "\n";
  return 0;
}
